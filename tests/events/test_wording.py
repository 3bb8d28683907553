"""Plain choices make rules, rules are said in words, and choices come back out of them."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from recurrence import MONTHLY, WEEKLY, YEARLY, Recurrence, Rule, to_weekday

from events.enums import Ends, Repeats
from events.recurring import starts
from events.wording import Choices, choices_of, in_words, recurrence_of

TUESDAY = datetime(2026, 12, 1, 19)
LAST_FRIDAY = datetime(2026, 11, 27, 18)


@pytest.mark.parametrize(
    ("chosen", "first", "words", "days"),
    [
        (Choices(Repeats.WEEKS, every=2), TUESDAY, "every other Tuesday", ["12-01", "12-15", "12-29"]),
        (Choices(Repeats.WEEKS), TUESDAY, "every Tuesday", ["12-01", "12-08", "12-15"]),
        (Choices(Repeats.WEEKS, every=3, weekdays=[3, 1]), TUESDAY, "every 3 weeks on Tuesday and Thursday", ["12-01", "12-03", "12-22"]),
        (Choices(Repeats.MONTH_WEEKDAY, which=-1), LAST_FRIDAY, "on the last Friday of every month", ["11-27", "12-25", "01-29"]),
        (Choices(Repeats.MONTH_WEEKDAY), TUESDAY, "on the first Tuesday of every month", ["12-01", "01-05", "02-02"]),
        (Choices(Repeats.MONTH_DATE, every=2), TUESDAY, "on the 1. of every 2 months", ["12-01", "02-01", "04-01"]),
        (Choices(Repeats.DAYS, every=5), TUESDAY, "every 5 days", ["12-01", "12-06", "12-11"]),
        (Choices(Repeats.YEARS), TUESDAY, "every year in December", ["12-01", "12-01", "12-01"]),
        (Choices(Repeats.WEEKS, ends=Ends.COUNT, count=3), TUESDAY, "every Tuesday, 3 times", ["12-01", "12-08", "12-15"]),
        (Choices(Repeats.WEEKS, ends=Ends.UNTIL, until=date(2026, 12, 15)), TUESDAY, "every Tuesday, until 15 December 2026", ["12-01", "12-08", "12-15"]),
        (Choices(besides=[date(2027, 1, 9)]), TUESDAY, "1 more date", ["12-01", "01-09"]),
    ],
)  # fmt: skip
def test_choices_in_words_and_days(chosen: Choices, first: datetime, words: str, days: list[str]) -> None:
    recurrence = recurrence_of(chosen, first=first)

    assert in_words(recurrence, first=first) == words
    assert [f"{day:%m-%d}" for day in starts(recurrence, first=first, until=datetime(2030, 1, 1)).walls[:3]] == days


@given(
    st.builds(
        Choices,
        repeats=st.sampled_from([one for one in Repeats if one != Repeats.KEPT]),
        every=st.integers(1, 12),
        ends=st.just(Ends.NEVER),
        without=st.lists(st.dates(date(2027, 1, 1), date(2030, 1, 1)), max_size=3),
        besides=st.lists(st.dates(date(2027, 1, 1), date(2030, 1, 1)), max_size=3),
    )
)
def test_choices_come_back_out_of_the_rule(chosen: Choices) -> None:
    recurrence = recurrence_of(chosen, first=TUESDAY)

    back = choices_of(recurrence, first=TUESDAY)

    assert back.repeats == chosen.repeats
    assert recurrence_of(back, first=TUESDAY) == recurrence


@pytest.mark.parametrize(
    "rule",
    [
        Rule(WEEKLY, bysetpos=1, byday=[to_weekday(1), to_weekday(2)]), Rule(MONTHLY, byday=[to_weekday(4)], bysetpos=-1),
        Rule(YEARLY, bymonth=[3, 9]), Rule(MONTHLY, bymonthday=[1, 15]),
    ],
)  # fmt: skip
def test_a_rule_that_no_choice_says_is_kept_and_still_said(rule: Rule) -> None:
    recurrence = Recurrence(rrules=[rule], include_dtstart=False)

    assert choices_of(recurrence, first=TUESDAY).repeats == Repeats.KEPT
    assert in_words(recurrence, first=TUESDAY)


def test_a_weekday_of_the_month_beyond_the_fourth_has_a_number() -> None:
    recurrence = Recurrence(rrules=[Rule(MONTHLY, byday=[to_weekday("-2FR")])], include_dtstart=False)

    assert in_words(recurrence, first=TUESDAY) == "on the -2. Friday of every month"
