"""What members are told once, on the next page that they open."""

from collections.abc import Iterable
from datetime import datetime

from members.models import Member
from members.trust.enums import KEEP_TELLINGS, Happening
from members.trust.models import Telling


def tell(members: Iterable[int], happening: Happening, *, about: str = "", now: datetime) -> None:
    """Let these members read it on their next page."""
    Telling.objects.bulk_create(
        [Telling(member_id=member, happening=happening, about=about[:100], happened_at=now) for member in members]
    )


def mark_told(*, member: Member, tellings: Iterable[Telling], now: datetime) -> None:
    """These have been shown."""
    keys = [telling.pk for telling in tellings]
    Telling.objects.filter(member=member, pk__in=keys, told_at=None).update(told_at=now)


def forget_old_tellings(*, now: datetime) -> int:
    """Delete what happened more than 90 days ago; how many."""
    return Telling.objects.filter(happened_at__lt=now - KEEP_TELLINGS).delete()[0]
