"""What letters that come in hold about people."""

from django.utils.translation import gettext_lazy as _

from commons.holdings import Activity, Holding, Retention, declare
from notifications.bridge import sealing
from notifications.bridge.enums import KEEP_RAW
from notifications.bridge.models import Incoming

declare(
    Activity(
        code="bridge",
        title=_("Take part by mail"),
        why=_("To put what you write to us by mail where you meant it, and to see when our letters come back."),
        basis=_("the agreement between you and the community (GDPR Art. 6(1)(b))"),
    ),
    Holding(
        model=Incoming,
        title=_("Letters that you wrote to us"),
        activity="bridge",
        of=lambda member: Incoming.objects.filter(member=member),
        personal={
            "member": "pd:Username",
            "return_path": "pd:EmailAddress",
            "sealed_letter": "pd:Communication",
            "recipient": "pd:Identifier",
        },
        plain={"message_hash": "a hash of its number", "outcome": "a kind", "why": "a sentence of ours"},
        file="notifications/letters-from-me",
        export=("id", "received_at", "sealed_letter", "outcome", "why"),
        reads={"sealed_letter": lambda kept: sealing.unseal(kept).decode("utf-8", "replace")},
        retention=(
            Retention(
                code="bridge.incoming",
                what=_("Letters that came in, as they came"),
                keep=KEEP_RAW,
                then=_("deleted; what was posted stays"),
                why=_("To find out what went wrong when somebody asks where their letter is."),
                due=lambda before: Incoming.objects.filter(received_at__lt=before),
            ),
        ),
    ),
)
