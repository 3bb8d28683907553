"""Events as an iCalendar feed: what our pages show, and nothing about people.

A series is written with its rule up to the last date that was made, so that a subscriber sees the same dates as a
reader. A date whose time a change of clocks leaves out, or lets come twice, stands on its own with its moment in UTC:
other calendars don't agree on such times. UIDs never change; what is cancelled stays, as cancelled.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as Component
from icalendar.prop import vRecur
from recurrence import Rule

from commons.markup import plain_text
from events.calendars.zones import vtimezone
from events.models import Event, Occurrence
from events.recurring import bounded, instant, is_unsure, latest, local, of_rule, starts, wall, wall_of

WORDS_MAX = 2000
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
REFRESH = timedelta(hours=6)


def calendar(events: Iterable[Event], *, name: str, address: str, base: str) -> bytes:
    """A feed of these events, each with its `dates`; `address` is its own, `base` that of the site."""
    feed = Calendar()
    feed.add("PRODID", "-//Commons//Calendar//EN")
    feed.add("VERSION", "2.0")
    feed.add("CALSCALE", "GREGORIAN")
    feed.add("NAME", _text(name))
    feed.add("X-WR-CALNAME", _text(name))
    feed.add("SOURCE", address, parameters={"VALUE": "URI"})
    feed.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    feed.add("X-PUBLISHED-TTL", "PT6H")
    parts = [part for event in events for part in _parts(event, base=base)]
    for zone, first, last in _zones(parts):
        feed.add_component(vtimezone(zone, first_year=first, last_year=last))
    for part in parts:
        feed.add_component(part)
    return bytes(feed.to_ical())


def _zones(parts: "Iterable[_Part]") -> list[tuple[str, int, int]]:
    """Each zone that is named, with the years for which it is needed."""
    years: dict[str, set[int]] = {}
    for part in parts:
        for name in ("DTSTART", "RECURRENCE-ID", "RRULE", "RDATE", "EXDATE"):
            for zone, year in part.years.get(name, ()):
                years.setdefault(zone, set()).add(year)
    return [(zone, min(known) - 1, max(known) + 1) for zone, known in sorted(years.items())]


class _Part(Component):
    """A VEVENT that remembers for which years its zones must be told."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event
        self.years: dict[str, set[tuple[str, int]]] = {}

    def exactly(self, name: str, moment: datetime) -> None:
        """Put in a moment on the event's own clock, or in UTC where that clock is not clear."""
        here = local(moment, self.event.time_zone)
        if self.event.is_all_day or not is_unsure(here, self.event.time_zone):
            self.at(name, here)
        else:
            self.add(name, moment)

    def at(self, name: str, moment: datetime) -> None:
        """Put in a time of the event's own clock: a date if it lasts whole days, UTC if it happens once."""
        if self.event.is_all_day:
            self.add(name, moment.date())
        elif self.event.is_series:
            self.add(name, moment.replace(tzinfo=ZoneInfo(self.event.time_zone)))
            self.years.setdefault(name, set()).add((self.event.time_zone, moment.year))
        else:
            self.add(name, instant(moment, self.event.time_zone))


def _parts(event: Event, *, base: str) -> list[_Part]:
    """The event itself and, for a series, each of its dates that is not as the rule says."""
    rows = {row.key: row for row in event.dates}
    if not event.is_series:
        return [_dated(event, row, base=base) for row in rows.values()]
    if not rows:
        return []
    walls = _as_others_read(event)
    own = [row for row in rows.values() if _is_of_its_own(row, walls)]
    return [_series(event, rows, walls, base=base), *(_dated(event, row, base=base, is_one=True) for row in own)]


def _as_others_read(event: Event) -> list[datetime]:
    """The starts that a reader makes of our rules, before what does not happen is taken out."""
    rule = _until_made(event)
    rule.exrules, rule.exdates = [], []
    return starts(rule, first=event.first_wall, until=_last_made(event)).walls


def _last_made(event: Event) -> datetime:
    return max(wall_of(row.key) for row in event.dates)


def _until_made(event: Event) -> Any:
    return bounded(event.recurrence, first=event.first_wall, before=_last_made(event) + timedelta(seconds=1))


