"""What the pages of what an event needs ask for."""

from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404

from events.making import rules
from events.making.models import Ask, Pledge
from events.models import Event, Occurrence, Reader
from events.parts import Part
from events.rules import is_host
from members.models import Member

BY_KIND = ("kind", "what", "pk")


def part_of(event: Event, shown: Occurrence | None, *, reader: Reader, now: datetime) -> Part | None:
    """What an event still needs, on its page: for members. Hosts are led to ask, but not from a date that has been.
    One query."""
    if not isinstance(reader, Member) or event.is_cancelled or rules.is_past(event, now=now):
        return None
    asks = list(_counted(event))
    is_led = is_host(reader, event) and not (shown and shown.is_over(now=now))
    if not asks and not is_led:
        return None
    return Part("making/part.html", {"event": event, "asks": asks})


def asks_of(event: Event) -> list[Ask]:
    """All that an event needs, each with who took it on. Two queries."""
    pledges = Pledge.objects.select_related("member").order_by("given_at", "pk")
    return list(_counted(event).prefetch_related(Prefetch("pledges", pledges)))


def ask(event: Event, ask_id: int) -> Ask:
    return get_object_or_404(_counted(event), pk=ask_id)


def _counted(event: Event) -> QuerySet[Ask]:
    return Ask.objects.with_taken().filter(event=event).order_by(*BY_KIND)
