"""The calendar of the measured community: single dates by COPY, and series as a host would begin them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from recurrence import WEEKLY, Recurrence, Rule

from bench.loading import copy
from bench.sizes import Size
from bench.texts import Pool
from events import actions
from events.enums import AHEAD, Kind, Visibility
from events.joining.enums import State
from events.joining.models import Rsvp
from events.models import Event, Occurrence, Place
from events.recurring import key_of
from members.models import Member

type Row = Mapping[str, Any]

MEMBERS_FOR_AN_EVENT, MEMBERS_FOR_A_SERIES = 10, 100
COME = 6
BACK = timedelta(days=3 * 365)
MODELS = (Place, Event, Occurrence, Rsvp)
TWO_HOURS = timedelta(hours=2)


class Calendar:
    def __init__(self, size: Size, pool: Pool, *, anchor: datetime) -> None:
        self.size, self.pool, self.anchor = size, pool, anchor
        self.count = max(1, size.members // MEMBERS_FOR_AN_EVENT)

    def load(self) -> None:
        """Single dates of the last three years and, one in ten, of the weeks that come."""
        keys = range(1, self.count + 1)
        copy(Place, ({"id": key, "name": f"House {key}", "area": "Porto"} for key in range(1, self._places() + 1)))
        copy(Event, map(self._event, keys))
        copy(Occurrence, map(self._occurrence, keys))
        copy(Rsvp, self._rsvps(keys))

    def begin_series(self) -> None:
        """Weekly ones, through the site's own actions; it needs every index."""
        for number in range(1, self.size.members // MEMBERS_FOR_A_SERIES + 1):
            text = self.pool.short(Random(f"series {number}"))
            details = actions.Details(
                title=f"Every week {number}",
                source=text.source,
                time_zone="UTC",
                first_date=self.anchor.date() - timedelta(days=number % 7),
                start_time=time(18 + number % 3),
                duration=TWO_HOURS,
                recurrence=Recurrence(rrules=[Rule(WEEKLY)], include_dtstart=False),
                visibility=Visibility.PUBLIC if number % 2 else Visibility.MEMBERS,
                place=Place.objects.get(pk=1 + number % self._places()),
            )
            host = Member.objects.get(pk=number)
            draft = actions.prepare(by=host, details=details, now=self.anchor)
            actions.publish(event=draft, now=self.anchor)

    def _places(self) -> int:
        return max(1, self.count // 5)

    def _start(self, key: int) -> datetime:
        chance = Random(f"event {key}")
        span = AHEAD * chance.random() if key % 10 == 0 else -BACK * chance.random()
        day: date = (self.anchor + span).date()
        return datetime.combine(day, time(chance.randrange(9, 20)), UTC)

    def _event(self, key: int) -> Row:
        start, text = self._start(key), self.pool.text(Random(f"event text {key}"))
        return {
            "id": key,
            "author_id": self._host(key),
            "title": self.pool.titles[key % len(self.pool.titles)],
            "source": text.source,
            "html": text.html,
            "kind": list(Kind)[key % len(Kind)],
            "visibility": Visibility.PUBLIC if key % 2 else Visibility.MEMBERS,
            "place_id": 1 + key % self._places(),
            "time_zone": "UTC",
            "first_date": start.date(),
            "start_time": start.time(),
            "duration": TWO_HOURS,
            "recurrence": None,
            "uid": f"{key}@example.org",
            "created_at": start - timedelta(days=60),
            "changed_at": start - timedelta(days=60),
            "published_at": start - timedelta(days=60),
            "made_until": self.anchor + AHEAD,
        }

    def _host(self, key: int) -> int:
        return 1 + key * 7 % self.size.members

    def _occurrence(self, key: int) -> Row:
        start = self._start(key)
        return {
            "id": key,
            "event_id": key,
            "key": key_of(start.replace(tzinfo=None)),
            "starts_at": start,
            "ends_at": start + TWO_HOURS,
            "is_public": bool(key % 2),
            "is_long": False,
            "is_single": True,
        }

    def _rsvps(self, keys: range) -> Iterator[Row]:
        for key in keys:
            chance = Random(f"rsvps {key}")
            for member in chance.sample(range(1, self.size.members + 1), min(COME, self.size.members)):
                yield {
                    "occurrence_id": key,
                    "member_id": member,
                    "state": State.IN,
                    "answered_at": self._start(key) - timedelta(days=7),
                }
