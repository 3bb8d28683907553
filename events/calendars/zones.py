"""A zone's changes of clocks as a VTIMEZONE that every reader understands.

Each change stands as a component of its own: readers in use take only the first value of an RDATE, and would be an hour
off from the second change on.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

STEP = timedelta(days=7)
SECOND = timedelta(seconds=1)


def vtimezone(zone: str, *, first_year: int, last_year: int) -> Timezone:
    """The zone from one year to another, with what was in force before the first change."""
    part = Timezone()
    part.add("TZID", zone)
    clock = ZoneInfo(zone)
    begin = datetime(first_year, 1, 1, tzinfo=UTC)
    part.add_component(_component(begin, clock, was=clock.utcoffset(begin) or timedelta(0)))
    for moment, was in changes(zone, first_year, last_year):
        part.add_component(_component(moment, clock, was=was))
    return part


@lru_cache(maxsize=256)
def changes(zone: str, first_year: int, last_year: int) -> tuple[tuple[datetime, timedelta], ...]:
    """The moments at which the clocks change, each with the offset before."""
    return tuple(_changes(ZoneInfo(zone), first_year, last_year))


def _changes(clock: ZoneInfo, first_year: int, last_year: int) -> Iterator[tuple[datetime, timedelta]]:
    begin, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    moments = [begin + number * STEP for number in range((end - begin) // STEP + 2)]
    for before, after in pairwise(moments):
        if _offset(before, clock) != _offset(after, clock):
            moment = _first_after(before, after, clock)
            yield moment, _offset(moment - SECOND, clock)


def _first_after(before: datetime, after: datetime, clock: ZoneInfo) -> datetime:
    """The first second with the new offset, between two moments that differ."""
    old = _offset(before, clock)
    while after - before > SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        before, after = (middle, after) if _offset(middle, clock) == old else (before, middle)
    return after


def _offset(moment: datetime, clock: ZoneInfo) -> timedelta:
    return moment.astimezone(clock).utcoffset() or timedelta(0)


def _component(moment: datetime, clock: ZoneInfo, *, was: timedelta) -> TimezoneStandard | TimezoneDaylight:
    local = moment.astimezone(clock)
    part = TimezoneDaylight() if local.dst() else TimezoneStandard()
    part.add("DTSTART", (moment + was).replace(tzinfo=None))
    part.add("TZOFFSETFROM", was)
    part.add("TZOFFSETTO", local.utcoffset())
    part.add("TZNAME", local.tzname())
    return part
