"""What being told holds about people."""

from django.utils.translation import gettext_lazy as _

from commons.holdings import Activity, Holding, Retention, declare
from notifications.enums import ANSWERABLE, KEEP_NOTICES
from notifications.models import Follow, Notice, Preferences, SentLetter, Telling

declare(
    Activity(
        code="notifications",
        title=_("Tell people of what concerns them"),
        why=_("To show you what is new for you, and to write to you as you have chosen."),
        basis=_("the agreement between you and the community (GDPR Art. 6(1)(b)); letters only with your consent"),
    ),
    Holding(
        model=Follow,
        title=_("What you follow"),
        activity="notifications",
        of=lambda member: Follow.objects.filter(member=member),
        personal={"member": "pd:Username", "place": "pd:Interest"},
        file="notifications/following",
        export=("id", "place", "level", "since", "until", "before"),
    ),
    Holding(
        model=Telling,
        title=_("What you were told"),
        activity="notifications",
        of=lambda member: Telling.objects.filter(member=member),
        personal={"member": "pd:Username"},
        file="notifications/inbox",
        export=(
            "notice_id",
            "notice__kind",
            "notice__subject",
            "reason",
            "told_at",
            "read_at",
            "carried_by",
            "carried_at",
            "pushed_at",
        ),
    ),
    Holding(
        model=Notice,
        title=_("What others were told of you"),
        activity="notifications",
        of=lambda member: Notice.objects.filter(actor=member),
        personal={"actor": "pd:Username"},
        plain={
            "directly": "empty once everybody was told",
            "kind": "a kind",
            "subject": "a key",
            "bundle": "a key",
            "places": "keys",
        },
        file="notifications/of-me",
        export=("id", "kind", "subject", "created_at"),
        retention=(
            Retention(
                code="notifications.notices",
                what=_("Lines of the inbox"),
                keep=KEEP_NOTICES,
                then=_("deleted"),
                why=_("They lead to what is new; after half a year nothing is."),
                due=lambda before: Notice.objects.filter(created_at__lt=before),
            ),
        ),
    ),
    Holding(
        model=Preferences,
        title=_("How you want to be told"),
        activity="notifications",
        of=lambda member: Preferences.objects.filter(member=member),
        personal={"member": "pd:Username", "zone": "pd:Location"},
        plain={"digest_days": "weekdays"},
        file="notifications/how",
        export=(
            "zone",
            "letters_for",
            "digest",
            "digest_days",
            "digest_at",
            "mails_a_day",
            "quiet_from",
            "quiet_until",
            "always_if_needed",
            "follows_taking_part",
            "push_for",
            "push_words",
            "paused_until",
        ),
    ),
    Holding(
        model=SentLetter,
        title=_("Letters that we sent you"),
        activity="notifications",
        of=lambda member: SentLetter.objects.filter(member=member),
        personal={"member": "pd:Username", "address_hash": "pd:EmailAddress"},
        plain={"purpose": "a code", "place": "a key", "list_place": "a key"},
        file="notifications/letters-to-me",
        export=("id", "purpose", "place", "list_place", "sent_at"),
        retention=(
            Retention(
                code="notifications.letters",
                what=_("Which letter was sent when"),
                keep=ANSWERABLE,
                then=_("deleted; an answer to an older letter is no longer taken"),
                why=_("So that a letter can be answered, ended and returned."),
                due=lambda before: SentLetter.objects.filter(sent_at__lt=before),
            ),
        ),
    ),
)
