"""When something happens: starts on the event's own clock, out of how it repeats.

A start is a wall time: "19:00 in Lisbon" stays 19:00 when summer time comes, so nothing here knows a zone until
`instant` asks for one. django-recurrence knows only moments in UTC; wall times are handed to it in that guise.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule
from recurrence import DAILY, MONTHLY, WEEKLY, YEARLY, Recurrence, Rule, serialize
from recurrence.exceptions import RecurrenceError

from events.enums import WORK_MOST

KEY_FORMAT = "%Y%m%dT%H%M%S"
COARSE = frozenset({YEARLY, MONTHLY, WEEKLY, DAILY})
PARTS = ("bysetpos", "bymonth", "bymonthday", "byyearday", "byweekno", "byhour", "byminute", "bysecond")


class Unkept(Exception):
    """A way of repeating that we don't keep; the sentence says why."""


@dataclass(frozen=True)
class Starts:
    """The starts of a series up to a moment, and whether there was more work in it than we do."""

    walls: list[datetime] = field(default_factory=list)
    is_cut: bool = False


def guised(wall: datetime) -> datetime:
    """A wall time as django-recurrence keeps it."""
    return wall.replace(tzinfo=UTC)


def wall(guise: datetime) -> datetime:
    return guise.replace(tzinfo=None)


def check(recurrence: Recurrence) -> None:
    """Raises:
    Unkept: it repeats more often than daily, or the store cannot hold it.
    """
    for rule in (*recurrence.rrules, *recurrence.exrules):
        if rule.freq not in COARSE:
            raise Unkept("it repeats more often than daily")
    try:
        serialize(recurrence)
    except (RecurrenceError, ValueError, TypeError) as error:
        raise Unkept(f"its rule cannot be kept: {error}") from error


def starts(recurrence: Recurrence | None, *, first: datetime, until: datetime) -> Starts:
    """Every start from `first` to `until`, both wall times, in order. The first counts, whatever the rule says."""
    if recurrence is None:
        return Starts([first] if first <= until else [])
    found, is_cut = {first}, False
    for rule in recurrence.rrules:
        walls = list(islice(of_rule(rule, first=first, until=until), WORK_MOST))
        is_cut = is_cut or len(walls) == WORK_MOST
        found.update(walls)
    found.update(wall(moment) for moment in recurrence.rdates)
    without = {wall(moment) for moment in recurrence.exdates}
    for rule in recurrence.exrules:
        without.update(islice(of_rule(rule, first=first, until=until), WORK_MOST))
    return Starts(sorted(moment for moment in found - without if moment <= until), is_cut)


def has_end(recurrence: Recurrence) -> bool:
    return all(rule.until or rule.count for rule in recurrence.rrules)


def ends_by(recurrence: Recurrence, *, first: datetime, until: datetime) -> bool:
    """Whether all its starts are known to be over at a wall time."""
    rules = all(_rule_ends_by(rule, first=first, until=until) for rule in recurrence.rrules)
    return rules and all(wall(moment) <= until for moment in recurrence.rdates)


def _rule_ends_by(rule: Rule, *, first: datetime, until: datetime) -> bool:
    if rule.until:
        return wall(rule.until) <= until
    walls = islice(of_rule(rule, first=first, until=until), WORK_MOST)
    return rule.count is not None and len(list(walls)) == rule.count


def instant(moment: datetime, zone: str) -> datetime:
    """The moment of a wall time. One that a change of clocks leaves out is read as if they had not changed yet, one
    that comes twice as the first (RFC 5545, 3.3.5)."""
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def is_unsure(moment: datetime, zone: str) -> bool:
    """Whether a change of clocks leaves a wall time out or lets it come twice: calendars don't agree on such times."""
    return len(_readings(moment, zone)) > 1


def latest(moment: datetime, zone: str) -> datetime:
    """The last moment that somebody may take a wall time for."""
    return max(_readings(moment, zone))


def _readings(moment: datetime, zone: str) -> set[datetime]:
    clock = ZoneInfo(zone)
    return {moment.replace(tzinfo=clock, fold=fold).astimezone(UTC) for fold in (0, 1)}


def key_of(moment: datetime) -> str:
    """How an occurrence is known in its series: where the rule puts it, even when it was moved."""
    return moment.strftime(KEY_FORMAT)


def wall_of(key: str) -> datetime:
    return datetime.strptime(key, KEY_FORMAT)  # noqa: DTZ007 (a wall time has no zone)


def of_rule(rule: Rule, *, first: datetime, until: datetime) -> Iterator[datetime]:
    """The starts of one rule. It always has an end, so that one which never happens is not looked for for ever."""
    end = guised(until) if rule.until is None else min(rule.until, guised(until))
    parts = {name: getattr(rule, name) or None for name in PARTS}
    every = rrule(
        rule.freq,
        dtstart=guised(first),
        interval=rule.interval,
        wkst=rule.wkst,
        until=end,
        byweekday=_weekdays(rule) or None,
        **parts,
    )
    return (wall(moment) for moment in islice(every, rule.count))


def _weekdays(rule: Rule) -> Iterable[object]:
    from dateutil.rrule import weekdays

    return [weekdays[day.number](day.index) if day.index else weekdays[day.number] for day in rule.byday]


def bounded(recurrence: Recurrence, *, first: datetime, before: datetime) -> Recurrence:
    """The same series with nothing from `before` on; each rule then ends with its last start."""
    rules = []
    for rule in recurrence.rrules:
        walls = [moment for moment in islice(of_rule(rule, first=first, until=before), WORK_MOST) if moment < before]
        if walls:
            parts = {name: list(getattr(rule, name)) for name in (*PARTS, "byday")}
            rules.append(Rule(rule.freq, rule.interval, rule.wkst, until=guised(walls[-1]), **parts))
    return Recurrence(
        rrules=rules,
        exrules=recurrence.exrules,
        rdates=[moment for moment in recurrence.rdates if wall(moment) < before],
        exdates=[moment for moment in recurrence.exdates if wall(moment) < before],
        include_dtstart=False,
    )


def local(moment: datetime, zone: str) -> datetime:
    """A moment on the clock of a zone."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def years_after(moment: datetime, years: int) -> datetime:
    return moment + timedelta(days=366 * years)
