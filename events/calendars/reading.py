"""Calendars of others, read with limits on the work that they can cause.

Whatever cannot be read or kept is skipped alone, with a reason; one bad event never takes the rest of its file along.
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from icalendar import Calendar
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON
from recurrence import Recurrence, Rule, to_weekday

from events import recurring
from events.enums import READ_FIRST_YEAR, TITLE_MAX_LENGTH, UID_MAX_LENGTH, YEARS_AHEAD
from events.recurring import Unkept, guised

FILE_MAX_BYTES = 10 * 1024 * 1024
EVENTS_MOST = 5000
DATES_MOST = 5000  # RDATE or EXDATE values of one event
WORDS_MAX = 20_000
SAMPLES = ((0, 1), (0, 7), (1, 1), (1, 7))  # years on and months in which an unknown zone is compared with known ones
BLOCK = re.compile(r"^BEGIN:(VEVENT|VTIMEZONE)\s*$.*?^END:\1\s*$", re.MULTILINE | re.DOTALL | re.IGNORECASE)
KNOWN_ZONES = frozenset(available_timezones())
SEPARATORS = re.compile(r"[_\s/-]+")
PLAIN = ("INTERVAL", "COUNT")
NUMBERS = ("BYSETPOS", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYHOUR", "BYMINUTE", "BYSECOND")
type Part = Any  # a component or a rule of icalendar, whose properties may be of any type

UNREADABLE = (AttributeError, KeyError, IndexError, TypeError, ValueError, OverflowError, AssertionError)
"""What libraries raise at what they did not expect; all of it means that this event cannot be read."""


@dataclass(frozen=True)
class Skipped:
    """An event, or a file, that was not read, and why."""

    reason: str
    uid: str = ""


@dataclass(frozen=True)
class Override:
    """One date of a series as its calendar changed it. `key` is where the rule puts it."""

    key: datetime
    start: datetime
    duration: timedelta
    title: str = ""
    is_cancelled: bool = False


@dataclass(frozen=True)
class Told:
    """One event of another calendar, on its own clock."""

    uid: str
    sequence: int
    changed_at: datetime | None
    title: str
    source: str
    zone: str
    first: datetime
    is_all_day: bool
    duration: timedelta
    recurrence: Recurrence | None = None
    location: str = ""
    is_cancelled: bool = False
    overrides: Sequence[Override] = field(default_factory=list)

    def starts(self, *, until: datetime) -> recurring.Starts:
        """Its starts up to a wall time, with those that were moved where they are now."""
        moved = {one.key: one.start for one in self.overrides}
        found = recurring.starts(self.recurrence, first=self.first, until=until)
        walls = [*(wall for wall in found.walls if wall not in moved), *moved.values()]
        return recurring.Starts(sorted(wall for wall in walls if wall <= until), found.is_cut)

    def instant(self, wall: datetime) -> datetime:
        """A start as a moment. A day without a time is told as its midnight in UTC."""
        return wall.replace(tzinfo=UTC) if self.is_all_day else recurring.instant(wall, self.zone)


@dataclass
class Reading:
    """What a file holds."""

    events: list[Told] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def read(content: bytes, *, zone: str, now: datetime) -> Reading:
    """All events of a file; times without a zone are on the clock of `zone`."""
    reading = Reading()
    if len(content) > FILE_MAX_BYTES:
        reading.skipped.append(Skipped("the file is larger than 10 MB"))
        return reading
    by_uid: dict[str, list[Part]] = {}
    clocks: dict[str, str] = {}
    for number, (part, clock) in enumerate(_components(content, reading)):
        if number >= EVENTS_MOST:
            reading.skipped.append(Skipped(f"the file holds more than {EVENTS_MOST} events", _uid(part)))
        else:
            by_uid.setdefault(_uid(part), []).append(part)
            clocks[_uid(part)] = clock
    for uid, parts in by_uid.items():
        try:
            reading.events.append(_event(uid, parts, reading, zone=clocks[uid] or zone, now=now))
        except Unkept as error:
            reading.skipped.append(Skipped(str(error), uid))
        except UNREADABLE as error:
            reading.skipped.append(Skipped(f"it cannot be read: {type(error).__name__}", uid))
    return reading


def _components(content: bytes, reading: Reading) -> Iterator[tuple[Part, str]]:
    """Each VEVENT, with the clock of its calendar if that says one.

    Where the file as a whole cannot be parsed, each is tried alone, with the zones of the file.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # guesses of the library, which `_zone` checks
            calendars = Calendar.from_ical(content, multiple=True)
        found = [(part, _clock(str(one.get("X-WR-TIMEZONE", "")))) for one in calendars for part in one.walk("VEVENT")]
    except UNREADABLE:
        found, calendars = [], []
    if calendars:
        yield from found
    else:
        yield from _one_by_one(content.decode("utf-8", "replace"), reading)


