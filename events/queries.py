"""What the calendar's pages ask for, each in a known number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import JSONObject, RowNumber, TruncDate
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from commons import journal, subjects
from commons.contributions import Recent
from commons.folding import folded
from commons.pagination import Page, bounded, cut, decode, page
from commons.subjects import Link, Subject, Talk
from events import attached, recurring
from events.enums import CALENDAR, FEED_EVENTS_MOST, FEED_LOOKS_BACK, SUBJECT, Fact
from events.models import HOST, Event, EventUserPermission, FeedKey, Occurrence, Place, Reader, hosted
from events.recurring import wall_of
from events.rules import fingerprint, walls_ahead
from members.models import Member
from members.people import queries as people
from notifications.models import Preferences

BY_TIME = ("starts_at", "id")
MINE_BY = ("-changed_at", "-id")
A_DAY_SHOWS = 3
LONG_SHOWN = 60
DATES_OF_EVENT = 12
PLACES_KNOWN = 200
HOST_SHOWS = ("id", "username", "display_name", "is_active")
ON_LINE_ONLY = ("captions", "sign_language")


@dataclass(frozen=True)
class Filters:
    """What of the calendar somebody wants to see. `free_at`: only dates on which a place is free then for anybody."""

    kind: str = ""
    attendance: str = ""
    language: str = ""
    access: str = ""
    place: str = ""
    free_at: datetime | None = None

    @property
    def is_set(self) -> bool:
        return self != Filters()

    def of(self, occurrences: QuerySet[Occurrence]) -> QuerySet[Occurrence]:
        """Those of these dates that fit. A page with a choice by free places is not to be kept."""
        journal.shows(CALENDAR)
        wanted = {f"event__{name}": getattr(self, name) for name in ("kind", "language") if getattr(self, name)}
        if self.access:
            where = "event" if self.access in ON_LINE_ONLY else "event__place"
            wanted[f"{where}__{self.access}"] = Fact.YES
        found = occurrences.filter(**wanted)
        if self.attendance:
            found = found.filter(event__attendance__in=(self.attendance, "hybrid"))
        if self.place:
            near = Q(event__place__name__icontains=self.place) | Q(event__place__area__icontains=self.place)
            found = found.filter(near)
        if not self.free_at:
            return found
        journal.shows_for_now()
        return attached.with_room(found, now=self.free_at)


@dataclass(frozen=True)
class Day:
    """One day of a month or a week: some of its dates, and how many more there are."""

    date: date
    rows: Sequence[Occurrence] = field(default_factory=list)
    more: int = 0

    @property
    def count(self) -> int:
        return len(self.rows) + self.more


class EventPage(NamedTuple):
    """An event with what its page tells beside it."""

    event: Event
    hosts: Sequence[Member]
    zone: ZoneInfo


class Later(NamedTuple):
    """Dates of a series that follow those which its page shows."""

    more: int
    last: datetime


class Upcoming(NamedTuple):
    """The dates of one event around now: the one that is shown, and the others."""

    shown: Occurrence | None
    coming: Sequence[Occurrence]
    before: Sequence[Occurrence]

    @property
    def around(self) -> Sequence[Occurrence]:
        return [*([self.shown] if self.shown else []), *self.coming, *self.before]


def zone_of(reader: Reader) -> ZoneInfo:
    """The reader's own clock; the site's for visitors and for members who never said which. One query for a member."""
    chosen = Preferences.objects.filter(member=reader).values_list("zone", flat=True) if reader.pk else None
    return _zone(chosen.first() if chosen is not None else None)


def _zone(name: str | None) -> ZoneInfo:
    return ZoneInfo(name or settings.TIME_ZONE)


def near(reader: Reader) -> str:
    """The town of a member's own profile, without what follows it, for themselves. One query for a member."""
    area = people.own_area(reader) if isinstance(reader, Member) else ""
    return area.partition(",")[0].strip()