def _is_of_its_own(row: Occurrence, walls: list[datetime]) -> bool:
    has_word = row.is_moved or row.cancelled_at or row.note or row.title
    return bool(has_word) or wall_of(row.key) not in walls or _is_unsure(row)


def _is_unsure(row: Occurrence) -> bool:
    return not row.event.is_all_day and is_unsure(wall_of(row.key), row.event.time_zone)


def _series(event: Event, rows: dict[str, Occurrence], walls: list[datetime], *, base: str) -> _Part:
    part = _common(event, base=base)
    part.at("DTSTART", event.first_wall)
    part.at("DTEND", event.first_wall + event.duration)
    rule = _until_made(event)
    for one in rule.rrules:
        part.add("RRULE", _rule(one, event))
        part.years.setdefault("RRULE", set()).add((event.time_zone, one.until.year))
    for moment in sorted(_besides(rule, event)):
        part.at("RDATE", moment)
    for moment in walls:
        if moment.strftime("%Y%m%dT%H%M%S") not in rows:
            part.at("EXDATE", moment)
    return part


def _besides(rule: Any, event: Event) -> set[datetime]:
    """The extra dates that no rule gives anyway; some readers would show those twice."""
    ruled = {moment for one in rule.rrules for moment in of_rule(one, first=event.first_wall, until=wall(one.until))}
    return {wall(moment) for moment in rule.rdates} - ruled - {event.first_wall}


def _dated(event: Event, row: Occurrence, *, base: str, is_one: bool = False) -> _Part:
    """One date: all of an event that happens once, or a date of a series that is not as the rule says."""
    part = _common(event, base=base)
    if is_one:
        part.at("RECURRENCE-ID", wall_of(row.key))
    part.exactly("DTSTART", row.starts_at)
    part.exactly("DTEND", row.ends_at)
    if row.cancelled_at:
        _say_cancelled(part, row.cancel_reason)
    if row.title:
        part.pop("SUMMARY")
        part.add("SUMMARY", _text(row.title))
    if row.note:
        part.add("COMMENT", _text(row.note))
    return part


def _common(event: Event, *, base: str) -> _Part:
    part = _Part(event)
    part.add("UID", event.uid)
    part.add("DTSTAMP", event.changed_at)
    part.add("CREATED", event.created_at)
    part.add("LAST-MODIFIED", event.changed_at)
    part.add("SEQUENCE", event.sequence)
    part.add("SUMMARY", _text(event.title))
    address = f"{base}{event.get_absolute_url()}"
    part.add("DESCRIPTION", _text(f"{plain_text(event.html, limit=WORDS_MAX)}\n\n{address}"))
    part.add("URL", address)
    part.add("CATEGORIES", [str(event.get_kind_display())])
    if event.place and event.is_somewhere:
        where = [event.place.name, event.place.open_address, event.place.area]
        part.add("LOCATION", _text(", ".join(filter(None, where))))
    if event.is_cancelled:
        _say_cancelled(part, event.cancel_reason)
    else:
        part.add("STATUS", "CONFIRMED")
    return part


def _say_cancelled(part: _Part, reason: str) -> None:
    part.pop("STATUS", None)
    part.add("STATUS", "CANCELLED")
    part.add("COMMENT", _text(reason))


def _rule(rule: Rule, event: Event) -> vRecur:
    """A rule in iCalendar's words; its end a moment in UTC, or a day where the event lasts whole days."""
    parts: dict[str, Any] = {"FREQ": Rule.frequencies[rule.freq]}
    if rule.interval != 1:
        parts["INTERVAL"] = rule.interval
    end = wall(rule.until)
    parts["UNTIL"] = end.date() if event.is_all_day else latest(end, event.time_zone)
    for name in Rule.byparams:
        if values := getattr(rule, name):
            parts[name.upper()] = [str(value) for value in values] if name == "byday" else values
    if rule.wkst:
        parts["WKST"] = Rule.weekdays[getattr(rule.wkst, "number", rule.wkst)]
    return vRecur(parts)


def _text(words: str) -> str:
    return CONTROL.sub("", words.replace("\r\n", "\n")).strip()