def _one_by_one(text: str, reading: Reading) -> Iterator[tuple[Part, str]]:
    blocks = list(BLOCK.finditer(text.replace("\r\n", "\n").replace("\r", "\n")))
    if not blocks:
        reading.skipped.append(Skipped("the file cannot be read as a calendar"))
    clock = re.search(r"^X-WR-TIMEZONE:(.*)$", text, re.MULTILINE)
    zones = [block[0] for block in blocks if block[1].upper() == "VTIMEZONE" and _parsed([block[0]])]
    for block in blocks[: 2 * EVENTS_MOST]:
        if block[1].upper() != "VEVENT":
            continue
        if parts := _parsed([*zones, block[0]]):
            yield from ((part, _clock(clock[1] if clock else "")) for part in parts.walk("VEVENT"))
        else:
            uid = re.search(r"^UID[^:\n]*:(.*)$", block[0], re.MULTILINE)
            reading.skipped.append(Skipped("a line of it cannot be read", uid[1].strip() if uid else ""))


def _clock(told: str) -> str:
    return told.strip() if told.strip() in KNOWN_ZONES else ""


def _parsed(blocks: Sequence[str]) -> Part | None:
    try:
        return Calendar.from_ical("\r\n".join(["BEGIN:VCALENDAR", *blocks, "END:VCALENDAR", ""]))
    except UNREADABLE:
        return None


def _uid(part: Part) -> str:
    """Its own name, or, without one, a lasting one out of what it says."""
    told = _text(part, "UID")
    return told[:UID_MAX_LENGTH] or f"{sha256(part.to_ical()).hexdigest()[:32]}@without-uid"


def _event(uid: str, parts: list[Part], reading: Reading, *, zone: str, now: datetime) -> Told:
    masters = [part for part in parts if "RECURRENCE-ID" not in part]
    changes = [part for part in parts if "RECURRENCE-ID" in part]
    if not masters:
        masters, changes = _without_series(changes)
    master = max(enumerate(masters), key=lambda pair: (_sequence(pair[1]), pair[0]))[1]
    told = _master(uid, master, zone=zone, now=now)
    overrides: dict[datetime, tuple[int, Override]] = {}
    for part in changes:
        try:
            one = _override(part, told)
        except Unkept as error:
            reading.skipped.append(Skipped(str(error), uid))
            continue
        except UNREADABLE as error:
            reading.skipped.append(Skipped(f"a changed date cannot be read: {type(error).__name__}", uid))
            continue
        rank = _sequence(part)
        if one.key not in overrides or overrides[one.key][0] <= rank:
            overrides[one.key] = rank, one
    found = [one for _rank, one in overrides.values()]
    return replace(told, overrides=sorted(found, key=lambda one: one.key))


def _without_series(changes: list[Part]) -> tuple[list[Part], list[Part]]:
    """Changed dates of a series that is not there itself: the first stands for all, and only these happen."""
    dated = sorted(changes, key=lambda part: str(part["RECURRENCE-ID"].to_ical()))
    first = dated[0].copy()
    for name in ("RRULE", "RDATE", "EXDATE", "EXRULE"):
        first.pop(name, None)
    return [first], dated[1:]


