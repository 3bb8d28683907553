"""Nine hundred real calendars: what comes in, and how often we agree with a second opinion on when things happen."""

import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
import recurring_ical_events
from django.conf import settings
from django.core.management import call_command
from icalendar import Calendar

from events.calendars.reading import Reading, read
from events.management.commands.import_ics import starts_between
from events.models import Event
from tests.events.conftest import NOW

FILES = Path(settings.BASE_DIR).parent / "shared" / "data" / "ics"
SINCE, UNTIL = datetime(2010, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)
DIFFERENCES = {
    "the file describes New York as it was before 2007; we follow the clocks as they go": (b"US-Eastern", 14),
    "it ends before it starts; the second opinion swaps the two": (b"", 1),
    "it starts without a zone and ends with one; the second opinion takes that of the end": (b"", 1),
}
"""Every reason for a difference, by what the file holds if that tells, and how many events there are of each."""
ONE_OF_A_KIND = {
    "test_fixtures_daily-count-exdate-recurrence-id.ics": "it ends before it starts; the second opinion swaps the two",
    "tests_ics_event_dt_mixed_awareness.ics": (
        "it starts without a zone and ends with one; the second opinion takes that of the end"
    ),
}

pytestmark = [
    pytest.mark.figures,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not FILES.exists(), reason="../shared/data/ics is not there"),
]


def test_real_files_give_the_same_starts_as_a_second_opinion() -> None:
    """Each event over ten years."""
    found: Counter[str] = Counter()
    differ: Counter[str] = Counter()
    for path in sorted(FILES.rglob("*.*")):
        content = path.read_bytes()
        reading, expected = read(content, zone="UTC", now=NOW), _second_opinion(content)
        if expected is None:
            found["files of which the second opinion makes nothing"] += 1
            continue
        ours, skipped = _ours(reading), {one.uid for one in reading.skipped}
        for uid in ours.keys() | expected.keys():
            if ours[uid] == sorted(expected[uid]):
                found["same"] += 1
            elif uid in skipped or (not uid and not ours[uid]):
                found["skipped with a reason"] += 1
            else:
                differ[_why(path, content)] += 1
    compared = found["same"] + differ.total()
    print(f"\n{dict(found)}\nof {compared} events that both read, the same: {found['same'] / compared:.2%}")
    for why, count in differ.most_common():
        print(f"{count:4} differ: {why}")

    assert differ == {why: count for why, (_sign, count) in DIFFERENCES.items()}
    assert found["same"] > 900


@pytest.mark.django_db
def test_all_real_files_come_in_and_a_second_time_change_nothing() -> None:
    files = sorted(FILES.rglob("*.*"))

    first, again = (_imported(*files) for _ in range(2))

    print(f"\n{len(files)} files: {first}")
    assert first["new"] == first["events"] > 600
    assert again["unchanged"] == again["events"]
    assert Event.objects.count() == first["new"]


def _why(path: Path, content: bytes) -> str:
    if path.name in ONE_OF_A_KIND:
        return ONE_OF_A_KIND[path.name]
    return next((why for why, (sign, _count) in DIFFERENCES.items() if sign and sign in content), f"not known: {path}")


def _imported(*files: Path) -> dict[str, object]:
    out = StringIO()
    call_command("import_ics", *files, apply=True, json=True, stdout=out, stderr=StringIO())
    return json.loads(out.getvalue().splitlines()[-1])


def _ours(reading: Reading) -> defaultdict[str, list[datetime]]:
    starts: defaultdict[str, list[datetime]] = defaultdict(list)
    for told in reading.events:
        uid = "" if told.uid.endswith("@without-uid") else told.uid
        starts[uid] = sorted([*starts[uid], *starts_between(told, SINCE, UNTIL)[0]])
    return starts


def _second_opinion(content: bytes) -> defaultdict[str, list[datetime]] | None:
    """None where it gives up, or would never end."""
    if b"FREQ=SECONDLY" in content or b"FREQ=MINUTELY" in content or b"FREQ=HOURLY" in content or b"BYHOUR" in content:
        return None
    found: defaultdict[str, list[datetime]] = defaultdict(list)
    try:
        for calendar in Calendar.from_ical(content, multiple=True):
            for event in recurring_ical_events.of(calendar, components=["VEVENT"]).between(SINCE, UNTIL):
                found[str(event.get("UID", ""))].append(_moment(event["DTSTART"].dt))
    except Exception:  # noqa: BLE001 (it raises whatever it meets)
        return None
    for uid, moments in found.items():
        found[uid] = [moment for moment in moments if SINCE <= moment < UNTIL]
    return found


def _moment(told: date) -> datetime:
    if not isinstance(told, datetime):
        return datetime(told.year, told.month, told.day, tzinfo=UTC)
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
