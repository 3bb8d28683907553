"""What a session knows of where it began, so that a stolen one is noticed without asking the database."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Any, NamedTuple, Self

from members.security.enums import SEEN_EVERY, STRONG_FOR, TURNS, TURNS_WITHIN

SESSION_KEY = "security"


class Finding(Enum):
    """What a look at a session says."""

    FINE = auto()
    BACK = auto()
    ELSEWHERE = auto()
    INTERLEAVED = auto()
    OTHER_DEVICE = auto()
    OVER = auto()


class Place(NamedTuple):
    """Where a request comes from; `device` and `network` are keyed hashes, `family` is the make of the browser."""

    device: str
    network: str
    family: str


@dataclass
class Mark:
    """Where and until when; times are seconds since the epoch."""

    device: str
    network: str
    family: str
    until: float
    seen: float
    is_known: bool = False
    strong_at: float = 0.0
    is_away: bool = False
    turns: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, session: Any) -> Self | None:
        stored = session.get(SESSION_KEY)
        return cls(**stored) if stored else None

    def keep(self, session: Any) -> None:
        session[SESSION_KEY] = asdict(self)

    def is_strong(self, now: datetime) -> bool:
        """Whether a second factor was shown in this session, not too long ago."""
        return self.strong_at > (now - STRONG_FOR).timestamp()

    def wants_touch(self, now: datetime) -> bool:
        return self.seen < (now - SEEN_EVERY).timestamp()

    def turned(self, now: datetime, *, is_away: bool) -> Self:
        """Noted that the session changed sides, between where it began and somewhere else."""
        since = (now - TURNS_WITHIN).timestamp()
        self.turns = [*(at for at in self.turns if at > since), now.timestamp()]
        self.is_away = is_away
        return self

    def look(self, place: Place, *, now: datetime) -> Finding:
        """Compare with what a request brings along."""
        if place.device != self.device:
            return Finding.OTHER_DEVICE
        if self.until < now.timestamp():
            return Finding.OVER
        is_away = place.network != self.network and place.family != self.family
        if is_away == self.is_away:
            return Finding.ELSEWHERE if is_away else Finding.FINE
        recent = sum(at > (now - TURNS_WITHIN).timestamp() for at in self.turns)
        if recent + 1 >= TURNS:
            return Finding.INTERLEAVED
        return Finding.ELSEWHERE if is_away else Finding.BACK