def _master(uid: str, part: Part, *, zone: str, now: datetime) -> Told:
    if "DTSTART" not in part:
        raise Unkept("it has no start")
    start = _value(part, "DTSTART", "its start cannot be read")
    if not READ_FIRST_YEAR <= start.year <= now.year + YEARS_AHEAD:
        raise Unkept(f"it starts in {start.year}, which is too long ago or too far ahead")
    is_all_day = not isinstance(start, datetime)
    is_series = any(name in part for name in ("RRULE", "RDATE", "EXRULE"))
    clock = _zone(part, start, zone=zone, is_series=is_series) if isinstance(start, datetime) else zone
    first = _wall(start, clock)
    recurrence = _recurrence(part, first=first, clock=clock) if is_series or "EXDATE" in part else None
    if recurrence is not None:
        recurring.check(recurrence)
    return Told(
        uid=uid,
        sequence=_sequence(part),
        changed_at=_changed_at(part),
        title=_text(part, "SUMMARY")[:TITLE_MAX_LENGTH] or "—",
        source=_text(part, "DESCRIPTION")[:WORDS_MAX],
        zone=clock,
        first=first,
        is_all_day=is_all_day,
        duration=_duration(part, first=first, clock=clock, is_all_day=is_all_day),
        recurrence=recurrence or None,
        location=_text(part, "LOCATION"),
        is_cancelled=_text(part, "STATUS").upper() == "CANCELLED",
    )


def _override(part: Part, told: Told) -> Override:
    at = part["RECURRENCE-ID"]
    if str(at.params.get("RANGE", "")).upper() == "THISANDFUTURE":
        raise Unkept("it changes all later dates in one, which is not read")
    key = _wall(at.dt, told.zone) if isinstance(at.dt, datetime) else _on_day(at.dt, told.first)
    start = _value(part, "DTSTART", "the start of a changed date cannot be read") if "DTSTART" in part else key
    wall = _wall(start, told.zone)
    return Override(
        key=key,
        start=wall,
        duration=_duration(part, first=wall, clock=told.zone, is_all_day=told.is_all_day),
        title=_text(part, "SUMMARY")[:TITLE_MAX_LENGTH],
        is_cancelled=_text(part, "STATUS").upper() == "CANCELLED",
    )


def _value(part: Part, name: str, reason: str) -> date:
    try:
        value = part[name].dt
    except UNREADABLE as error:
        raise Unkept(reason) from error
    if not isinstance(value, date):
        raise Unkept(reason)
    return value


