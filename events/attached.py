"""What apps above the calendar attach to its events: asked before a date goes, told when an event goes on."""

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from events.models import Event

type CountedOn = Callable[[Collection[int]], Iterable[int]]
type CarryOn = Callable[[Event, Event], None]


class Attachment(NamedTuple):
    """`counted_on(dates)` are those that somebody counts on; `carry_on(before, later)` takes over what is attached."""

    counted_on: CountedOn
    carry_on: CarryOn


_attached: list[Attachment] = []


def attach(*, counted_on: CountedOn, carry_on: CarryOn) -> None:
    _attached.append(Attachment(counted_on, carry_on))


def counted_on(dates: Collection[int]) -> set[int]:
    """Those of these dates, by their keys, that cannot just go."""
    return {key for one in _attached for key in one.counted_on(dates)} if dates else set()


def carry_on(before: Event, later: Event) -> None:
    """What is attached to an event holds for the one that goes on from it or begins like it."""
    for one in _attached:
        one.carry_on(before, later)
