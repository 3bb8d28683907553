"""Powers in one place of the site, told by the rooms themselves: who moderates which category."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from members.models import Member


@dataclass(frozen=True)
class Keeping:
    """One place that has people who look after it."""

    title: str
    address: str
    keepers: Sequence[Member]


type Teller = Callable[[Any], list[Keeping]]

_tellers: list[Teller] = []


def tells_keeping(teller: Teller) -> Teller:
    """Register a room's answer to `keepings_for`: the places that a reader may see."""
    _tellers.append(teller)
    return teller


def keepings_for(reader: object) -> list[Keeping]:
    """Every place that the reader may see and that somebody looks after."""
    return [keeping for teller in _tellers for keeping in teller(reader) if keeping.keepers]
