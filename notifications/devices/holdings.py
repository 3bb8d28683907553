"""What telling devices holds about people."""

from django.utils.translation import gettext_lazy as _

from commons.holdings import Activity, Holding, Retention, declare
from notifications.devices.enums import TOLD_FOR
from notifications.devices.models import Device, Push

declare(
    Activity(
        code="devices",
        title=_("Tell people on their devices"),
        why=_("So that your browser can show that something waits for you, when this site is closed."),
        basis=_("your consent (GDPR Art. 6(1)(a))"),
        recipients=_(
            "the push service of the maker of your browser, such as Mozilla, Google, Apple or Microsoft: it sees that "
            "and when something is told, and how long it is, not what"
        ),
    ),
    Holding(
        model=Device,
        title=_("Your devices"),
        activity="devices",
        of=lambda member: Device.objects.filter(member=member),
        personal={
            "member": "pd:Username",
            "name": "pd:DeviceBased",
            "endpoint": "pd:DeviceBased",
            "public_key": "pd:DeviceBased",
            "secret": "pd:DeviceBased",
        },
        file="notifications/devices",
        export=("id", "name", "endpoint", "made_at", "told_at"),
    ),
    Holding(
        model=Push,
        title=_("What waits for your devices"),
        activity="devices",
        of=lambda member: Push.objects.filter(device__member=member),
        personal={},
        plain={"notices": "keys"},
        file="notifications/devices-wait",
        export=("id", "device_id", "notices", "made_at"),
        retention=(
            Retention(
                code="devices.waiting",
                what=_("What could not be told on a device"),
                keep=TOLD_FOR * 2,
                then=_("deleted; the inbox has it"),
                why=_("After a day it is no news that has to ring."),
                due=lambda before: Push.objects.filter(made_at__lt=before),
            ),
        ),
    ),
)
