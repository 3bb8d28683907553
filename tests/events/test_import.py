"""`manage.py import_ics`: dry by default, once by UID and sequence, and what it says."""

import json
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from events.models import Event, Occurrence, Place
from tests.events.conftest import NOW
from tests.events.test_reading import vevent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_then")]

SERIES = vevent(
    "DTSTART;TZID=Europe/Lisbon:20261103T190000", "DTEND;TZID=Europe/Lisbon:20261103T210000",
    "RRULE:FREQ=WEEKLY", "SUMMARY:Choir", "DESCRIPTION:Come & *sing*", "LOCATION:The barn", "SEQUENCE:1",
    "LAST-MODIFIED:20261001T000000Z",
)  # fmt: skip
MOVED = vevent(
    "RECURRENCE-ID;TZID=Europe/Lisbon:20261110T190000", "DTSTART;TZID=Europe/Lisbon:20261111T200000",
    "SUMMARY:Choir, outside", "SEQUENCE:1",
)  # fmt: skip
OFF = vevent("RECURRENCE-ID;TZID=Europe/Lisbon:20261117T190000", "STATUS:CANCELLED", "SUMMARY:Choir")


@pytest.fixture
def _then() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def run(tmp_path: Path) -> object:
    def run(*parts: str, **options: object) -> list[str]:
        path, out = tmp_path / "x.ics", StringIO()
        path.write_text(f"BEGIN:VCALENDAR\n{''.join(parts)}END:VCALENDAR\n")
        call_command("import_ics", path, stdout=out, stderr=StringIO(), **options)
        return out.getvalue().splitlines()

    return run


def test_it_is_dry_unless_told_and_its_last_line_is_json(run: object) -> None:
    said = json.loads(run(SERIES, vevent("SUMMARY:x", uid="b"))[-1])

    assert said == {"events": 1, "occurrences": 12, "skipped": {"it has no start": 1}, "seconds": said["seconds"]}
    assert not Event.objects.exists()


def test_each_start_is_a_line_with_its_moment(run: object) -> None:
    lines = run(SERIES, MOVED, occurrences=["2026-11-01", "2026-11-18"], json=True)

    assert [line.split("\t")[1] for line in lines[:-1]] == [
        "2026-11-03T19:00:00Z", "2026-11-11T20:00:00Z", "2026-11-17T19:00:00Z"
    ]  # fmt: skip
    assert json.loads(lines[-1])["occurrences"] == 3


def test_it_stores_each_event_once_and_anew_only_when_it_is_newer(run: object) -> None:
    first = json.loads(run(SERIES, MOVED, OFF, apply=True)[-1])
    again = json.loads(run(SERIES, MOVED, OFF, apply=True)[-1])
    newer = json.loads(run(SERIES.replace("SEQUENCE:1", "SEQUENCE:2").replace("Choir", "Big choir"), apply=True)[-1])

    assert (first["new"], again["unchanged"], newer["changed"]) == (1, 1, 1)
    event = Event.objects.select_related("place").get()
    assert (event.title, event.author_id, event.is_imported, event.place.name) == ("Big choir", None, True, "The barn")
    assert Place.objects.count() == 1


def test_moved_and_cancelled_dates_come_with_it_and_stay(run: object) -> None:
    from datetime import timedelta

    from events import actions

    run(SERIES, MOVED, OFF, apply=True)
    actions.make_ahead(now=NOW + timedelta(weeks=4))

    moved, off = Occurrence.objects.order_by("key")[1:3]
    assert (moved.title, moved.is_moved, moved.starts_at.hour) == ("Choir, outside", True, 20)
    assert off.cancel_reason == "Cancelled in the calendar that it came from."
    assert Event.objects.get().occurrences.count() > 12


def test_it_is_for_members_unless_told_and_takes_no_event_of_ours(run: object, begin: object) -> None:
    ours = begin()
    said = json.loads(
        run(SERIES, vevent("DTSTART:20261103T190000Z", uid=ours.uid), apply=True, visibility="public")[-1]
    )

    assert (said["new"], said["ours"]) == (1, 1)
    assert Event.objects.get(is_imported=True).is_public
    assert Event.objects.get(is_imported=False).title == "Mending circle"


def test_a_cancelled_event_comes_in_as_cancelled(run: object) -> None:
    run(vevent("DTSTART;VALUE=DATE:20261203", "STATUS:CANCELLED", "SUMMARY:Fair"), apply=True)

    event = Event.objects.get()
    assert (event.is_cancelled, event.is_all_day) == (True, True)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_ics", tmp_path / "none.ics")
    with pytest.raises(CommandError, match="not a day that we can read"):
        call_command("import_ics", "x.ics", occurrences=["soon", "later"])


def test_more_dates_than_we_work_out_are_said(run: object) -> None:
    every_minute = vevent(
        "DTSTART:20261103T000000Z",
        f"RRULE:FREQ=DAILY;BYHOUR={','.join(map(str, range(24)))};BYMINUTE={','.join(map(str, range(60)))}",
    )

    said = json.loads(run(every_minute)[-1])

    assert said["occurrences"] == 20_000
    assert "it has more dates than we work out; the rest was left out" in said["skipped"]