def agenda(reader: Reader, filters: Filters, *, since: datetime, after: str = "", before: str = "") -> Page[Occurrence]:
    """The dates from a moment on, or around a cursor, earliest first. Two queries with all that they show."""
    rows = filters.of(Occurrence.objects.visible_to(reader)).with_event()  # type: ignore[attr-defined] # ours
    if before:
        return page(rows, by=BY_TIME, before=decode(before, length=len(BY_TIME)))
    if after:
        return page(rows, by=BY_TIME, after=decode(after, length=len(BY_TIME)))
    found = page(rows.filter(starts_at__gte=since), by=BY_TIME)
    return Page(rows=found.rows, has_before=True, has_after=found.has_after)


def going_on(reader: Reader, filters: Filters, *, at: datetime) -> list[Occurrence]:
    """What began before a moment and runs over days beyond it. One query."""
    return list(_long(reader, filters, begin=at, end=at)[:LONG_SHOWN])


def days(reader: Reader, filters: Filters, *, first: date, count: int, zone: ZoneInfo) -> list[Day]:
    """Days on the reader's clock with the first few of their dates. Three queries, however many dates there are."""
    begin = datetime.combine(first, time.min, tzinfo=zone)
    end = datetime.combine(first + timedelta(days=count), time.min, tzinfo=zone)
    rows = filters.of(Occurrence.objects.visible_to(reader)).filter(starts_at__gte=begin, starts_at__lt=end)
    placed = (
        rows.annotate(day=TruncDate("starts_at", tzinfo=zone))
        .annotate(
            place=Window(RowNumber(), partition_by=[F("day")], order_by=[F("starts_at").asc(), F("pk").asc()]),
            in_day=Window(Count("pk"), partition_by=[F("day")]),
        )
        .filter(place__lte=A_DAY_SHOWS)
        .order_by("day", "place")
        .values_list("pk", "day", "in_day")
    )
    found = list(placed)
    shown = Occurrence.objects.with_event().in_bulk([pk for pk, _day, _in_day in found])
    running = list(_long(reader, filters, begin=begin, end=end)[:LONG_SHOWN])
    counts = {day: in_day for _pk, day, in_day in found}
    return [
        _day(
            first + timedelta(days=number),
            [shown[pk] for pk, day, _in_day in found if day == first + timedelta(days=number)],
            running,
            in_day=counts.get(first + timedelta(days=number), 0),
            zone=zone,
        )
        for number in range(count)
    ]


def event(event_id: int, *, reader: Reader) -> Event:
    """An event that the reader may see, with its place and whether the reader hosts it; else a 404."""
    return get_object_or_404(_readable(reader), pk=event_id)


def event_page(event_id: int, *, reader: Reader) -> EventPage:
    """An event with all who host it, by name, and the reader's own clock; else a 404. One query."""
    chosen = Preferences.objects.filter(member=reader.pk).values("zone")
    others = EventUserPermission.objects.filter(content_object=OuterRef("pk"), permission__codename=HOST)
    told = {name: f"user__{name}" for name in HOST_SHOWS}
    rows = _readable(reader).annotate(
        zone=Subquery(chosen), others=ArraySubquery(others.order_by("user").values(told=JSONObject(**told)))
    )
    found: Any = get_object_or_404(rows, pk=event_id)
    hosts = {row["id"]: _host(row) for row in found.others} | ({found.author_id: found.author} if found.author else {})
    by_name = sorted(hosts.values(), key=lambda host: (folded(host.display_name), host.pk))
    return EventPage(found, by_name, _zone(found.zone))


def _host(row: dict[str, Any]) -> Member:
    """A member of whom only what names them was fetched."""
    return Member.from_db(
        DEFAULT_DB_ALIAS, HOST_SHOWS, [row[name] for name in HOST_SHOWS], fetch_mode=settings.FETCH_MODE
    )


def _readable(reader: Reader) -> QuerySet[Event]:
    hosts = hosted(reader) if isinstance(reader, Member) else Value(value=False)
    return Event.objects.visible_to(reader).select_related("place", "author").annotate(reader_hosts=hosts)


