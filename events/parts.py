"""What the small rooms beside the calendar show on the page of an event. They register at start."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from events.models import Event, Occurrence, Reader


class Part(NamedTuple):
    """A template, and what it calls `told`.

    What one acts on `comes_first`, above what is told of access. `link` is the way to take part online, if the part
    gives it to the reader.
    """

    template: str
    told: Any
    comes_first: bool = False
    link: str = ""


type Teller = Callable[..., Part | None]

_tellers: list[Teller] = []


def tells_part(teller: Teller) -> None:
    """Register a room's `(event, shown, reader=…, now=…)`: its part of the page, if it has one."""
    _tellers.append(teller)


def of(event: Event, shown: Occurrence | None, *, reader: Reader, now: datetime) -> list[Part]:
    """All parts of an event that is in the calendar; a draft has none."""
    if event.is_draft:
        return []
    told = (teller(event, shown, reader=reader, now=now) for teller in _tellers)
    return [part for part in told if part]


def link_of(parts: Iterable[Part]) -> str:
    """The way to take part online, if one of these gives it."""
    return next((part.link for part in parts if part.link), "")