def _wall(moment: date, clock: str) -> datetime:
    """A date or a time of theirs on the clock of the event."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.min)
    if moment.tzinfo is None:
        return moment.replace(microsecond=0)
    return moment.astimezone(ZoneInfo(clock)).replace(tzinfo=None, microsecond=0, fold=0)


def _on_day(day: date, first: datetime) -> datetime:
    return datetime.combine(day, first.time())


def _duration(part: Part, *, first: datetime, clock: str, is_all_day: bool) -> timedelta:
    """How long it lasts on its own clock; nothing, or a day, where that is not said or cannot be."""
    try:
        length = _wall(part["DTEND"].dt, clock) - first if "DTEND" in part else part["DURATION"].dt
    except UNREADABLE:
        length = timedelta(0)
    return max(length, timedelta(days=1 if is_all_day else 0))


def _recurrence(part: Part, *, first: datetime, clock: str) -> Recurrence:
    return Recurrence(
        rrules=[_rule(rule, first=first, clock=clock) for rule in _listed(part, "RRULE")],
        exrules=[_rule(rule, first=first, clock=clock) for rule in _listed(part, "EXRULE")],
        rdates=[guised(wall) for wall in _dates(part, "RDATE", first=first, clock=clock)],
        exdates=[guised(wall) for wall in _dates(part, "EXDATE", first=first, clock=clock)],
        include_dtstart=False,
    )


def _listed(part: Part, name: str) -> list[Any]:
    value = part.get(name, [])
    return value if isinstance(value, list) else [value]


def _dates(part: Part, name: str, *, first: datetime, clock: str) -> list[datetime]:
    """The values of all RDATE or EXDATE lines; of a period its start, of a day the time of the first start."""
    found = []
    for line in _listed(part, name):
        for value in getattr(line, "dts", []):
            moment = value.dt[0] if isinstance(value.dt, tuple) else value.dt
            found.append(_wall(moment, clock) if isinstance(moment, datetime) else _on_day(moment, first))
    if len(found) > DATES_MOST:
        raise Unkept(f"it lists more than {DATES_MOST} dates")
    return found


def _rule(told: Part, *, first: datetime, clock: str) -> Rule:
    frequency = str(_listed_first(told, "FREQ")).upper()
    if frequency not in Rule.frequencies:
        raise Unkept("its rule has no frequency")
    parts: dict[str, Any] = {}
    for key in told:
        name, values = key.upper(), told[key] if isinstance(told[key], list) else [told[key]]
        if name == "UNTIL":
            parts["until"] = guised(_until(values[0], first=first, clock=clock))
        elif name != "FREQ":
            parts[name.lower()] = _rule_part(name, values)
    return Rule(Rule.frequencies.index(frequency), **parts)


def _rule_part(name: str, values: list[Any]) -> Any:
    if name in PLAIN:
        return int(values[0])
    if name in NUMBERS:
        return [int(value) for value in values]
    if name == "BYDAY":
        return [to_weekday(str(value).upper().removeprefix("+")) for value in values]
    if name == "WKST":
        return to_weekday(str(values[0]).upper()).number
    raise Unkept(f"its rule has a part that we don't know: {name[:20]}")


def _listed_first(told: Part, name: str) -> Any:
    value = told.get(name, [""])
    return value[0] if isinstance(value, list) else value


def _until(until: date, *, first: datetime, clock: str) -> datetime:
    """The last moment of a rule. A day without a time ends when the day does."""
    if isinstance(until, datetime):
        return _wall(until, clock)
    return datetime.combine(until, max(first.time(), time(23, 59, 59)))


def _sequence(part: Part) -> int:
    try:
        return max(0, min(int(part.get("SEQUENCE", 0)), 2**31 - 1))
    except UNREADABLE:
        return 0


def _changed_at(part: Part) -> datetime | None:
    for name in ("LAST-MODIFIED", "DTSTAMP"):
        try:
            value = part[name].dt
        except UNREADABLE:
            continue
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
    return None


def _text(part: Part, name: str) -> str:
    value = part.get(name, "")
    return str(value[0] if isinstance(value, list) and value else value).replace("\x00", "").strip()


def _zone(part: Part, start: datetime, *, zone: str, is_series: bool) -> str:
    """The known zone on whose clock an event is."""
    told = str(part["DTSTART"].params.get("TZID", ""))
    if start.tzinfo is None:
        if told:
            raise Unkept(f"its time zone is unknown: {told[:60]}")
        return zone
    if start.tzname() == "UTC" and not told:
        return zone
    if isinstance(start.tzinfo, ZoneInfo) and start.tzinfo.key in KNOWN_ZONES:
        return start.tzinfo.key
    if found := _zone_like(told, start):
        return found
    if is_series:
        raise Unkept(f"its time zone is unknown: {told[:60]}")
    return "UTC"


def _zone_like(told: str, start: datetime) -> str:
    """The known zone that a calendar describes under a name of its own: the one it names, if their clocks agree when
    it starts, or any whose clock agrees in winter and summer."""
    wall = start.replace(tzinfo=None)
    if named := next((zone for zone in _named(told) if _offsets(zone, (wall,)) == (start.utcoffset(),)), ""):
        return named
    months = tuple(datetime(start.year + years, month, 1, 12) for years, month in SAMPLES)  # noqa: DTZ001 (on many clocks)
    try:
        offsets = tuple(month.replace(tzinfo=start.tzinfo).utcoffset() for month in months)
    except UNREADABLE:
        return ""
    return next((zone for zone in _usual() if _offsets(zone, months) == offsets), "")


def _named(told: str) -> list[str]:
    """Zones that a name may mean: Windows' own, or one that it ends with, however its parts are joined."""
    words = [word for word in SEPARATORS.split(told.strip('"')) if word]
    ends = [
        "/".join([*words[at:after], "_".join(words[after:])])
        for at in range(len(words))
        for after in range(at, len(words))
    ]
    windows = WINDOWS_TO_OLSON.get(told.strip('"'), "")
    return [zone for zone in (windows, *ends) if zone in KNOWN_ZONES]


@lru_cache(maxsize=1)
def _usual() -> tuple[str, ...]:
    """The zones that Windows has names for: one for each way in which clocks go."""
    return tuple(sorted(KNOWN_ZONES.intersection(WINDOWS_TO_OLSON.values())))


@lru_cache(maxsize=4096)
def _offsets(zone: str, months: tuple[datetime, ...]) -> tuple[timedelta | None, ...]:
    return tuple(month.replace(tzinfo=ZoneInfo(zone)).utcoffset() for month in months)
