"""Three hundred series over changes of clocks in ten zones: two foreign readers find the dates that our pages show."""

import json
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
import time_machine
from django.test import Client
from icalendar import Calendar

from events import actions
from events.calendars.zones import changes
from events.enums import Ends, Repeats, Visibility
from events.models import Event, Occurrence
from events.wording import Choices, recurrence_of
from members.models import Member
from tests.events.conftest import NOW, details

pytestmark = [pytest.mark.figures, pytest.mark.django_db, pytest.mark.timeout(900)]

SERIES, SEED = 300, 20170923
READER = Path(__file__).with_name("read_calendars.mjs")
ZONES = [
    "Europe/Lisbon", "Europe/Berlin", "America/New_York", "America/St_Johns", "America/Santiago", "Africa/Casablanca",
    "Africa/Cairo", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Auckland",
]  # fmt: skip
WAYS = [Repeats.DAYS, Repeats.WEEKS, Repeats.WEEKS, Repeats.MONTH_WEEKDAY, Repeats.MONTH_DATE, Repeats.YEARS]
MOST = {Repeats.DAYS: 400, Repeats.WEEKS: 80, Repeats.MONTH_WEEKDAY: 30, Repeats.MONTH_DATE: 30, Repeats.YEARS: 8}


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def series(ada: Member) -> list[Event]:
    """Public series that began in some year since 2017, some with dates moved, noted or cancelled."""
    chance = random.Random(SEED)
    return [_series(ada, chance, number=number) for number in range(SERIES)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ical.js in it, fetched by npm as anybody would."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("node or npm is not there (Debian: apt install nodejs npm)")
    folder = tmp_path_factory.mktemp("readers")
    fetched = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "ical.js@2"],
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=120,
    )
    if fetched.returncode:
        pytest.skip(f"npm could not fetch ical.js: {fetched.stderr.decode()[-200:]}")
    shutil.copy(READER, folder)
    return folder


def test_two_foreign_readers_find_the_dates_of_our_pages(series: list[Event], folder: Path, client: Client) -> None:
    pages = _dates_on_pages(client, since=min(event.first_date for event in series))
    feeds = {event.pk: client.get(f"/events/{event.pk}/event.ics").content for event in series}

    in_python = {pk: _read_in_python(content) for pk, content in feeds.items()}
    in_javascript = _read_in_javascript(feeds, folder)

    crossed = Counter(_changes_crossed(event) > 0 for event in series)
    differ = {"icalendar": _unlike(pages, in_python, series), "ical.js": _unlike(pages, in_javascript, series)}
    longest = max(len(line) for content in feeds.values() for line in content.split(b"\r\n"))
    print(
        f"{len(series)} series in {len({event.time_zone for event in series})} zones with"
        f" {sum(map(len, pages.values()))} dates on pages, {crossed[True]} of them over a change of clocks;"
        f" unlike our pages: {differ}; longest line {longest} octets"
    )
    assert crossed[True] > SERIES * 0.75
    assert longest <= 75
    assert [_faults(content) for content in feeds.values() if _faults(content)] == []
    assert differ == {"icalendar": [], "ical.js": []}


def _series(by: Member, chance: random.Random, *, number: int) -> Event:
    repeats = chance.choice(WAYS)
    first = date(2017, 1, 1) + timedelta(days=chance.randrange(9 * 365))
    at = time(chance.choice([0, 1, 2, 3, 9, 19, 23]), chance.choice([0, 30, 59])) if chance.random() < 0.9 else None
    days = [first + timedelta(days=chance.randrange(1, 300)) for _ in range(chance.randrange(3))]
    chosen = Choices(
        repeats=repeats,
        every=chance.randrange(1, 4),
        ends=Ends.COUNT,
        count=chance.randrange(2, MOST[repeats]),
        besides=sorted(set(days)),
    )
    told = details(
        title=f"Series {number}",
        visibility=Visibility.PUBLIC,
        time_zone=ZONES[number % len(ZONES)],
        first_date=first,
        start_time=at,
        duration=timedelta(hours=2) if at else timedelta(days=1),
        recurrence=recurrence_of(chosen, first=datetime.combine(first, at or time.min)),
    )
    draft = actions.prepare(by=by, details=told, now=NOW - timedelta(hours=2 * (SERIES - number)))
    event = actions.publish(event=draft, now=NOW)
    _change_some(event, chance)
    return event


