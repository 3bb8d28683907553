"""What the members' room holds about people: the account, and what Django and allauth keep beside it."""

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermission

from commons.holdings import Activity, Erase, Holding, Leaver, Retention, Rows, declare
from members import actions, queries
from members.enums import SHELL
from members.models import Member, UnclaimedAuthor

Groups: Any = Member.groups.through


def sessions_of(member: Any) -> Rows:
    return Session.objects.filter(session_key__in=queries.session_keys(member))


def erase_account(leaver: Leaver) -> None:
    actions.erase_member(member=leaver.member, is_held=bool(leaver.held))


def accounts_left(leaver: Leaver) -> int:
    return Member.objects.filter(pk=leaver.member.pk).exclude(username__startswith=SHELL).count()


declare(
    Activity(
        code="account.core",
        title=_("Keep your account"),
        why=_("To know you when you come back, and to show others by which name you want to be called."),
        basis=_("the agreement between you and the community (GDPR Art. 6(1)(b))"),
    ),
    Activity(
        code="security.auth_log",
        title=_("Remember sign-ins"),
        why=_("To keep you signed in, and to notice a stranger."),
        basis=_("legitimate interest: your safety (GDPR Art. 6(1)(f))"),
    ),
    Activity(
        code="security.abuse_detection",
        title=_("Look out for spam and attacks"),
        why=_("To slow down floods. A machine never punishes."),
        basis=_("legitimate interest: everybody's safety (GDPR Art. 6(1)(f))"),
    ),
    Activity(
        code="moderation.case_handling",
        title=_("Moderate"),
        why=_("To write down what was done with a thread and why, so that it can be checked."),
        basis=_("legitimate interest: fairness (GDPR Art. 6(1)(f))"),
        recipients=_("whoever may read the thread"),
    ),
    Holding(
        model=Session,
        title=_("Where you are signed in"),
        activity="security.auth_log",
        of=sessions_of,
        personal={"session_key": "pd:Identifier", "session_data": "pd:Identifier"},
        file="security/sessions",
        export=("expire_date",),
        order=80,
        retention=(
            Retention(
                code="account.sessions",
                what=_("Sessions: where somebody is signed in"),
                keep=timedelta(seconds=settings.SESSION_COOKIE_AGE),
                then=_("deleted, when they have ended"),
                why=_("So that you need not sign in each day."),
                due=lambda before: Session.objects.filter(
                    expire_date__lt=before + timedelta(seconds=settings.SESSION_COOKIE_AGE)
                ),
                is_fixed=True,
            ),
        ),
    ),
    Holding(
        model=EmailConfirmation,
        title=_("Codes that prove an address"),
        activity="account.core",
        of=lambda member: EmailConfirmation.objects.filter(email_address__user=member),
        personal={"key": "pd:Identifier"},
        file="account/codes",
        export=("created", "sent"),
        order=80,
    ),
    Holding(
        model=EmailAddress,
        title=_("Your addresses"),
        activity="account.core",
        of=lambda member: EmailAddress.objects.filter(user=member),
        personal={"user": "pd:Username", "email": "pd:EmailAddress"},
        file="account/addresses",
        export=("id", "email", "verified", "primary"),
        order=95,
    ),
    Holding(
        model=LogEntry,
        title=_("What administrators changed about you, or you as one of them"),
        activity="moderation.case_handling",
        of=queries.log_lines,
        personal={
            "user": "pd:Username",
            "object_id": "pd:Identifier",
            "object_repr": "pd:Name",
            "change_message": "pd:Identifier",
        },
        file="account/administration",
        export=("id", "action_time", "object_repr", "action_flag", "change_message"),
        order=80,
    ),
    Holding(
        model=UserObjectPermission,
        title=_("What you may do with single things"),
        activity="account.core",
        of=lambda member: UserObjectPermission.objects.filter(user=member),
        personal={"user": "pd:Username"},
        plain={"object_pk": "the number of the thing"},
        file="account/permissions",
        export=("id", "permission__codename", "object_pk"),
        order=80,
    ),
    Holding(
        model=Groups,
        title=_("The groups that you belong to"),
        activity="account.core",
        of=lambda member: Groups.objects.filter(member=member),
        personal={"member": "pd:Username"},
        file="account/groups",
        export=("group__name",),
        order=80,
    ),
    Holding(
        model=UnclaimedAuthor,
        title=_("Old letters that you claimed"),
        activity="forum.talk",
        of=lambda member: UnclaimedAuthor.objects.filter(claimed_by=member),
        personal={"claimed_by": "pd:Username", "display_name": "pd:Name", "address_hash": "pd:EmailAddress"},
        file="account/claimed-letters",
        export=("id", "display_name", "claimed_at"),
        order=50,
    ),
    Holding(
        model=Member,
        title=_("Your account"),
        activity="account.core",
        of=lambda member: Member.objects.filter(pk=member.pk),
        personal={
            "username": "pd:Username",
            "display_name": "pd:Name",
            "former_names": "pd:Name",
            "email": "pd:EmailAddress",
            "password": "pd:Password",
            "roles": "pd:Role",
            "language": "pd:Language",
            "groups": "pd:Role",
            "user_permissions": "pd:Role",
        },
        file="account/account",
        export=(
            "id",
            "username",
            "display_name",
            "former_names",
            "email",
            "standing",
            "roles",
            "language",
            "date_joined",
            "last_login",
        ),
        erase=Erase(run=erase_account, left=accounts_left),
        order=100,
        retention=(
            Retention(
                code="account.unconfirmed",
                what=_("Sign-ups whose address was never proved"),
                keep=timedelta(days=7),
                then=_("deleted"),
                why=_("Nobody can use them."),
                due=lambda before: queries.never_confirmed(before=before),
            ),
            Retention(
                code="account.inactive",
                what=_("Accounts that nobody uses"),
                keep=timedelta(days=730),
                then=_("We will ask after 21, 23 and 24 months, and then take the name away. Not done by itself yet."),
                why=_("Who has gone for good should not be kept."),
            ),
        ),
    ),
)
