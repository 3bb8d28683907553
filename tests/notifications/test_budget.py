"""When a person may be written to."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import budget
from notifications.enums import Digest
from notifications.models import Notice, Preferences, Telling

ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Auckland", "Asia/Kathmandu"]
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)  # a Tuesday


def preferences(**chosen: object) -> Preferences:
    return Preferences(**{"quiet_from": None, "quiet_until": None, **chosen})


@pytest.mark.parametrize(
    ("hour", "expected"), [(20, "20:00"), (21, "08:00"), (23, "08:00"), (3, "08:00"), (8, "08:00"), (12, "12:00")]
)
def test_quiet_hours_end_in_the_morning(hour: int, expected: str) -> None:
    chosen = preferences(quiet_from=time(21), quiet_until=time(8))

    assert budget.first_open(chosen, NOON.replace(hour=hour)).strftime("%H:%M") == expected


def test_a_spent_day_opens_on_the_next() -> None:
    chosen = preferences(mails_a_day=1, sent_on=NOON.date(), sent_count=1, quiet_from=time(21), quiet_until=time(8))

    assert budget.first_open(chosen, NOON) == datetime(2026, 3, 4, 8, tzinfo=UTC)


def test_a_pause_holds_everything() -> None:
    chosen = preferences(paused_until=NOON + timedelta(days=9))

    assert budget.first_open(chosen, NOON) == NOON + timedelta(days=9)


@given(
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    zone=st.sampled_from(ZONES),
    begins=st.times(),
    ends=st.times(),
)
def test_what_opens_is_never_quiet_and_never_past(moment: datetime, zone: str, begins: time, ends: time) -> None:
    chosen = preferences(zone=zone, quiet_from=begins, quiet_until=ends)

    opens = budget.first_open(chosen, moment)

    assert opens >= moment
    assert opens - moment <= timedelta(hours=26)


@given(
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    zone=st.sampled_from(ZONES),
    days=st.sets(st.integers(0, 6), min_size=1),
    hour=st.integers(0, 23),
)
def test_a_digest_comes_on_a_chosen_day_at_the_chosen_hour(
    moment: datetime, zone: str, days: set[int], hour: int
) -> None:
    chosen = preferences(zone=zone, digest=Digest.DAYS, digest_days=sorted(days), digest_at=time(hour))

    due = budget.next_digest(chosen, after=moment)

    assert due is not None
    assert moment < due <= moment + timedelta(days=8)
    assert due.astimezone(ZoneInfo(zone)).weekday() in days


def test_weekly_is_tuesday_at_eight_where_one_is() -> None:
    chosen = preferences(zone="Europe/Berlin", digest=Digest.WEEKLY)

    assert budget.next_digest(chosen, after=NOON) == datetime(2026, 3, 10, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("digest", "days", "rest"),
    [("daily", 10, 0), ("daily", 40, 7), ("daily", 120, 28), ("weekly", 10, 0), ("weekly", 40, 28), ("daily", 181, 99)],
)
def test_digests_thin_out_for_whoever_is_away(digest: str, days: int, rest: int) -> None:
    silence = timedelta(days=days)

    sent = [
        since
        for since in range(1, 99)
        if not budget.is_thinned(preferences(digest=digest, digest_sent_at=NOON - timedelta(days=since)), silence, NOON)
    ]

    assert sent == list(range(max(rest, 1), 99))


def test_the_first_digest_to_somebody_who_is_away_comes() -> None:
    assert not budget.is_thinned(preferences(digest=Digest.DAILY), timedelta(days=40), NOON)
    assert budget.is_thinned(preferences(digest=Digest.DAILY), timedelta(days=181), NOON)


def test_quiet_hours_end_once_when_an_hour_comes_twice() -> None:
    """On the last night of summer time in Berlin, 02:30 comes at 00:30 and at 01:30 UTC."""
    chosen = preferences(zone="Europe/Berlin", quiet_from=time(0), quiet_until=time(2, 30))
    second_time = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)

    assert budget.first_open(chosen, second_time) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


SLEEP = {"quiet_from": time(21), "quiet_until": time(8)}


@pytest.mark.parametrize(
    ("now", "expected"),
    [("12:00", "14:00"), ("19:00", "21:00"), ("20:30", "09:30"), ("23:00", "10:00"), ("07:59", "10:00")],
)
def test_time_awake_stands_still_in_quiet_hours(now: str, expected: str) -> None:
    at = datetime.combine(NOON, time.fromisoformat(now), tzinfo=UTC)

    found = budget.awake_for(preferences(**SLEEP), timedelta(hours=2), at, at_most=at + timedelta(days=1))

    assert found.strftime("%H:%M") == expected


@pytest.mark.parametrize("quiet", [{}, {"quiet_from": time(8), "quiet_until": time(8)}])
def test_without_quiet_hours_all_time_counts(quiet: dict[str, object]) -> None:
    at_most = NOON + timedelta(days=1)

    found = budget.awake_for(preferences(**quiet), timedelta(hours=2), NOON, at_most=at_most)

    assert found == NOON + timedelta(hours=2)


@given(
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    zone=st.sampled_from(ZONES),
    begins=st.integers(0, 23),
    ends=st.integers(0, 23),
    ahead=st.integers(1, 24),
)
def test_time_awake_is_as_long_as_asked_or_ends_at_the_most(
    moment: datetime, zone: str, begins: int, ends: int, ahead: int
) -> None:
    moment = moment.replace(second=0, microsecond=0)
    chosen = preferences(zone=zone, quiet_from=time(begins), quiet_until=time(ends))
    span, at_most = timedelta(hours=2), moment + timedelta(hours=ahead)

    found = budget.awake_for(chosen, span, moment, at_most=at_most)

    minutes = int((found - moment).total_seconds()) // 60
    awake = sum(not budget.is_quiet(chosen, moment + timedelta(minutes=minute)) for minute in range(minutes))
    assert awake == 120 or (found == at_most and awake < 120)


@pytest.mark.parametrize(
    ("told", "chosen", "count"),
    [
        ({"closes": 7}, {}, 1),
        ({"closes": 8}, {}, 1),
        ({"closes": 9}, {}, 0),
        ({"closes": None}, {}, 0),
        ({"closes": -1}, {}, 0),
        ({"closes": 7, "is_needed": False}, {}, 0),
        ({"closes": 7}, {"paused_until": NOON + timedelta(days=9)}, 0),
        ({"closes": 7}, {"mails_a_day": 1, "sent_on": date(2026, 3, 4), "sent_count": 1}, 0),
        ({"closes": None}, {"always_if_needed": True}, 1),
        ({"closes": None, "is_needed": False}, {"always_if_needed": True}, 0),
    ],
)
def test_what_is_over_by_morning_does_not_wait_for_it(
    told: dict[str, Any], chosen: dict[str, object], count: int
) -> None:
    """At one in the morning; quiet hours end at eight."""
    night = datetime(2026, 3, 4, 1, tzinfo=UTC)
    closes = told["closes"] and night.replace(hour=0) + timedelta(hours=told["closes"])
    notice = Notice(kind="x", subject="x:0", closes_at=closes)
    waiting = [Telling(notice=notice, is_needed=told.get("is_needed", True))]

    assert len(budget.let_through(waiting, preferences(**SLEEP, **chosen), night)) == count


def test_going_west_gives_no_second_day() -> None:
    chosen = preferences(zone="America/St_Johns", mails_a_day=1, sent_on=NOON.date(), sent_count=1)

    assert budget.is_spent(chosen, NOON.replace(hour=1)), "it is still the day before there"


@pytest.mark.parametrize(("days", "expected"), [(1, "all"), (40, "needed"), (181, "nothing")])
def test_letters_at_once_thin_out_too(days: int, expected: str) -> None:
    assert budget.wanted_at_once(preferences(letters_for="all"), timedelta(days=days)) == expected


def test_no_digest_is_never_due() -> None:
    assert budget.next_digest(preferences(), after=NOON) is None
