"""What limits somebody now, told by the rooms in words: one page shows all of it, with the way out of each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Limit:
    """One limit in words. It ends at `ends_at`, or with being a newcomer, or it holds for everybody."""

    words: str
    ends_at: datetime | None = None
    is_newcomers: bool = False


type Teller = Callable[..., list[Limit]]

_tellers: list[Teller] = []


def tells_limits(teller: Teller) -> Teller:
    """Register a room's answer to `limits_of`: `(member, *, now) -> [Limit, …]`."""
    _tellers.append(teller)
    return teller


def limits_of(member: Any, *, now: datetime) -> list[Limit]:
    """All that limits a member at this moment, room by room."""
    return [limit for teller in _tellers for limit in teller(member, now=now)]
