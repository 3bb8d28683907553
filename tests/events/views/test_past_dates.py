"""A date that has begun stays where it is: it is neither moved nor called off."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client

from events import actions
from events.after.models import address
from events.enums import Visibility
from events.making.models import Ask
from events.models import Event
from tests.events.conftest import NOW, every_week
from tests.events.views.conftest import typed

type Begin = Callable[..., Event]

FIRST = date(2026, 11, 17)
BEEN = "20261117T190000"
NEXT = {"day": "2027-03-16", "start_time": "19:00", "end_time": "21:00"}


@pytest.fixture
def series(begin: Begin) -> Event:
    """One that began last week, with a date that has been and others to come."""
    return begin(first_date=FIRST, recurrence=every_week(FIRST), visibility="public")


def test_a_date_that_has_been_is_not_moved(as_ada: Client, series: Event) -> None:
    at = f"/events/{series.pk}/dates/{BEEN}/"

    page = as_ada.post(at, {**NEXT, "note": "Bring soup"})

    assert (page.status_code, "This date has begun, so it can no longer be moved" in page.content.decode()) == (
        422,
        True,
    )
    row = series.occurrences.get(key=BEEN)
    assert (row.starts_at, row.note, row.is_moved) == (datetime(2026, 11, 17, 19, tzinfo=NOW.tzinfo), "", False)


def test_a_date_that_has_been_takes_a_note_still(as_ada: Client, series: Event) -> None:
    at = f"/events/{series.pk}/dates/{BEEN}/"
    assert [*as_ada.get(at).context["form"].fields] == ["note"]

    page = as_ada.post(at, {"note": "In the garden"}, follow=True)

    assert "In the garden" in page.content.decode()
    assert not series.occurrences.get(key=BEEN).is_moved


def test_no_date_is_moved_to_where_it_would_have_begun(as_ada: Client, series: Event) -> None:
    page = as_ada.post(f"/events/{series.pk}/dates/20261201T190000/", {**NEXT, "day": "2016-12-02"})

    assert (page.status_code, "It would have begun already." in page.content.decode()) == (422, True)


def test_a_date_that_begins_while_one_writes_stays(series: Event) -> None:
    row = series.occurrences.get(key=BEEN)
    wall = datetime(2027, 3, 16, 19)

    with pytest.raises(actions.Begun, match="can no longer be moved"):
        actions.change_date(occurrence=row, wall=wall, duration=series.duration, note="", now=NOW)
    with pytest.raises(actions.Begun, match="can no longer be cancelled"):
        actions.cancel_date(occurrence=row, reason="Rain.", now=NOW)


@pytest.mark.parametrize("way", ["cancel/", "later/"])
def test_a_date_that_has_been_is_neither_cancelled_nor_the_first_of_later_ones(
    as_ada: Client, series: Event, way: str
) -> None:
    second = "20261124T190000"
    at = f"/events/{series.pk}/dates/{second}/{way}"

    for page in (as_ada.get(at), as_ada.post(at, {"reason": "Rain.", **typed(first_date="2027-03-16")})):
        assert (page.status_code, "This date has begun" in page.content.decode()) == (403, True)
    assert series.occurrences.get(key=second).cancelled_at is None


def test_the_page_of_a_past_date_offers_what_is_possible(as_ada: Client, series: Event) -> None:
    been = as_ada.get(f"{series.get_absolute_url()}?on={BEEN}").content.decode()
    ahead = as_ada.get(f"{series.get_absolute_url()}?on=20261201T190000").content.decode()

    offers = ("Change this date", "Change this date and all later ones", "Cancel this date", "Say what you need")
    assert [f">{offer}</a>" in been for offer in offers] == [False] * 4
    assert [f">{offer}</a>" in ahead for offer in offers] == [True] * 4
    assert ">Say what was different</a>" in been
    assert ">Cancel all of it</a>" in been


def test_what_was_once_is_not_cancelled_and_asks_for_nothing(as_ada: Client, begin: Begin) -> None:
    event = begin(first_date=FIRST)

    assert ">Cancel it</a>" not in as_ada.get(event.get_absolute_url()).content.decode()
    page = as_ada.post(f"/events/{event.pk}/cancel/", {"reason": "Rain."})
    assert (page.status_code, "it can no longer be cancelled" in page.content.decode()) == (403, True)
    page = as_ada.post(f"/events/{event.pk}/asks/", {"kind": "role", "what": "Cook", "wanted": "1"})
    assert (page.status_code, "This has been" in page.content.decode()) == (403, True)
    assert not Ask.objects.exists()
    assert not Event.objects.get().is_cancelled


def test_a_series_that_is_over_is_not_cancelled(as_ada: Client, begin: Begin) -> None:
    over = begin(first_date=FIRST, recurrence=every_week(FIRST, ends="count", count=2))

    assert ">Cancel all of it</a>" not in as_ada.get(over.get_absolute_url()).content.decode()
    assert as_ada.post(f"/events/{over.pk}/cancel/", {"reason": "Rain."}).status_code == 403


def test_a_series_between_two_dates_is_cancelled_and_what_has_been_stays(as_ada: Client, begin: Begin) -> None:
    yearly = begin(first_date=FIRST, recurrence=every_week(FIRST, repeats="years"), visibility="public")
    past = yearly.occurrences.get(key=BEEN)
    actions.keep_date(occurrence=past)

    page = as_ada.post(f"/events/{yearly.pk}/cancel/", {"reason": "No key."}, follow=True)

    assert page.status_code == 200
    words = as_ada.get(f"{yearly.get_absolute_url()}?on={BEEN}").content.decode()
    assert "This does not take place" not in words
    assert "there is nothing to tell of it" not in as_ada.get(address(past)).content.decode()
    assert yearly.title in as_ada.get("/events/history/").content.decode()


@pytest.mark.parametrize("again", [{}, {"repeats": "weeks"}])
def test_what_somebody_came_to_is_not_moved_to_a_day_to_come(
    as_ada: Client, begin: Begin, again: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events.attached.counted_on", set)
    recurrence = every_week(FIRST) if again else None
    event = begin(first_date=FIRST, recurrence=recurrence)

    page = as_ada.post(f"/events/{event.pk}/edit/", typed(first_date="2027-03-16", **again))

    assert (page.status_code, "It has begun, so its first day stays in the past" in page.content.decode()) == (
        422,
        True,
    )
    assert event.occurrences.filter(key=BEEN).exists()


def test_a_wrong_year_is_put_right_while_nobody_counts_on_it(as_ada: Client, begin: Begin) -> None:
    event = begin(first_date=FIRST)

    as_ada.post(f"/events/{event.pk}/edit/", typed(first_date="2027-03-16"))

    assert [date.key for date in event.occurrences.all()] == ["20270316T190000"]


def test_what_began_may_begin_later_that_day(as_ada: Client, begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("events.attached.counted_on", set)
    event = begin(first_date=NOW.date(), start_time=(NOW - timedelta(minutes=5)).time())

    looked = as_ada.post(f"/events/{event.pk}/edit/", typed(first_date=f"{NOW:%Y-%m-%d}", start_time="19:30"))

    assert "stays in the past" not in looked.content.decode()


def test_typing_errors_in_what_has_been_are_put_right(as_ada: Client, begin: Begin) -> None:
    event = begin(first_date=FIRST)

    as_ada.post(f"/events/{event.pk}/edit/", typed(title="Mending for all", first_date="2026-11-16", name="The barn"))

    event = Event.objects.select_related("place").get()
    assert (event.title, str(event.place), event.first_date) == (
        "Mending for all",
        "The barn, Leeds",
        date(2026, 11, 16),
    )


def test_a_draft_of_a_day_that_went_by_is_moved_and_published(as_ada: Client, begin: Begin) -> None:
    draft = begin(first_date=FIRST, is_published=False, start_time=time(19), visibility=Visibility.MEMBERS)

    as_ada.post(f"/events/{draft.pk}/edit/", typed(first_date="2027-03-16"))

    assert Event.objects.get().first_date == date(2027, 3, 16)
