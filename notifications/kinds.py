"""What can be told of, and the places that can be followed. Rooms above register both; nothing here knows a room."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.functional import Promise

from members.models import Member
from notifications.enums import Level


@dataclass(frozen=True)
class Described:
    """A notice in the words of its room, for one reader, as it is now.

    `words` are plain text and may be cut; `text` and `html` are all that was written, as it was typed and as its room
    shows it; `note` says what it is about, before one reads it. `key` and `answers` are lasting keys by which letters
    about it form a thread, or the Message-ID (in angle brackets) of a letter that it came by. `answer_to` is the place
    that an answer by mail goes to, `mailing` the list that it belongs to.
    """

    title: str
    address: str
    words: str = ""
    who: str = ""
    room: str = ""
    note: str = ""
    text: str = ""
    html: str = ""
    language: str = ""
    closes_at: datetime | None = None
    key: str = ""
    answers: tuple[str, ...] = ()
    answer_to: str = ""
    mailing: "MailingList | None" = None

    @property
    def is_answer(self) -> bool:
        return bool(self.answers)


@dataclass(frozen=True)
class MailingList:
    """A place as a mailing list (RFC 2919). `key` is its ASCII name; `takes_letters` if a thread can begin by mail."""

    key: str
    name: str
    place: str
    archive: str
    takes_letters: bool = False


type Describe = Callable[[Sequence[Any], Member], Mapping[int, Described]]
type Audience = Callable[[Any], "QuerySet[Any, Any] | None"]


def everybody(_notice: object) -> None:
    """The audience of what every member may see."""


@dataclass(frozen=True)
class Kind:
    """`describe(notices, reader)` leaves out what the reader may not, or no longer, see.

    `audience(notice)` gives the keys of the members who may see it, asked when the notice is told; None is everybody.
    """

    code: str
    describe: Describe
    audience: Audience = everybody


class Spot(NamedTuple):
    """A place as a reader knows it; `letters_to` is where a thread can begin by mail."""

    title: str
    address: str
    letters_to: str = ""


@dataclass(frozen=True)
class PlaceKind:
    """Places whose keys begin with `prefix`. `describe(ids, reader)` leaves out those that the reader may not see."""

    prefix: str
    title: Promise
    describe: Callable[[Sequence[int], Member], Mapping[int, Spot]]
    levels: tuple[Level, ...] = (Level.FOLLOWING, Level.ONCE, Level.MUTED)


_kinds: dict[str, Kind] = {}
_places: dict[str, PlaceKind] = {}


def register(*declared: Kind | PlaceKind) -> None:
    for one in declared:
        if isinstance(one, Kind):
            _kinds[one.code] = one
        else:
            _places[one.prefix] = one


def kind(code: str) -> Kind:
    return _kinds[code]


def place(kind: str, key: int) -> str:
    """The key of a place, such as `forum.thread:12`."""
    return f"{kind}:{key}"


def split(place: str) -> tuple[PlaceKind, int] | None:
    """The kind of a place and its number; None if there is no such kind."""
    prefix, _colon, number = place.partition(":")
    if prefix not in _places or not number.isdecimal():
        return None
    return _places[prefix], int(number)


def described(notices: Iterable[Any], reader: Member) -> dict[int, Described]:
    """Each notice that the reader may see, in words; what every kind needs, asked once."""
    by_kind: dict[str, list[Any]] = {}
    for notice in notices:
        by_kind.setdefault(notice.kind, []).append(notice)
    return {key: told for code, rows in by_kind.items() for key, told in _kinds[code].describe(rows, reader).items()}


def spots(places: Iterable[str], reader: Member) -> dict[str, tuple[PlaceKind, Spot]]:
    """Each place that the reader may see, with its kind."""
    by_kind: dict[str, list[int]] = {}
    for place in places:
        if found := split(place):
            by_kind.setdefault(found[0].prefix, []).append(found[1])
    return {
        f"{prefix}:{number}": (_places[prefix], spot)
        for prefix, numbers in by_kind.items()
        for number, spot in _places[prefix].describe(numbers, reader).items()
    }