def link_to_event(key: int) -> Link:
    """The way to an event that something is about; it costs no query, so it does not know the title."""
    return Link(_("This is about an event in the calendar"), reverse("events:event", args=[key, "event"]))


def talk_of(found: Event, *, reader: Reader) -> Talk | None:
    """The thread about an event, once somebody has said a word. One query."""
    return subjects.talks().find(Subject(SUBJECT, found.pk), reader=reader)


def occurrence(found: Event, key: str) -> Occurrence:
    row = get_object_or_404(Occurrence, event=found, key=key)
    row.event = found
    return row


def dates_of(found: Event, *, key: str, now: datetime) -> Upcoming:
    """The date that an address names, else the next one, else the last that has been; and those around now. One query.

    A 404 if it names one that is not there.
    """
    named, rows = key if key.isalnum() else "", Occurrence.objects.filter(event=found)
    coming = rows.filter(ends_at__gte=now).order_by("starts_at", "pk")[:DATES_OF_EVENT]
    before = rows.filter(ends_at__lt=now).order_by("-starts_at", "-pk")[:DATES_OF_EVENT]
    around = list(coming.union(before, rows.filter(key=named)).order_by("starts_at", "id"))
    for row in around:
        row.event = found
    ahead, gone = [row for row in around if row.ends_at >= now], [row for row in around[::-1] if row.ends_at < now]
    shown = next((row for row in (*ahead, *gone) if row.key == named or not named), None)
    if named and shown is None:
        raise Http404
    return Upcoming(shown, [row for row in ahead if row != shown], [row for row in gone if row != shown])


def later_than(dates: Upcoming, found: Event, *, now: datetime) -> Later | None:
    """What a series with an end has announced beyond the dates that are shown, on its own clock. No query."""
    if not found.is_series or found.resting_since or not recurring.has_end(found.recurrence):
        return None
    shown = [wall_of(row.key) for row in dates.coming]
    ahead = [wall for wall in walls_ahead(found, now=now) if not shown or wall > max(shown)]
    rest = [wall for wall in ahead if dates.shown is None or wall != wall_of(dates.shown.key)]
    return Later(len(rest), rest[-1]) if rest else None


def hosts_of(found: Event) -> list[Member]:
    """Whoever began an event and whoever hosts it with them, by name. One query."""
    rows = EventUserPermission.objects.filter(content_object=found, permission__codename=HOST)
    return list(
        Member.objects.filter(Q(pk=found.author_id) | Q(pk__in=rows.order_by().values("user"))).order_by(
            "folded_name", "pk"
        )
    )


def host_keys(found: Event) -> list[int]:
    """The keys of all who host an event, whoever began it first. One query."""
    others = EventUserPermission.objects.filter(content_object=found, permission__codename=HOST).order_by("user")
    keys = [found.author_id, *others.values_list("user", flat=True)]
    return [key for key in dict.fromkeys(keys) if key]


def mine(member: Member, *, now: datetime, after: str = "", past: str = "") -> tuple[Page[Event], Page[Event]]:
    """What a member hosts or prepares, and what is over, each a list of its own with the latest change first.

    Each event comes with `shown_at`, its next date or else its last. One query.
    """
    ahead = Occurrence.objects.filter(event=OuterRef("pk"), ends_at__gte=now).order_by()
    goes_on = Q(cancelled_at=None) & (Q(resting_since__isnull=False) | Q(confirmed_until__gte=now))
    is_ahead = Q(published_at=None) | Q(Exists(ahead)) | goes_on
    rows = Event.objects.filter(Q(author=member) | hosted(member)).annotate(
        shown_at=Occurrence.objects.all().next_or_last(now=now),
        is_over=Case(When(is_ahead, then=Value(value=False)), default=Value(value=True)),
    )
    lists = {True: past} if past else {False: after, True: past}
    parts = [_of_mine(rows.filter(is_over=is_over), after=cursor) for is_over, cursor in lists.items()]
    found = sorted(parts[0].union(*parts[1:], all=True), key=attrgetter("changed_at", "pk"), reverse=True)
    mine, over = ([one for one in found if one.is_over == is_over] for is_over in (False, True))
    return cut(mine, is_after=bool(after), is_before=False), cut(over, is_after=bool(past), is_before=False)


