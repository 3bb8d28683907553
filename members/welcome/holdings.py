"""What the welcome holds about people."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commons.holdings import Activity, Erase, Holding, Retention, Rows, declare
from members.queries import addresses_of
from members.welcome import actions
from members.welcome.enums import KEEP_DECIDED, KEEP_UNDECIDED
from members.welcome.models import (
    Acceptance,
    Application,
    ApplicationMessage,
    Arrival,
    CheckIn,
    Hello,
    Invitation,
    Pairing,
    Welcome,
)


def old_applications(before: datetime) -> Rows:
    silent = Q(decided_at=None, spoken_at__lt=before - (KEEP_UNDECIDED - KEEP_DECIDED))
    return Application.objects.filter(Q(decided_at__lt=before) | silent)


declare(
    Activity(
        code="welcome",
        title=_("Welcome newcomers"),
        why=_("To help people to find their way in, and to see that nobody is left waiting."),
        basis=_("the agreement between you and the community (GDPR Art. 6(1)(b)); a welcomer only with your consent"),
        recipients=_("your welcomer and the organisers; moderators see who invited whom"),
    ),
    Holding(
        model=Welcome,
        title=_("Where you are in the welcome"),
        activity="welcome",
        of=lambda member: Welcome.objects.filter(member=member),
        personal={"member": "pd:Username"},
        file="welcome/steps",
        export=("id", "step", "started_at", "finished_at", "first_step", "paused_at", "paused_until"),
    ),
    Holding(
        model=Acceptance,
        title=_("What you agreed to when you joined"),
        activity="welcome",
        of=lambda member: Acceptance.objects.filter(member=member),
        personal={"member": "pd:Username"},
        plain={"code": "the name of an agreement"},
        file="welcome/agreements",
        export=("id", "code", "version", "accepted_at"),
    ),
    Holding(
        model=Hello,
        title=_("Your hello"),
        activity="welcome",
        of=lambda member: Hello.objects.filter(member=member),
        personal={"member": "pd:Username", "address": "pd:Identifier"},
        file="welcome/hello",
        export=("id", "address", "said_at", "answered_at"),
    ),
    Holding(
        model=Pairing,
        title=_("Whom you welcomed, or who welcomed you"),
        activity="welcome",
        of=lambda member: Pairing.objects.filter(Q(newcomer=member) | Q(welcomer=member)),
        personal={"newcomer": "pd:Username", "welcomer": "pd:Username"},
        file="welcome/pairings",
        export=("id", "newcomer__display_name", "welcomer__display_name", "made_at", "ended_at"),
    ),
    Holding(
        model=CheckIn,
        title=_("How you said it was going"),
        activity="welcome",
        of=lambda member: CheckIn.objects.filter(member=member),
        personal={"member": "pd:Username", "words": "pd:Communication"},
        file="welcome/check-ins",
        export=("id", "kind", "due_at", "answer", "words", "answered_at"),
    ),
    Holding(
        model=Application,
        title=_("Your talk before you joined"),
        activity="welcome",
        of=lambda member: Application.objects.filter(email__in=addresses_of(member)),
        personal={"name": "pd:Name", "email": "pd:EmailAddress", "decided_by": "pd:Username"},
        file="welcome/applications",
        export=("id", "name", "email", "state", "made_at", "decided_at"),
        order=5,
        retention=(
            Retention(
                code="welcome.applications",
                what=_("Talks before somebody joined"),
                keep=KEEP_DECIDED,
                words=_("30 days after the answer, or 60 days after the last word without one"),
                then=_("deleted"),
                why=_("So that you can read back what was said."),
                due=old_applications,
            ),
        ),
    ),
    Holding(
        model=ApplicationMessage,
        title=_("What was said before you joined, and what you said to others who asked to"),
        activity="welcome",
        of=lambda member: ApplicationMessage.objects.filter(
            Q(author=member) | Q(application__email__in=addresses_of(member))
        ),
        personal={"author": "pd:Username", "words": "pd:Communication"},
        plain={"submission": "a random key of one form"},
        file="welcome/application-messages",
        export=("id", "application_id", "author__display_name", "words", "said_at"),
    ),
    Holding(
        model=Arrival,
        title=_("By whose invitation you came, and who came by yours"),
        activity="welcome",
        of=lambda member: Arrival.objects.filter(Q(member=member) | Q(invitation__made_by=member)),
        personal={"member": "pd:Username"},
        file="welcome/arrivals",
        export=("id", "arrived_at"),
        erase=Erase(
            run=lambda leaver: actions.forget_arrival(member=leaver.member),
            left=lambda leaver: Arrival.objects.filter(member=leaver.member).count(),
        ),
    ),
    Holding(
        model=Invitation,
        title=_("Whom you invited"),
        activity="welcome",
        of=lambda member: Invitation.objects.filter(made_by=member),
        personal={"made_by": "pd:Username", "note": "pd:Name"},
        plain={"code_hash": "a fingerprint of a random code"},
        file="welcome/invitations",
        export=("id", "note", "made_at", "expires_at", "uses_max", "use_count", "revoked_at"),
        order=5,
    ),
)
