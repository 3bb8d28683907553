"""What apps above the calendar attach to its events: asked before a date goes and where there is room, told when an
event goes on."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import NamedTuple, Protocol

from django.db.models import QuerySet

from events.models import Event, Occurrence

type CountedOn = Callable[[Collection[int]], Iterable[int]]
type CarryOn = Callable[[Event, Event], None]


class WithRoom(Protocol):
    def __call__(self, dates: QuerySet[Occurrence], /, *, now: datetime) -> QuerySet[Occurrence]: ...


class Attachment(NamedTuple):
    """`counted_on(dates)` are those that somebody counts on; `carry_on(before, later)` takes over what is attached;
    `with_room(dates, now=…)` are those that can still be joined."""

    counted_on: CountedOn
    carry_on: CarryOn
    with_room: WithRoom


_attached: list[Attachment] = []


def attach(*, counted_on: CountedOn, carry_on: CarryOn, with_room: WithRoom) -> None:
    _attached.append(Attachment(counted_on, carry_on, with_room))


def counted_on(dates: Collection[int]) -> set[int]:
    """Those of these dates, by their keys, that cannot just go."""
    return {key for one in _attached for key in one.counted_on(dates)} if dates else set()


def carry_on(before: Event, later: Event) -> None:
    """What is attached to an event holds for the one that goes on from it or begins like it."""
    for one in _attached:
        one.carry_on(before, later)


def with_room(dates: QuerySet[Occurrence], *, now: datetime) -> QuerySet[Occurrence]:
    """Those of these dates on which a place is free for anybody."""
    for one in _attached:
        dates = one.with_room(dates, now=now)
    return dates
