"""When things happen: wall times, rules, and the change of clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from recurrence import DAILY, HOURLY, MONTHLY, WEEKLY, YEARLY, Recurrence, Rule, deserialize, serialize

from events.enums import WORK_MOST
from events.recurring import Unkept, bounded, check, guised, instant, key_of, starts, wall, wall_of

FIRST = datetime(2026, 10, 6, 19)
YEAR = datetime(2027, 10, 6, 19)


def weekly(**parts: object) -> Recurrence:
    return Recurrence(rrules=[Rule(WEEKLY, **parts)], include_dtstart=False)


def test_once_is_once() -> None:
    assert starts(None, first=FIRST, until=YEAR).walls == [FIRST]
    assert starts(None, first=FIRST, until=FIRST - timedelta(days=1)).walls == []


def test_a_wall_time_stays_over_the_change_of_clocks() -> None:
    found = starts(weekly(), first=FIRST, until=datetime(2026, 11, 10, 19)).walls

    assert {moment.hour for moment in found} == {19}
    assert [instant(moment, "Europe/Lisbon").hour for moment in found] == [18, 18, 18, 19, 19, 19]


def test_a_time_that_is_left_out_and_one_that_comes_twice() -> None:
    assert instant(datetime(2026, 3, 29, 2, 30), "Europe/Berlin") == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert instant(datetime(2026, 10, 25, 2, 30), "Europe/Berlin") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_count_counts_what_the_rule_gives_and_exceptions_are_taken_out() -> None:
    series = weekly(count=3)
    series.exdates = [guised(FIRST + timedelta(weeks=1))]
    series.rdates = [guised(datetime(2026, 12, 24, 15))]

    assert starts(series, first=FIRST, until=YEAR).walls == [
        FIRST, FIRST + timedelta(weeks=2), datetime(2026, 12, 24, 15)
    ]  # fmt: skip


def test_an_exception_rule_is_heard() -> None:
    series = weekly(count=4)
    series.exrules = [Rule(WEEKLY, interval=2)]

    assert starts(series, first=FIRST, until=YEAR).walls == [FIRST + timedelta(weeks=1), FIRST + timedelta(weeks=3)]


def test_a_rule_that_never_happens_ends_and_so_does_one_that_never_ends() -> None:
    never = Recurrence(rrules=[Rule(YEARLY, bymonth=2, bymonthday=30)], include_dtstart=False)
    always = Recurrence(rrules=[Rule(DAILY, byhour=range(24), byminute=range(60))], include_dtstart=False)

    assert starts(never, first=FIRST, until=YEAR).walls == [FIRST]
    found = starts(always, first=FIRST, until=YEAR)
    assert found.is_cut
    assert len(found.walls) <= WORK_MOST + 1


@pytest.mark.parametrize(
    "rule", [Rule(HOURLY), Rule(MONTHLY, bymonthday=-9), Rule(WEEKLY, interval=0), Rule(DAILY, byhour=25)]
)
def test_what_cannot_be_kept_is_refused(rule: Rule) -> None:
    with pytest.raises(Unkept):
        check(Recurrence(rrules=[rule]))


def test_bounded_ends_with_the_last_start_before() -> None:
    series = weekly(count=10)
    series.rdates = [guised(datetime(2026, 12, 24, 15))]
    series.exdates = [guised(FIRST + timedelta(weeks=1)), guised(FIRST + timedelta(weeks=7))]
    before = FIRST + timedelta(weeks=4)

    cut = bounded(series, first=FIRST, before=before)

    assert starts(cut, first=FIRST, until=YEAR).walls == [
        moment for moment in starts(series, first=FIRST, until=YEAR).walls if moment < before
    ]
    assert cut.rrules[0].until == guised(FIRST + timedelta(weeks=3))
    assert bounded(series, first=FIRST, before=FIRST).rrules == []


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)).map(lambda moment: moment.replace(microsecond=0)))
def test_a_key_gives_its_wall_time_back_and_the_store_too(moment: datetime) -> None:
    assert wall_of(key_of(moment)) == moment
    series = Recurrence(rdates=[guised(moment)], include_dtstart=False)
    assert [wall(one) for one in deserialize(serialize(series)).rdates] == [moment]


@given(
    st.sampled_from(["Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca"]),
    st.datetimes(datetime(2017, 1, 1), datetime(2030, 1, 1)).map(lambda moment: moment.replace(microsecond=0, fold=0)),
)
def test_an_instant_shows_its_wall_time_where_the_clock_has_it(zone: str, moment: datetime) -> None:
    shown = instant(moment, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)

    is_left_out = shown != moment
    assert abs(shown - moment) <= timedelta(hours=24) if is_left_out else True
    assert not is_left_out or shown > moment
