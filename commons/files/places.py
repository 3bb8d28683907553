"""Where files can stand. A room declares its places: who sees them now, who may help to describe, where they are."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from commons.access import Verdict


@dataclass(frozen=True)
class Place:
    """A kind of place, such as `forum.post`.

    `visible_to(reader, now=…)` are the keys of those that the reader may see at this moment, as a query;
    `can_help(reader, key)` is a rule; `address(key)` is the page that shows it; `seen(reader, key, now=…)` notes that
    somebody was shown what stands there.
    """

    kind: str
    visible_to: Callable[..., QuerySet[Any, Any]]
    can_help: Callable[[Any, int], Verdict]
    address: Callable[[int], str]
    seen: Callable[..., None] | None = None


_places: dict[str, Place] = {}


def declare(place: Place) -> None:
    _places[place.kind] = place


def places() -> Iterable[Place]:
    return _places.values()


def place(kind: str) -> Place:
    return _places[kind]
