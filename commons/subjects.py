"""Things of one room that are talked about in another: an event, in a thread of the forum.

Neither room knows the other. A room tells where its things are (`tells_subject`), the forum how one talks about them
(`holds_talks`); both do so at start.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


class Subject(NamedTuple):
    """A thing that can be talked about. Its name is the kind and the key of the row, such as `events.event:12`."""

    kind: str
    key: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class Link(NamedTuple):
    """The way back from a thread to what it is about."""

    words: str
    address: str


class Room(NamedTuple):
    """Where a talk can begin."""

    key: int
    name: str


@dataclass(frozen=True)
class Talk:
    """The thread about a subject, as one reader may see it. Without an address there is one that is not for them."""

    address: str = ""
    title: str = ""
    replies: int = 0


class Unsaid(Exception):
    """The words were not taken; the sentence says why."""


@dataclass(frozen=True)
class Talks:
    """How one talks about things, as the forum does it.

    `rooms(person, is_public=…)` are the rooms that just those readers see; `find(subject, reader=…)` is the talk, if
    there is one; `begin(subject, room=…, by=…, title=…, source=…, submission=…, now=…)` says the first word, which
    becomes a reply if somebody was faster, and gives its address; `begin` may raise `Unsaid`.
    `among(keys, reader=…, now=…)` are those of these threads that the reader may see; `key_of(address, reader=…)` says
    which thread an address leads to.
    """

    rooms: Callable[..., Sequence[Room]]
    find: Callable[..., Talk | None]
    begin: Callable[..., str]
    among: Callable[..., dict[int, Talk]]
    key_of: Callable[..., int | None]


type Teller = Callable[[int], Link]

_tellers: dict[str, Teller] = {}
_talks: list[Talks] = []


def tells_subject(kind: str, teller: Teller) -> None:
    """Register where a room's things are; it must not cost a query."""
    _tellers[kind] = teller


def holds_talks(talks: Talks) -> None:
    _talks[:] = [talks]


def talks() -> Talks:
    return _talks[0]


def link_to(name: str) -> Link | None:
    """The way to a subject by its name; None for a kind that no room tells of any more."""
    kind, _colon, key = name.rpartition(":")
    teller: Any = _tellers.get(kind)
    return teller(int(key)) if teller else None
