"""Taking a break: from everything, or from one place; it ends by itself, or with one press."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from members.models import Member
from members.welcome import actions as welcome
from notifications.actions.choosing import pause, unpause
from notifications.enums import Level
from notifications.models import Follow


@transaction.atomic
def take_break(*, member: Member, until: datetime | None, now: datetime) -> None:
    """No letters, no mentions, no requests until then; one may go on reading and writing.

    Without an end, no yes to letters counts until they come back (`members.welcome.actions.pause`).
    """
    welcome.pause(member=member, now=now, until=until)
    if until:
        pause(member=member, until=until, now=now)


@transaction.atomic
def end_break(*, member: Member, now: datetime) -> None:
    """Everything is again as it was before."""
    welcome.come_back(member=member)
    unpause(member=member, now=now)


@transaction.atomic
def rest_from(*, member: Member, place: str, until: datetime, now: datetime) -> None:
    """Mute a place for a while; what one wanted to hear of it before holds again afterwards."""
    found = Follow.objects.select_for_update().filter(member=member, place=place).first()
    row = found or Follow(member=member, place=place, since=now)
    if row.until is None:
        row.before = row.level
    row.level, row.until = Level.MUTED, until
    row.save()


@transaction.atomic
def end_rest_from(*, member: Member, place: str) -> None:
    """Hear of a place again as before."""
    _restore(Follow.objects.filter(member=member, place=place, until__isnull=False))


@transaction.atomic
def end_rests(*, now: datetime) -> None:
    """End every break and every rest from a place whose time is over."""
    welcome.end_rests(now=now)
    _restore(Follow.objects.filter(until__lte=now))


def _restore(rows: QuerySet[Follow]) -> None:
    rows.filter(before="").delete()
    rows.exclude(before="").update(level=F("before"), before="", until=None)
