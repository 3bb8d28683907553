"""The history: from the first gathering on, year by year, with what came of each."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from events import actions as calendar
from events.actions import NewPlace
from events.after import actions
from events.after.enums import WriteUpKind
from events.after.models import Outcome
from events.models import Event, Occurrence
from forum import actions as forum
from forum.actions.posts import Text
from forum.models import Category
from members.models import Member
from tests.cast import says_yes
from tests.events.conftest import NOW, every_week

type Begin = Callable[..., Event]


def test_it_tells_what_has_been_from_the_first_one_on(as_cleo: Client, client: Client, begin: Begin) -> None:
    begin(
        title="The first workshop", visibility="public", first_date=date(2017, 9, 23), place=NewPlace(name="The mill")
    )
    begin(title="A summer camp", first_date=date(2019, 7, 1))
    begin(title="Still to come", visibility="public")
    off = begin(title="Called off", visibility="public", first_date=date(2018, 1, 1))
    calendar.cancel(event=off, reason="Snow.", now=NOW)

    member, visitor = (who.get("/events/history/").content.decode() for who in (as_cleo, client))

    assert member.index("The first workshop") < member.index("A summer camp")
    assert "The mill" in member
    assert "23 September" in member
    for title in ("Still to come", "Called off"):
        assert title not in member
    assert "The first workshop" in visitor
    assert "A summer camp" not in visitor


def test_a_day_is_that_of_the_place(client: Client, begin: Begin) -> None:
    whole = {"start_time": None, "duration": timedelta(days=1)}
    begin(visibility="public", first_date=date(2019, 7, 6), time_zone="Pacific/Auckland", **whole)

    assert "6 July" in client.get("/events/history/").content.decode()


def test_evenings_of_a_series_are_told_where_people_wrote_of_them(as_ada: Client, ada: Member, begin: Begin) -> None:
    series = begin(title="Choir", first_date=date(2026, 10, 6), recurrence=every_week(date(2026, 10, 6)))
    told = series.occurrences.order_by("key")[1]
    assert "Choir" not in as_ada.get("/events/history/").content.decode()

    actions.tell_outcome(occurrence=told, by=ada, words="A song of our own", thread=None, now=NOW)

    page = as_ada.get("/events/history/").content.decode()
    assert page.count("gathering__title") == 1
    assert "A song of our own" in page
    assert "13 October" in page


def test_a_year_can_be_chosen_and_pages_lead_both_ways(client: Client, begin: Begin) -> None:
    for number in range(22):
        begin(title=f"Gathering {number:02}", visibility="public", first_date=date(2018, 1, 1 + number),
              now=NOW.replace(month=1 + number // 2))  # fmt: skip
    begin(title="Later", visibility="public", first_date=date(2020, 5, 1))

    first = client.get("/events/history/")
    second = client.get(f"/events/history/?after={first.context['after']}")
    back = client.get(f"/events/history/?before={second.context['before']}")
    year = client.get("/events/history/?year=2019").content.decode()

    assert list(first.context["years"]) == list(range(2018, 2027))
    assert "Gathering 21" in second.content.decode()
    assert "Gathering 00" in back.content.decode()
    assert "Later" in year
    assert "Gathering 0" not in year
    assert client.get("/events/history/?year=9999").context["chosen"] is None
    assert "Nothing has been yet" in client.get("/events/history/?year=2026").content.decode()


def test_without_a_past_it_says_so(client: Client, db: None) -> None:
    assert "Nothing has been yet" in client.get("/events/history/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("who", "asked"), [("as_cleo", 6), ("client", 7)])
def test_it_costs_the_same_however_much_it_tells(
    request: pytest.FixtureRequest, begin: Begin, ada: Member, django_assert_num_queries: Callable, who: str, asked: int,
    count: int,
) -> None:  # fmt: skip
    reader = request.getfixturevalue(who)
    says_yes(ada, "content.public")
    room = Category.objects.create(slug="table", name="The table", visibility="public")
    for number in range(count):
        event = begin(title=f"Gathering {number}", visibility="public", first_date=date(2018, 1, 1 + number))
        occurrence = Occurrence.objects.select_related("event").get(event=event)
        post = forum.start_thread(category=room, by=ada, title=f"T {number}", text=Text(f"Us {number}"), now=NOW)
        actions.tell_outcome(occurrence=occurrence, by=ada, words="A group", thread=post.thread_id, now=NOW)
        actions.write_up(occurrence=occurrence, kind=WriteUpKind.HARVEST, by=ada, source="A mill.", version=0, now=NOW)

    reader.get("/events/history/")
    with django_assert_num_queries(asked):
        reader.get("/events/history/")
    assert Outcome.objects.count() == count
