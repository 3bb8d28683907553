"""What the pages and the deliveries of devices ask for."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min, QuerySet

from members.models import Member
from notifications.devices.enums import BATCH
from notifications.devices.models import Device, Push
from notifications.models import Telling


def devices_of(member: Member) -> QuerySet[Device]:
    return Device.objects.filter(member=member).order_by("made_at", "pk")


def there_since(member: Member) -> datetime | None:
    """Since when the member has had a device; None without one."""
    return Device.objects.filter(member=member).aggregate(first=Min("made_at"))["first"]


def due(*, now: datetime) -> list[int]:
    """What waits to be handed over, longest waiting first."""
    waiting = Push.objects.filter(try_at__lte=now).order_by("try_at", "pk")
    return list(waiting.values_list("pk", flat=True)[:BATCH])


def still_unread(member: Member, notices: Iterable[int]) -> list[Telling]:
    """Of these notices, those that the member has not read meanwhile."""
    unread = Telling.objects.filter(member=member, notice__in=list(notices)).unread()
    return list(unread.select_related("notice").order_by("-is_needed", "-notice"))
