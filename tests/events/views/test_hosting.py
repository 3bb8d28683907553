"""One date changed or cancelled, all of it cancelled, confirmed; hosts; a secret address."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from events import actions
from events.models import Event
from members.models import Member
from tests.events.conftest import NOW, every_week

type Begin = Callable[..., Event]


def test_one_date_moves_and_the_others_stay(as_ada: Client, begin: Begin) -> None:
    event = begin(recurrence=every_week())
    at = f"/events/{event.pk}/dates/20261208T190000/"
    assert str(as_ada.get(at).context["form"]["day"].value()) == "2026-12-08"

    page = as_ada.post(
        at, {"day": "2026-12-09", "start_time": "22:00", "end_time": "01:00", "note": "At the sea"}, follow=True
    )

    words = page.content.decode()
    assert "Moved from Tuesday 8 December 2026, 19:00." in words
    assert "At the sea" in words
    row = event.occurrences.get(key="20261208T190000")
    assert (row.starts_at, row.ends_at) == (
        datetime(2026, 12, 9, 22, tzinfo=UTC), datetime(2026, 12, 10, 1, tzinfo=UTC)
    )  # fmt: skip
    assert event.occurrences.filter(is_moved=True).count() == 1


def test_a_date_needs_both_times_unless_it_lasts_all_day(as_ada: Client, begin: Begin) -> None:
    timed, whole = begin(), begin(start_time=None)

    far = as_ada.post(f"/events/{timed.pk}/dates/20261201T190000/", {"day": "9999-12-31"})
    assert "between 1970 and ten years" in far.content.decode()
    page = as_ada.post(f"/events/{timed.pk}/dates/20261201T190000/", {"day": "2026-12-02"})
    assert (page.status_code, "Say both times." in page.content.decode()) == (422, True)

    as_ada.post(f"/events/{whole.pk}/dates/20261201T000000/", {"day": "2026-12-02"})
    assert whole.occurrences.get().starts_at == datetime(2026, 12, 2, tzinfo=UTC)


def test_one_date_is_cancelled_with_a_reason_that_everybody_reads(
    as_ada: Client, as_cleo: Client, begin: Begin
) -> None:
    event = begin(recurrence=every_week())
    at = f"/events/{event.pk}/dates/20261208T190000/cancel/"
    assert as_ada.post(at, {"reason": ""}).status_code == 422

    as_ada.post(at, {"reason": "The roof leaks."})

    page = as_cleo.get(f"{event.get_absolute_url()}?on=20261208T190000").content.decode()
    assert "This date does not take place" in page
    assert "The roof leaks." in page
    other = as_cleo.get(f"{event.get_absolute_url()}?on=20261201T190000").content.decode()
    assert "The roof leaks." not in other


def test_all_of_it_is_cancelled_with_a_reason(as_ada: Client, begin: Begin) -> None:
    event = begin()
    assert as_ada.get(f"/events/{event.pk}/cancel/").status_code == 200

    page = as_ada.post(f"/events/{event.pk}/cancel/", {"reason": "Nobody has a key."}, follow=True)

    assert "Nobody has a key." in page.content.decode()
    assert "Cancelled" in as_ada.get("/events/?from=2026-12-01").content.decode()
    refused = as_ada.get(f"/events/{event.pk}/edit/")
    assert (refused.status_code, "You can copy it" in refused.content.decode()) == (403, True)


def test_a_host_says_that_it_goes_on(as_ada: Client, begin: Begin) -> None:
    event, once = begin(recurrence=every_week()), begin()
    Event.objects.filter(pk=event.pk).update(resting_since=datetime(2026, 11, 1, tzinfo=UTC))
    assert "Nobody has said of late" in as_ada.get(event.get_absolute_url()).content.decode()

    page = as_ada.post(f"/events/{event.pk}/confirm/", follow=True)

    assert "Its dates are sure until 1 January 2027." in page.content.decode()
    assert "Nobody has said of late" not in page.content.decode()
    assert as_ada.post(f"/events/{once.pk}/confirm/").status_code == 403


def test_a_press_that_would_change_nothing_is_not_offered(as_ada: Client, begin: Begin) -> None:
    event = begin(recurrence=every_week())

    page = as_ada.get(event.get_absolute_url()).content.decode()

    assert "Its dates are sure until 1 January 2027. Before that we ask you whether it goes on." in page
    assert "You said" not in page
    assert "Yes, it goes on" not in page
    refused = as_ada.post(f"/events/{event.pk}/confirm/")
    assert (refused.status_code, "sure until 1 January 2027" in refused.content.decode()) == (403, True)


def test_once_a_date_has_been_a_press_makes_it_sure_for_longer(as_ada: Client, begin: Begin) -> None:
    first = date(2026, 11, 3)
    event = begin(first_date=first, recurrence=every_week(first), now=NOW - timedelta(days=30))
    asked = as_ada.get(event.get_absolute_url()).content.decode()
    assert "Its dates are sure until 4 December 2026. Does it go on after that?" in asked

    page = as_ada.post(f"/events/{event.pk}/confirm/", follow=True).content.decode()

    assert "Thank you. Its dates are sure until 1 January 2027." in page
    assert "Yes, it goes on" not in page


@pytest.mark.parametrize("ends", [{"ends": "count", "count": 20}, {"ends": "until", "until": date(2027, 5, 1)}])
def test_what_was_announced_with_an_end_is_sure_to_its_end(
    as_ada: Client, begin: Begin, ends: dict[str, object]
) -> None:
    event = begin(recurrence=every_week(**ends))

    page = as_ada.get(event.get_absolute_url()).content.decode()

    for words in ("sure until", "Yes, it goes on", "Not confirmed yet"):
        assert words not in page
    assert as_ada.post(f"/events/{event.pk}/confirm/").status_code == 403


def test_a_last_press_makes_it_sure_to_its_end(as_ada: Client, begin: Begin) -> None:
    first = date(2026, 7, 7)
    event = begin(first_date=first, recurrence=every_week(first, ends="count", count=40), now=NOW - timedelta(days=150))
    assert event.sure_until == date(2026, 8, 7)

    page = as_ada.post(f"/events/{event.pk}/confirm/", follow=True).content.decode()

    assert "Thank you. It is sure to its end." in page
    assert Event.objects.get().confirmed_until is None


def test_what_comes_from_another_calendar_is_not_to_be_confirmed(as_ada: Client, ada: Member, begin: Begin) -> None:
    event = begin(recurrence=every_week())
    Event.objects.filter(pk=event.pk).update(is_imported=True, confirmed_until=None)

    assert 'class="confirm"' not in as_ada.get(event.get_absolute_url()).content.decode()
    assert as_ada.post(f"/events/{event.pk}/confirm/").status_code == 403


def test_dates_beyond_the_last_word_of_a_host_say_so(as_cleo: Client, begin: Begin) -> None:
    event = begin(recurrence=every_week())

    page = as_cleo.get(f"{event.get_absolute_url()}?on=20270126T190000")

    assert "Not confirmed yet" in page.content.decode().split("</header>")[1]


def test_a_co_host_changes_it_too_and_leaves(
    as_ada: Client, as_bo: Client, bo: Member, dov: Member, begin: Begin
) -> None:
    event = begin(is_published=False)
    at = f"/events/{event.pk}/hosts/"

    assert "There is no member" in as_ada.post(at, {"username": "nobody"}).content.decode()
    assert "cannot host anything" in as_ada.post(at, {"username": "dov"}).content.decode()
    assert "Bo hosts this with you." in as_ada.post(at, {"username": "@Bo"}, follow=True).content.decode()
    assert as_bo.get(f"/events/{event.pk}/edit/").status_code == 200
    assert "Mending circle" in as_bo.get("/events/mine/").content.decode()

    assert as_ada.post(at, {"remove": str(event.author_id)}).status_code == 403
    assert "no longer hosts this" in as_ada.post(at, {"remove": str(bo.pk)}, follow=True).content.decode()
    assert as_bo.get(event.get_absolute_url()).status_code == 404


def test_twelve_people_host_together_and_no_more(as_ada: Client, begin: Begin) -> None:
    event = begin()
    for number in range(12):
        Member.objects.create_user(f"host{number}", display_name=f"H{number}", standing="member")
        page = as_ada.post(f"/events/{event.pk}/hosts/", {"username": f"host{number}"}, follow=True)

    assert "Twelve people can host" in page.content.decode()


def test_what_one_hosts_is_listed_latest_change_first(as_ada: Client, begin: Begin) -> None:
    assert "You host nothing yet." in as_ada.get("/events/mine/").content.decode()
    for number in range(21):
        begin(title=f"Event {number}", is_published=number > 0, now=datetime(2026, 10, 1 + number, tzinfo=UTC))

    first = as_ada.get("/events/mine/")
    assert "Event 20" in first.content.decode()
    assert "Draft" in as_ada.get(f"/events/mine/?after={first.context['after']}").content.decode()


def test_what_one_hosts_has_its_dates_and_what_is_over_stands_apart(as_ada: Client, begin: Begin) -> None:
    begin(title="Long ago", first_date=date(2019, 7, 6))
    begin(title="In winter", time_zone="America/New_York")
    begin(title="All of a day", start_time=None, first_date=date(2026, 12, 24))
    begin(title="Still a draft", is_published=False, first_date=date(2019, 1, 1))
    begin(title="Each week", first_date=date(2026, 11, 17), recurrence=every_week(date(2026, 11, 17)))
    begin(title="Each year", first_date=date(2026, 5, 5), recurrence=every_week(date(2026, 5, 5), repeats="years"))
    begin(title="Two times", first_date=(two := date(2026, 9, 1)), recurrence=every_week(two, ends="count", count=2))

    ahead, over = as_ada.get("/events/mine/").content.decode().split("What has been")

    for title, day in {
        "In winter": "Tuesday 1 December 2026, 19:00",
        "All of a day": "Thursday 24 December 2026\n",
        "Still a draft": "Tuesday 1 January 2019, 19:00",
        "Each week": "Tuesday 1 December 2026, 19:00",
        "Each year": "Tuesday 5 May 2026, 19:00",
    }.items():
        assert day in ahead.split(title)[1].split("</li>")[0], title
    assert "Saturday 6 July 2019, 19:00" in over.split("Long ago")[1].split("</li>")[0]
    assert "Tuesday 8 September 2026, 19:00" in over.split("Two times")[1].split("</li>")[0]


def test_a_cancelled_series_between_its_dates_is_over(as_ada: Client, begin: Begin) -> None:
    event = begin(first_date=date(2026, 5, 5), recurrence=every_week(date(2026, 5, 5), repeats="years"))
    actions.cancel(event=event, reason="No key.", now=NOW)

    page = as_ada.get("/events/mine/").content.decode()

    assert "Mending circle" in page.split("What has been")[1]


def test_pages_of_what_one_hosted_lead_on(as_ada: Client, begin: Begin) -> None:
    for number in range(22):
        when = {"first_date": date(2019, 7, 1)} if number < 21 else {}
        begin(title=f"Event {number:02}", now=datetime(2026, 10, 1 + number, tzinfo=UTC), **when)

    first = as_ada.get("/events/mine/")
    second = as_ada.get(f"/events/mine/?past={first.context['past_after']}")

    assert [len(page.context[part].rows) for page in (first, second) for part in ("page", "past")] == [1, 20, 0, 1]
    assert "Event 00" in second.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_what_one_hosts_costs_the_same_however_much_it_is(
    as_ada: Client, begin: Begin, count: int, django_assert_num_queries: Callable
) -> None:
    for first in (date(2019, 7, 6), date(2026, 12, 1)):
        for _number in range(count):
            begin(first_date=first)
    as_ada.get("/events/mine/")

    with django_assert_num_queries(2):  # session, and what is ahead with what has been
        as_ada.get("/events/mine/")


def test_a_secret_address_is_shown_once_and_ends(as_ada: Client, client: Client, begin: Begin) -> None:
    begin()
    page = as_ada.post("/me/calendar/", {"do": "renew"})
    address = page.context["address"].removeprefix("http://testserver")

    assert client.get(address).status_code == 200
    assert "Mending circle" in client.get(address).content.decode()
    assert address not in as_ada.get("/me/calendar/").content.decode()

    assert "no longer works" in as_ada.post("/me/calendar/", {"do": "end"}, follow=True).content.decode()
    assert client.get(address).status_code == 404