def _of_mine(rows: QuerySet[Any], *, after: str) -> QuerySet[Any]:
    bound = decode(after, length=len(MINE_BY)) if after else ()
    return bounded(rows, by=MINE_BY, bound=bound, is_before=False).order_by()


def is_counted_on(event: Event) -> bool:
    """Whether somebody counts on any of its dates, so that they cannot just become other ones."""
    return bool(attached.counted_on(set(event.occurrences.order_by().values_list("pk", flat=True))))


def known_places() -> QuerySet[Place]:
    """Places of earlier events, by name."""
    return Place.objects.order_by("name", "area", "pk")[:PLACES_KNOWN]


def recent_events(author: Member, *, reader: Reader, limit: int) -> list[Recent]:
    """What somebody began last, as far as a member may see it; for visitors nothing. One query."""
    if not isinstance(reader, Member):
        return []
    events = Event.objects.visible_to(reader).filter(author=author, published_at__isnull=False, hidden_at=None)
    return [
        Recent(created_at=one.created_at, title=one.title, address=one.get_absolute_url(), what=_("invited to"))
        for one in events.order_by("-created_at", "-pk")[:limit]
    ]


def events_for_feed(reader: Reader, filters: Filters, *, now: datetime) -> list[Event]:
    """Events with dates of late or to come that fit, with all their dates. Two queries."""
    recent = filters.of(Occurrence.objects.visible_to(reader)).filter(
        event=OuterRef("pk"), ends_at__gte=now - FEED_LOOKS_BACK
    )
    events = Event.objects.filter(Exists(recent.order_by())).select_related("place")
    found = list(events.order_by("-changed_at", "-pk")[:FEED_EVENTS_MOST])
    attach_dates(found)
    return found


def attach_dates(events: Iterable[Event]) -> None:
    """Give each event `dates`, all its occurrences in order. One query."""
    by_key = {one.pk: one for one in events}
    for one in by_key.values():
        one.dates = []
    rows = Occurrence.objects.filter(event__in=by_key).order_by("event", "key")
    for row in rows:
        row.event = by_key[row.event_id]
        row.event.dates.append(row)


def owner_of_feed(key: str) -> Member:
    """Whose secret address this is; else a 404."""
    row: FeedKey = get_object_or_404(
        FeedKey.objects.select_related("member"), fingerprint=fingerprint(key), member__is_active=True
    )
    return row.member


def feed_key(member: Member) -> FeedKey | None:
    return FeedKey.objects.filter(member=member).first()


def _long(reader: Reader, filters: Filters, *, begin: datetime, end: datetime) -> QuerySet[Occurrence]:
    """What began before `begin` and ends after it; both given so that a page of days can ask for all of them."""
    rows = filters.of(Occurrence.objects.visible_to(reader)).filter(
        is_long=True, ends_at__gt=begin, starts_at__lt=max(begin, end)
    )
    return rows.with_event().order_by("ends_at", "pk")  # type: ignore[attr-defined] # ours


def _day(day: date, rows: list[Occurrence], running: list[Occurrence], *, in_day: int, zone: ZoneInfo) -> Day:
    """What starts on a day, after what has been running since before it."""
    goes_on = [one for one in running if one.starts_at.astimezone(zone).date() < day <= _last_day(one, zone)]
    return Day(day, [*goes_on, *rows], more=max(0, in_day - len(rows)))


def _last_day(row: Occurrence, zone: ZoneInfo) -> date:
    return (row.ends_at - timedelta(microseconds=1)).astimezone(zone).date()