def _change_some(event: Event, chance: random.Random) -> None:
    rows = list(event.occurrences.order_by("key"))
    for row in chance.sample(rows, k=min(len(rows) - 1, chance.randrange(4))):
        if chance.random() < 0.5:
            actions.cancel_date(occurrence=row, reason="No key.", now=NOW)
        else:
            wall = row.ruled_start + timedelta(days=chance.choice([0, 1]), hours=0 if event.is_all_day else 1)
            actions.change_date(occurrence=row, wall=wall, duration=event.duration, note="Later", now=NOW)


def _dates_on_pages(client: Client, *, since: date) -> dict[int, list[datetime]]:
    """What the calendar's list shows from a day on, walked to its end, by event."""
    found: dict[int, list[datetime]] = {}
    address = f"/events/?from={since - timedelta(days=2)}"
    while address:
        page = client.get(address)
        for row in (row for day in page.context["days"] for row in day.rows):
            found.setdefault(row.event_id, []).append(_as_told(row))
        address = f"/events/?after={page.context['after']}" if page.context["after"] else ""
    return found


def _as_told(row: Occurrence) -> datetime:
    """Its start; a day without a time is told as its midnight in UTC."""
    if row.event.is_all_day:
        return datetime.combine(row.local_start, time.min, tzinfo=UTC)
    return row.starts_at


def _read_in_python(content: bytes) -> list[datetime]:
    found = recurring_ical_events.of(Calendar.from_ical(content), components=["VEVENT"])
    return sorted(_moment(event["DTSTART"].dt) for event in found.between(datetime(2016, 1, 1), datetime(2040, 1, 1)))


def _read_in_javascript(feeds: dict[int, bytes], folder: Path) -> dict[int, list[datetime]]:
    source, target = folder / "feeds.json", folder / "found.json"
    source.write_text(json.dumps({str(pk): content.decode() for pk, content in feeds.items()}))
    subprocess.run(["node", READER.name, source.name, target.name], cwd=folder, check=True, timeout=300)
    read = json.loads(target.read_text())
    return {int(pk): sorted(map(datetime.fromisoformat, starts)) for pk, starts in read.items()}


def _unlike(
    pages: dict[int, list[datetime]], read: dict[int, list[datetime]], series: list[Event]
) -> list[tuple[str, str, list[str]]]:
    """The series whose dates differ, with their zone and the first moments that only one side has."""
    return [
        (
            event.title,
            event.time_zone,
            [f"{at:%Y-%m-%dT%H:%MZ}" for at in _only_in_one(pages[event.pk], read[event.pk])[:4]],
        )
        for event in series
        if sorted(pages[event.pk]) != read[event.pk]
    ]


def _only_in_one(some: list[datetime], others: list[datetime]) -> list[datetime]:
    """How often a moment is there counts too."""
    return sorted(((Counter(some) - Counter(others)) + (Counter(others) - Counter(some))).elements())


def _moment(told: date) -> datetime:
    return told.astimezone(UTC) if isinstance(told, datetime) else datetime.combine(told, time.min, tzinfo=UTC)


def _changes_crossed(event: Event) -> int:
    """How often the clocks change between the first date and the last."""
    rows = event.occurrences.order_by("starts_at")
    begin, end = rows[0].starts_at, rows.reverse()[0].starts_at
    return sum(begin < moment < end for moment, _was in changes(event.time_zone, begin.year, end.year))


def _faults(content: bytes) -> list[str]:
    """What RFC 5545 asks of a calendar and a feed of ours would not give."""
    calendar = Calendar.from_ical(content)
    events = calendar.walk("VEVENT")
    names = [(str(event["UID"]), str(event.get("RECURRENCE-ID") and event["RECURRENCE-ID"].dt)) for event in events]
    asked = {
        "it reads back as something else": calendar.to_ical() == content,
        "a line cannot be read": not any(part.errors for part in calendar.walk()),
        "a zone is named and not described": not calendar.get_missing_tzids(),
        "a name stands twice": len(set(names)) == len(names),
        "something that it must say is left out": all(
            name in event for event in events for name in ("UID", "DTSTAMP", "DTSTART")
        ),
        "a change has no series": any("RECURRENCE-ID" not in event for event in events),
        "it does not say whose it is": calendar["VERSION"] == "2.0" and "PRODID" in calendar,
        "a bare end of a line": b"\n" not in content.replace(b"\r\n", b""),
        "it ends before it begins": all(_moment(event["DTEND"].dt) > _moment(event["DTSTART"].dt) for event in events),
        "an unknown zone": all(ZoneInfo(str(zone["TZID"])) for zone in calendar.walk("VTIMEZONE")),
    }
    return [fault for fault, is_well in asked.items() if not is_well]
