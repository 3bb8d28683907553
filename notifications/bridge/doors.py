"""What can be written to by mail. Rooms above register their doors; nothing here knows a room."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from members.models import Member


class NotTaken(Exception):
    """The letter cannot be taken here; `reason` is the sentence that its sender reads."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = str(reason)


class NotYet(Exception):
    """The letter can be taken in a while; `reason` is what its sender reads if that while is too long."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = str(reason)


@dataclass(frozen=True)
class Words:
    """What somebody wrote, ready to be posted; `own` without what they quote.

    `above` are the Message-IDs that it answers, oldest first.
    """

    by: Member
    subject: str
    source: str
    own: str
    message_id: str
    above: tuple[str, ...]
    submission: UUID
    now: datetime


@dataclass(frozen=True)
class Door:
    """Places whose keys begin with `prefix` take letters.

    `take(number, words)` posts them and answers with an address of the site. It raises `NotTaken`.
    """

    prefix: str
    take: Callable[[int, Words], str]


@dataclass(frozen=True)
class Copier:
    """Places that take in every letter of an old list whole, whoever wrote it.

    `copy(number, raw, now)` is false where nothing came of it.
    """

    prefix: str
    copy: Callable[[int, bytes, datetime], bool]


type Find = Callable[[str], str]

_doors: dict[str, Door] = {}
_copiers: dict[str, Copier] = {}
_finders: list[Find] = []


def register(*declared: Door | Copier) -> None:
    for one in declared:
        if isinstance(one, Door):
            _doors[one.prefix] = one
        else:
            _copiers[one.prefix] = one


def finds(find: Find) -> Find:
    """Register a room's `find(local_part)`: the place that has this address, or nothing."""
    _finders.append(find)
    return find


def place_at(local_part: str) -> str:
    """The place with this address; empty if there is none."""
    return next(filter(None, (find(local_part) for find in _finders)), "")


def take(place: str, words: Words) -> str:
    """Post a letter at its place; the address of what it became.

    Raises:
        NotTaken: it cannot be posted there.
        NotYet: it can, later.
    """
    prefix, _colon, number = place.partition(":")
    return _doors[prefix].take(int(number), words)


def has_door(place: str) -> bool:
    return place.partition(":")[0] in _doors


def is_copied(place: str) -> bool:
    return place.partition(":")[0] in _copiers


def copy(place: str, raw: bytes, *, now: datetime) -> bool:
    prefix, _colon, number = place.partition(":")
    return _copiers[prefix].copy(int(number), raw, now)
