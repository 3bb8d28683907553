"""What the welcome holds about people."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commons.holdings import Activity, Holding, declare
from members.welcome.models import Acceptance, Arrival, CheckIn, Hello, Invitation, Pairing, Welcome

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
        export=("id", "step", "started_at", "finished_at", "first_step", "paused_at"),
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
        model=Arrival,
        title=_("By whose invitation you came, and who came by yours"),
        activity="welcome",
        of=lambda member: Arrival.objects.filter(Q(member=member) | Q(invitation__made_by=member)),
        personal={"member": "pd:Username"},
        file="welcome/arrivals",
        export=("id", "arrived_at"),
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
