"""What the site holds about people, declared by each room in its own `holdings.py`.

Export, erasure, retention and the record of processing (GDPR Art. 30) are made from these declarations and know no
room by name. A model says whose rows are whose, what of them is personal, what goes into a person's copy, how it is
erased and how long it is kept. docs/decisions/0010-erasure-and-holdings.md has an example;
tests/architecture/test_holdings.py fails for a field that nobody has declared.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Rows = models.QuerySet[Any]


class Openable(Protocol):
    """Where the bytes of a file can be read: a path, or a name in a storage."""

    @property
    def open(self) -> Callable[..., Any]: ...


class Mode(models.TextChoices):
    """What somebody who leaves wants done with what they wrote."""

    ANONYMISE = "anonymise", _("Keep my words, take away my name")
    REMOVE_TEXT = "remove_text", _("Take away my name and my words")
    SELECTIVE = "selective", _("Take away my name, and the words that I choose")


@dataclass(frozen=True)
class Leaver:
    """Somebody who is being erased.

    `removes(label, ids)` are those of a model's rows whose words shall go too. `held` are the holdings that the law
    keeps: while there are any, the account may not go with all that hangs on it.
    """

    member: Any
    mode: Mode
    now: datetime
    removes: Callable[[str, Iterable[int]], set[int]]
    held: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Erase:
    """One step of an erasure. `run` may be done twice, or begun again; then `left` counts what is still there: 0."""

    run: Callable[[Leaver], None]
    left: Callable[[Leaver], int]


@dataclass(frozen=True)
class Kept:
    """What stays after an erasure, and why: the person reads it before they decide."""

    reason: Promise


@dataclass(frozen=True)
class Retention:
    """How long something is kept: one line of the public table, and what the nightly run does.

    `due(before)` are the rows whose time is over; they are deleted, or `forget(before)` does what is to be done and
    says to how many. A rule without both is a promise that somebody else keeps: `then` says who.
    """

    code: str
    what: Promise
    keep: timedelta
    then: Promise
    why: Promise
    due: Callable[[datetime], Rows] | None = None
    forget: Callable[[datetime], int] | None = None
    is_fixed: bool = False
    words: Promise | str = ""

    @property
    def is_nightly(self) -> bool:
        return self.due is not None


@dataclass(frozen=True)
class Activity:
    """Something that is done with personal data, in the terms of the record of processing."""

    code: str
    title: Promise
    why: Promise
    basis: Promise
    subjects: Promise = field(default=_("members"))
    recipients: Promise = field(default=_("nobody outside the community"))


@dataclass(frozen=True)
class Holding:
    """A model that holds personal data.

    `of(member)` are somebody's rows. `personal` names each personal field with its category (terms of the W3C's
    pd: vocabulary), `plain` each other field that holds text or leads to a person, with the reason why it tells of
    nobody. `export` are the fields that go into the person's copy, under the name `file`. Without `erase` their rows
    are deleted. `order` puts a step of the erasure after others; `choosable` lets them choose row by row. `reads`
    says how their copy reads a field that is stored sealed. A legal hold on one holding is one on all that share its
    `held_with`.
    """

    model: type[models.Model]
    title: Promise
    activity: str
    of: Callable[[Any], Rows]
    personal: Mapping[str, str]
    plain: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    export: tuple[str, ...] = ()
    media: Callable[[Any], Iterable[tuple[str, Openable]]] | None = None
    reads: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    erase: Erase | Kept | None = None
    order: int = 0
    held_with: str = ""
    choosable: bool = False
    retention: tuple[Retention, ...] = ()

    @property
    def label(self) -> str:
        return self.model._meta.label

    @property
    def group(self) -> str:
        return self.held_with or self.label

    @property
    def step(self) -> Erase | None:
        """What an erasure does here; None if it stays."""
        if isinstance(self.erase, Kept):
            return None
        return self.erase or Erase(run=self._delete, left=lambda leaver: self.of(leaver.member).count())

    def read(self, values: Iterable[Any]) -> tuple[Any, ...]:
        """The values of one row's `export`, as its owner reads them."""
        pairs = zip(self.export, values, strict=True)
        return tuple(self.reads[name](value) if name in self.reads else value for name, value in pairs)

    def _delete(self, leaver: Leaver) -> None:
        self.of(leaver.member).delete()


_holdings: dict[str, Holding] = {}
_activities: dict[str, Activity] = {}
_rules: dict[str, Retention] = {}
_nobodys: dict[str, str] = {}


def declare(*declared: Holding | Activity | Retention) -> None:
    """Enter what a room holds, what it does with it, and rules that stand on their own."""
    for one in declared:
        if isinstance(one, Holding):
            _holdings[one.label] = one
            declare(*one.retention)
        elif isinstance(one, Activity):
            _activities[one.code] = one
        else:
            _rules[one.code] = one


def tells_of_nobody(*labels: str, reason: str) -> None:
    """Models without personal data, for instance `forum.Category`, and why."""
    _nobodys.update(dict.fromkeys(labels, reason))


def holdings() -> Iterator[Holding]:
    """Every holding, in the order in which an erasure goes through them."""
    return iter(sorted(_holdings.values(), key=lambda one: (one.order, list(_holdings).index(one.label))))


def holding(label: str) -> Holding | None:
    return _holdings.get(label)


def activities() -> list[Activity]:
    return list(_activities.values())


def rules() -> list[Retention]:
    return list(_rules.values())


def nobodys() -> Mapping[str, str]:
    return _nobodys
