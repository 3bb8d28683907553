"""Calendars of others: every dialect that we know of, broken ones, and limits on the work."""

from datetime import UTC, datetime, timedelta

import pytest

from events.calendars.reading import EVENTS_MOST, FILE_MAX_BYTES, Reading, Told, read
from events.management.commands.import_ics import starts_between
from tests.events.conftest import NOW

SINCE, UNTIL = datetime(2010, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)
CUSTOM = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:20001029T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:{summer}
TZOFFSETTO:{winter}
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20000326T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:{winter}
TZOFFSETTO:{summer}
END:DAYLIGHT
END:VTIMEZONE
"""


def vevent(*lines: str, uid: str = "a@example.org") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT", ""])


def reading(*parts: str, head: str = "") -> Reading:
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{''.join(parts)}END:VCALENDAR\n"
    return read(text.encode(), zone="Europe/Lisbon", now=NOW)


def one(*lines: str, head: str = "") -> Told:
    found = reading(vevent(*lines), head=head)
    assert found.skipped == []
    return found.events[0]


def starts(told: Told) -> list[str]:
    return [f"{moment:%Y-%m-%d %H:%M}" for moment in starts_between(told, SINCE, UNTIL)[0]]


def test_a_series_on_its_own_clock_over_the_change() -> None:
    told = one("DTSTART;TZID=Europe/Berlin:20171023T190000", "DTEND;TZID=Europe/Berlin:20171023T203000",
               "RRULE:FREQ=WEEKLY;COUNT=3", "SUMMARY:Choir", "LOCATION:The barn", "SEQUENCE:2")  # fmt: skip

    assert starts(told) == ["2017-10-23 17:00", "2017-10-30 18:00", "2017-11-06 18:00"]
    assert (told.title, told.location, told.sequence, told.duration) == ("Choir", "The barn", 2, timedelta(minutes=90))


@pytest.mark.parametrize(
    ("lines", "zone", "found"),
    [
        (["DTSTART:20170923T150000Z"], "Europe/Lisbon", ["2017-09-23 15:00"]),
        (["DTSTART:20170923T150000"], "Europe/Lisbon", ["2017-09-23 14:00"]),
        (["DTSTART;TZID=GMT Standard Time:20170923T150000"], "Europe/London", ["2017-09-23 14:00"]),
        (["DTSTART;TZID=/mozilla.org/20050126_1/Europe/Berlin:20170923T150000"], "Europe/Berlin", ["2017-09-23 13:00"]),
        (["DTSTART;VALUE=DATE:20170923", "DTEND;VALUE=DATE:20170925"], "Europe/Lisbon", ["2017-09-23 00:00"]),
    ],
)
def test_dialects_of_time(lines: list[str], zone: str, found: list[str]) -> None:
    told = one(*lines)

    assert (told.zone, starts(told)) == (zone, found)


def test_a_calendar_may_say_on_whose_clock_it_is() -> None:
    told = one("DTSTART:20171023T140000Z", "RRULE:FREQ=WEEKLY;COUNT=2", head="X-WR-TIMEZONE:America/New_York\n")

    assert starts(told) == ["2017-10-23 14:00", "2017-10-30 14:00"]
    assert told.zone == "America/New_York"


@pytest.mark.parametrize(
    ("name", "winter", "summer", "zone"),
    [
        ("Europe_Berlin", "+0100", "+0200", "Europe/Berlin"),
        ("Ours", "+0100", "+0200", None),
        ("Nowhere", "+0517", "+0617", "unknown"),
    ],
)
def test_a_zone_of_its_own_is_the_known_one_whose_clock_agrees(
    name: str, winter: str, summer: str, zone: str | None
) -> None:
    head = CUSTOM.format(name=name, winter=winter, summer=summer)
    found = reading(vevent(f"DTSTART;TZID={name}:20170623T150000", "RRULE:FREQ=YEARLY;COUNT=2"), head=head)

    if zone == "unknown":
        assert found.skipped[0].reason == "its time zone is unknown: Nowhere"
        assert starts(one(f"DTSTART;TZID={name}:20170623T150000", head=head)) == ["2017-06-23 08:43"]
    else:
        assert zone in (None, found.events[0].zone)
        assert starts(found.events[0]) == ["2017-06-23 13:00", "2018-06-23 13:00"]


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        (["RRULE:FREQ=DAILY;UNTIL=20170925"], 3),
        (["RRULE:FREQ=DAILY;UNTIL=20170925T150000Z"], 3),
        (["RRULE:FREQ=DAILY;UNTIL=20170925T115959Z"], 2),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20170924"], 2),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20170924T140000Z", "RDATE:20171001T150000,20171002T150000"], 4),
        (["RDATE;VALUE=PERIOD:20171001T150000/PT1H"], 2),
        (["RRULE:FREQ=DAILY;COUNT=4", "EXRULE:FREQ=DAILY;INTERVAL=2"], 2),
        (["RRULE:FREQ=MONTHLY;BYDAY=+1SA,-1SA;COUNT=4;WKST=SU"], 5),
    ],
)
def test_rules(rule: list[str], found: int) -> None:
    assert len(starts(one("DTSTART;TZID=Europe/Lisbon:20170923T150000", *rule))) == found


def test_changed_dates_are_where_they_were_moved() -> None:
    master = vevent("DTSTART:20170923T150000Z", "RRULE:FREQ=DAILY;COUNT=3", "SUMMARY:Camp")
    moved = vevent("RECURRENCE-ID:20170924T150000Z", "DTSTART:20170924T180000Z", "SUMMARY:Camp, late", "SEQUENCE:1")
    older = vevent("RECURRENCE-ID:20170924T150000Z", "DTSTART:20170924T090000Z")
    off = vevent("RECURRENCE-ID:20170925T150000Z", "DTSTART:20170925T150000Z", "STATUS:CANCELLED")

    found = reading(moved, older, off, master)

    told = found.events[0]
    assert starts(told) == ["2017-09-23 15:00", "2017-09-24 18:00", "2017-09-25 15:00"]
    assert [(change.title, change.is_cancelled) for change in told.overrides] == [("Camp, late", False), ("", True)]


def test_changed_dates_without_their_series_are_all_there_is() -> None:
    parts = [
        vevent(f"RECURRENCE-ID:201709{day}T150000Z", f"DTSTART:201709{day}T160000Z", "RRULE:FREQ=DAILY")
        for day in (24, 23)
    ]

    assert starts(reading(*parts).events[0]) == ["2017-09-23 16:00", "2017-09-24 16:00"]


def test_the_newest_of_a_name_counts_and_one_without_a_name_gets_a_lasting_one() -> None:
    old, new = (vevent("DTSTART:20170923T150000Z", f"SUMMARY:{n}", f"SEQUENCE:{n}") for n in (1, 2))
    assert [told.title for told in reading(new, old).events] == ["2"]

    nameless = "BEGIN:VEVENT\nDTSTART:20170923T150000Z\nSUMMARY:x\nEND:VEVENT\n"
    first, second = (reading(nameless).events[0].uid for _ in range(2))
    assert first == second
    assert first.endswith("@without-uid")


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["SUMMARY:x"], "it has no start"),
        (["DTSTART:soon"], "its start cannot be read"),
        (["DTSTART:20170923T150000Z", "DTSTART:20180923T150000Z"], "its start cannot be read"),
        (["DTSTART:00010101T000000Z", "RRULE:FREQ=DAILY"], "it starts in 1, which is too long ago or too far ahead"),
        (["DTSTART:99990101T000000Z"], "it starts in 9999, which is too long ago or too far ahead"),
        (["DTSTART:20170923T150000Z", "RRULE:FREQ=SECONDLY"], "it repeats more often than daily"),
        (["DTSTART:20170923T150000Z", "RRULE:FREQ=MINUTELY;BYSECOND=1,2"], "it repeats more often than daily"),
        (["DTSTART:20170923T150000Z", "RRULE:INTERVAL=2"], "its rule has no frequency"),
        (["DTSTART:20170923T150000Z", "RRULE:RSCALE=CHINESE;FREQ=YEARLY"], "its rule has a part that we don't know: RSCALE"),
        (["DTSTART;TZID=FOO:20170923T150000"], "its time zone is unknown: FOO"),
        (["DTSTART:20170923T150000Z", "RDATE:" + ",".join(["20170924T150000Z"] * 5001)], "it lists more than 5000 dates"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_skipped_with_a_reason(lines: list[str], reason: str) -> None:
    found = reading(vevent(*lines), vevent("DTSTART:20170923T150000Z", uid="b@example.org"))

    assert [(skipped.uid, skipped.reason) for skipped in found.skipped] == [("a@example.org", reason)]
    assert [told.uid for told in found.events] == ["b@example.org"]


def test_a_changed_date_that_cannot_be_read_is_skipped_alone() -> None:
    master = vevent("DTSTART:20170923T150000Z", "RRULE:FREQ=DAILY;COUNT=3")
    later = vevent("RECURRENCE-ID;RANGE=THISANDFUTURE:20170924T150000Z", "DTSTART:20170924T180000Z")
    broken = vevent("RECURRENCE-ID:never", "DTSTART:20170924T180000Z")

    found = reading(master, later, broken)

    assert len(starts(found.events[0])) == 3
    assert len(found.skipped) == 2


def test_odd_numbers_and_times_are_read_as_nothing() -> None:
    told = one("DTSTART:20170923T150000Z", "DTEND:soon", "SEQUENCE:many", "DTSTAMP:20170901T000000")

    assert (told.sequence, told.duration) == (0, timedelta(0))
    assert told.changed_at == datetime(2017, 9, 1, tzinfo=UTC)
    broken = reading(vevent("DTSTART:20170923T150000Z", "RRULE:FREQ=OFTEN"), vevent("DTSTART:120000", uid="b"))
    assert [skipped.reason for skipped in broken.skipped] == [
        "it cannot be read: BrokenCalendarProperty", "its start cannot be read"
    ]  # fmt: skip


def test_one_bad_line_does_not_take_the_file_along() -> None:
    bad = vevent("DTSTART:20170923T150000Z", "BEGIN:VALARM", uid="bad")

    found = reading(bad, vevent("DTSTART:20170923T150000Z"))

    assert [told.uid for told in found.events] == ["a@example.org"]
    assert [(skipped.uid, skipped.reason) for skipped in found.skipped] == [("bad", "a line of it cannot be read")]


def test_what_is_no_calendar_or_too_much_of_one_is_said() -> None:
    assert read(b"\xff\xfeB\x00", zone="UTC", now=NOW).skipped[0].reason == "the file cannot be read as a calendar"
    assert "larger than 10 MB" in read(b"x" * (FILE_MAX_BYTES + 1), zone="UTC", now=NOW).skipped[0].reason


@pytest.mark.slow  # five thousand events have to be read
@pytest.mark.timeout(120)
def test_a_file_with_too_many_events_is_read_as_far_as_we_go() -> None:
    found = reading(*(vevent("DTSTART:20170923T150000Z", uid=str(number)) for number in range(EVENTS_MOST + 1)))

    assert len(found.events) == EVENTS_MOST
    assert "more than 5000 events" in found.skipped[0].reason
