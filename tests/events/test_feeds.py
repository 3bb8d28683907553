"""Our feeds, read by a foreign reader: the same dates as our pages, over every change of clocks."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from events import actions, queries
from events.actions import NewPlace
from events.calendars.writing import calendar
from events.calendars.zones import changes, vtimezone
from events.enums import Repeats
from events.models import Event, Occurrence
from events.queries import Filters
from events.recurring import instant, key_of, starts
from events.wording import Choices, recurrence_of
from members.models import Member
from tests.events.conftest import NOW, details, every_week

type Begin = Callable[..., Event]
ZONES = [
    "Europe/Lisbon", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Tehran",
    "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Auckland", "UTC",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def feed(*events: Event) -> bytes:
    queries.attach_dates(events)
    return calendar(events, name="Commons", address="https://c.example/events/calendar.ics", base="https://c.example")


def read_by_others(content: bytes) -> list[datetime]:
    found = recurring_ical_events.of(Calendar.from_ical(content), components=["VEVENT"])
    told = [event["DTSTART"].dt for event in found.between(datetime(2016, 1, 1), datetime(2036, 1, 1))]
    return sorted(
        one.astimezone(UTC) if isinstance(one, datetime) else datetime.combine(one, time.min, tzinfo=UTC)
        for one in told
    )


def test_a_series_is_read_with_the_dates_of_its_page(begin: Begin) -> None:
    event = begin(first_date=date(2026, 10, 6), recurrence=every_week(date(2026, 10, 6)), now=NOW - timedelta(days=60))
    second, third, fourth = event.occurrences.order_by("key")[1:4]
    then = NOW - timedelta(days=60)
    actions.cancel_date(occurrence=second, reason="The roof leaks.", now=then)
    actions.change_date(
        occurrence=third, wall=datetime(2026, 10, 21, 20), duration=timedelta(hours=1), note="Later", now=then
    )
    Occurrence.objects.filter(pk=fourth.pk).delete()
    event.refresh_from_db()

    content = feed(event)

    dates = list(event.occurrences.order_by("starts_at").values_list("starts_at", flat=True))
    assert read_by_others(content) == dates
    text = content.decode()
    assert text.count("RECURRENCE-ID;TZID=Europe/Lisbon:") == 2
    assert "STATUS:CANCELLED" in text
    assert "COMMENT:The roof leaks." in text
    assert "EXDATE;TZID=Europe/Lisbon:20261027T190000" in text
    assert "SEQUENCE:2" in text


def test_a_feed_is_well_formed(begin: Begin) -> None:
    event = begin(
        title="Müsli, „Brot“; und\tKäse " * 4,
        source="Ein langer Text mit Ümläuten \u0007 und einer Zeile. " * 30,
        place=NewPlace(name="The mill, upstairs", address="7 Lane", area="Leeds"),
        recurrence=every_week(),
    )
    content = feed(Event.objects.select_related("place").get(pk=event.pk))

    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert Calendar.from_ical(content).to_ical() == content
    text = content.decode()
    for forbidden in ("ATTENDEE", "ORGANIZER", "METHOD", "RDATE", "mailto", "\x07"):
        assert forbidden not in text
    for wanted in ("X-WR-CALNAME:Commons", "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "CATEGORIES:Gathering", "URL:https"):
        assert wanted in text


def test_what_happens_once_is_told_in_utc_and_whole_days_as_days(begin: Begin) -> None:
    once, whole = begin(), begin(start_time=None, duration=timedelta(days=2), time_zone="America/New_York")

    text = feed(once, whole).decode()

    assert "DTSTART:20261201T190000Z" in text
    assert "DTSTART;VALUE=DATE:20261201" in text
    assert "DTEND;VALUE=DATE:20261203" in text
    assert "VTIMEZONE" not in text


def test_a_whole_day_series_ends_on_a_day(begin: Begin) -> None:
    event = begin(start_time=None, duration=timedelta(days=1), recurrence=every_week(at=time(0), ends="count", count=3))

    text = feed(event).decode()

    assert "UNTIL=20261215" in text
    assert len(read_by_others(text.encode())) == 3


def test_extra_dates_stand_on_lines_of_their_own(begin: Begin) -> None:
    event = begin(recurrence=every_week(ends="count", count=2, besides=[date(2026, 12, 24), date(2026, 12, 26)]))

    text = feed(event).decode()

    assert text.count("RDATE;TZID=Europe/Lisbon:") == 2
    assert len(read_by_others(text.encode())) == 4


def test_an_extra_date_that_the_rule_gives_anyway_is_told_once(begin: Begin) -> None:
    event = begin(recurrence=every_week(ends="count", count=3, besides=[date(2026, 12, 1), date(2026, 12, 8)]))

    text = feed(event).decode()

    assert "RDATE" not in text
    assert len(read_by_others(text.encode())) == 3


@pytest.mark.parametrize(
    ("first", "told", "moment"),
    [
        (date(2026, 10, 25), ":20261025T003000Z", "20261025T003000Z"),
        (date(2026, 3, 29), ";TZID=Europe/Lisbon:20260329T023000", "20260329T013000Z"),
    ],
    ids=["comes twice", "is left out"],
)
def test_a_time_on_which_calendars_don_t_agree_is_told_so_that_they_do(
    begin: Begin, first: date, told: str, moment: str
) -> None:
    event = begin(
        first_date=first, start_time=time(1, 30), recurrence=every_week(first, time(1, 30), ends="count", count=1)
    )

    text = feed(event).decode()

    assert f"RECURRENCE-ID;TZID=Europe/Lisbon:{first:%Y%m%d}T013000" in text
    assert f"DTSTART{told}" in text
    assert [f"{at:%Y%m%dT%H%M%SZ}" for at in read_by_others(text.encode())] == [moment]


def test_a_change_raises_the_sequence_and_keeps_the_name(begin: Begin, ada: Member) -> None:
    event = begin()
    uid = event.uid

    actions.edit(event=event, by=ada, details=details(title="Mending for all"), now=NOW + timedelta(hours=1))
    actions.cancel(event=event, reason="No key.", now=NOW + timedelta(hours=2))

    text = feed(Event.objects.get()).decode()
    assert f"UID:{uid}" in text.replace("\r\n ", "")
    assert "SEQUENCE:2" in text
    assert "STATUS:CANCELLED" in text
    assert "LAST-MODIFIED:20261125T140000Z" in text


def test_a_feed_that_has_not_changed_is_not_sent_again(client: Client, begin: Begin) -> None:
    begin(visibility="public", recurrence=every_week())
    first = client.get("/events/calendar.ics")

    again = client.get("/events/calendar.ics", headers={"if-none-match": first["ETag"]})

    assert (first.status_code, again.status_code) == (200, 304)
    assert first["Cache-Control"] == "max-age=300, public"
    assert first["X-Robots-Tag"] == "noindex, nofollow"
    assert first["Content-Type"] == "text/calendar; charset=utf-8"


def test_feeds_hold_what_their_reader_may_see(client: Client, as_ada: Client, ada: Member, begin: Begin) -> None:
    public, members = begin(visibility="public", title="For all"), begin(title="For members", kind="talk")
    begin(visibility="public", title="Long over", first_date=date(2020, 1, 1))
    begin(visibility="public", title="A draft", is_published=False)
    key = actions.renew_feed(member=ada, now=NOW)

    everything, filtered = (
        client.get("/events/calendar.ics").content,
        client.get("/events/calendar.ics?kind=talk").content,
    )
    personal = client.get(f"/events/feed/{key}.ics")

    assert b"For all" in everything
    for title in (b"For members", b"Long over", b"A draft"):
        assert title not in everything
    assert b"VEVENT" not in filtered
    assert b"For members" in personal.content
    assert personal["Cache-Control"] == "max-age=300, private"
    assert client.get(f"/events/{members.pk}/event.ics").status_code == 404
    assert b"For members" in as_ada.get(f"/events/{members.pk}/event.ics").content
    assert client.get(f"/events/{public.pk}/event.ics").status_code == 200
    assert as_ada.get("/events/calendar.ics").content == everything


def test_an_event_without_dates_makes_an_empty_feed(as_ada: Client, begin: Begin) -> None:
    draft = begin(is_published=False, recurrence=every_week())

    assert b"VEVENT" not in as_ada.get(f"/events/{draft.pk}/event.ics").content


@pytest.mark.parametrize("zone", ZONES)
def test_each_change_of_clocks_is_told_on_its_own(zone: str) -> None:
    part = vtimezone(zone, first_year=2024, last_year=2026)

    assert b"RDATE" not in part.to_ical()
    assert len(part.subcomponents) == 1 + len(changes(zone, 2024, 2026))
    for moment, was in changes(zone, 2024, 2026):
        before = (moment - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
        assert before.utcoffset() == was != moment.astimezone(ZoneInfo(zone)).utcoffset()


CHOSEN = st.builds(
    Choices,
    repeats=st.sampled_from([Repeats.WEEKS, Repeats.DAYS, Repeats.MONTH_WEEKDAY, Repeats.MONTH_DATE, Repeats.YEARS]),
    every=st.integers(1, 4),
)


@pytest.mark.slow  # three hundred series, each read by another library
@pytest.mark.timeout(300)
@settings(max_examples=300, deadline=None)
@given(
    chosen=CHOSEN,
    zone=st.sampled_from(ZONES),
    first=st.datetimes(datetime(2017, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0)),
    weeks=st.integers(1, 80),
    skipped=st.sets(st.integers(1, 12), max_size=3),
)
def test_other_readers_find_our_dates(
    chosen: Choices, zone: str, first: datetime, weeks: int, skipped: set[int]
) -> None:
    event, dates = _made(chosen, zone, first, until=first + timedelta(weeks=weeks), skipped=skipped)

    content = calendar([event], name="x", address="https://c.example/x", base="https://c.example")

    assert read_by_others(content) == [row.starts_at for row in dates]
    assert max(map(len, content.split(b"\r\n"))) <= 75


def _made(
    chosen: Choices, zone: str, first: datetime, *, until: datetime, skipped: set[int]
) -> tuple[Event, list[Occurrence]]:
    """A series as the database would give it, without one."""
    event = Event(
        pk=1, uid="event-1@c.example", title="x", time_zone=zone, first_date=first.date(), start_time=first.time(),
        duration=timedelta(hours=2), recurrence=recurrence_of(chosen, first=first), created_at=NOW, changed_at=NOW,
        published_at=NOW,
    )  # fmt: skip
    walls = starts(event.recurrence, first=first, until=until).walls
    rows = [
        Occurrence(event=event, key=key_of(wall), is_public=True) for at, wall in enumerate(walls) if at not in skipped
    ]
    for row in rows:
        row.put(instant(row.ruled_start, zone), instant(row.ruled_start + event.duration, zone))
    event.dates = rows
    return event, rows


def test_visitors_get_no_more_events_than_a_feed_holds(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        begin(visibility="public")
    monkeypatch.setattr(queries, "FEED_EVENTS_MOST", 2)

    assert len(queries.events_for_feed(AnonymousUser(), Filters(), now=NOW)) == 2
