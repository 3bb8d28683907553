"""What the calendar shows whom, in a known number of queries; and that its two read rules say the same."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from events import actions, queries, rules
from events.actions import NewPlace
from events.models import Event
from events.queries import Filters
from members.models import Member
from tests.events.conftest import NOW, every_week

type Begin = Callable[..., Event]
LISBON = ZoneInfo("Europe/Lisbon")


def test_the_two_read_rules_agree(begin: Begin, ada: Member, bo: Member, cleo: Member, dov: Member) -> None:
    events = [
        begin(visibility=visibility, is_published=is_published)
        for visibility, is_published in product(("public", "members"), (True, False))
    ]
    hidden = begin(visibility="public")
    Event.objects.filter(pk=hidden.pk).update(hidden_at=NOW)
    for event in events[:2]:
        actions.add_host(event=event, member=bo)

    for reader in (ada, bo, cleo, dov, AnonymousUser()):
        seen = set(Event.objects.visible_to(reader).order_by("pk"))
        for event in Event.objects.order_by("pk"):
            hosts = event.author_id == reader.pk or (reader == bo and event in events[:2])
            assert rules.can_see(reader, event, is_host=hosts) == (event in seen), (reader, event.pk)


def test_visitors_see_public_dates_only(begin: Begin, ada: Member) -> None:
    begin(visibility="public", title="For all")
    begin(title="For members")

    for reader, count in ((AnonymousUser(), 1), (ada, 2)):
        page = queries.agenda(reader, Filters(), since=NOW)
        assert len(page.rows) == count


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(kind="talk"), {"Talk"}),
        (Filters(attendance="online"), {"Both", "Far"}),
        (Filters(attendance="in-person"), {"Both", "Talk"}),
        (Filters(language="de"), {"Far"}),
        (Filters(access="step_free"), {"Talk"}),
        (Filters(access="captions"), {"Far"}),
        (Filters(place="leed"), {"Talk"}),
        (Filters(), {"Both", "Far", "Talk"}),
    ],
)
def test_filters(begin: Begin, ada: Member, filters: Filters, found: set[str]) -> None:
    begin(title="Talk", kind="talk", place=NewPlace(name="The mill", area="Leeds", step_free="yes"))
    begin(title="Far", attendance="online", language="de", captions="yes")
    begin(title="Both", attendance="hybrid", place=NewPlace(name="The barn", step_free="no"))

    assert {row.name for row in queries.agenda(ada, filters, since=NOW).rows} == found
    assert filters.is_set == (found != {"Both", "Far", "Talk"})


def test_a_day_of_the_month_shows_three_and_says_how_many_more(begin: Begin, ada: Member) -> None:
    for hour in range(5):
        begin(title=f"At {hour}", start_time=time(hour))
    begin(title="Late on the day before", first_date=date(2026, 11, 30), start_time=time(23, 30))

    days = queries.days(ada, Filters(), first=date(2026, 11, 30), count=3, zone=LISBON)

    assert [[row.name for row in day.rows] for day in days] == [
        ["Late on the day before"], ["At 0", "At 1", "At 2"], []
    ]  # fmt: skip
    assert [(day.more, day.count) for day in days] == [(0, 1), (2, 5), (0, 0)]
    berlin = queries.days(ada, Filters(), first=date(2026, 12, 1), count=1, zone=ZoneInfo("Europe/Berlin"))
    assert berlin[0].rows[0].name == "Late on the day before"


def test_what_runs_over_days_stands_on_each_of_them(begin: Begin, ada: Member) -> None:
    begin(title="Camp", start_time=None, duration=timedelta(days=3), first_date=date(2026, 11, 29))

    days = queries.days(ada, Filters(), first=date(2026, 11, 30), count=3, zone=LISBON)

    assert [[row.name for row in day.rows] for day in days] == [["Camp"], ["Camp"], []]
    at = datetime(2026, 11, 30, tzinfo=UTC)
    assert [row.name for row in queries.going_on(ada, Filters(), at=at)] == ["Camp"]
    assert queries.going_on(ada, Filters(), at=at + timedelta(days=9)) == []


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries_asked"),
    [
        ("/events/?from=2026-12-01", 5),
        ("/events/month/2026/12/", 6),
        ("/events/week/2026/49/", 6),
        ("/events/mine/", 2),
    ],
)
def test_a_page_costs_the_same_however_much_it_shows(
    as_ada: Client,
    begin: Begin,
    django_assert_num_queries: Callable,
    address: str,
    queries_asked: int,
    count: int,
) -> None:
    for _ in range(count):
        begin(place=NewPlace(name="The mill"), recurrence=every_week())

    with django_assert_num_queries(queries_asked):
        as_ada.get(address)


@pytest.mark.parametrize("count", [1, 3])
def test_feeds_cost_the_same_however_much_they_hold(
    client: Client, begin: Begin, django_assert_num_queries: Callable, count: int
) -> None:
    for _ in range(count):
        begin(visibility="public", place=NewPlace(name="The mill"), recurrence=every_week())

    with django_assert_num_queries(2):
        client.get("/events/calendar.ics")


def test_an_event_page_costs_a_known_number(as_ada: Client, begin: Begin, django_assert_num_queries: Callable) -> None:
    event = begin(place=NewPlace(name="The mill"), recurrence=every_week())

    with django_assert_num_queries(6):
        as_ada.get(event.get_absolute_url())


def test_search_finds_events_by_title_and_words(as_cleo: Client, client: Client, begin: Begin) -> None:
    begin(title="Mending circle", source="Bring *socks* and thread.")
    begin(title="A draft of a circle", is_published=False)

    found = as_cleo.get("/search/?q=mending").content.decode()
    assert "Mending" in found
    assert "socks" in as_cleo.get("/search/?q=sock").content.decode()
    assert "A draft" not in as_cleo.get("/search/?q=circle").content.decode()
    assert "/events/" not in client.get("/search/?q=mending").content.decode().split("<main")[1]
    assert "Mending" in as_cleo.get("/search/?q=circle+from:ada").content.decode()


def test_search_keeps_to_days_and_leaves_rooms_to_the_forum(as_cleo: Client, begin: Begin) -> None:
    begin(title="Mending circle")

    for asked, is_there in (
        ("from:ada", True),
        ("mending from:bo", False),
        ("mending after:2026-12-01 before:2026-12-02", True),
        ("mending after:2026-12-02", False),
        ("mending in:nowhere", False),
    ):
        found = "/events/" in as_cleo.get("/search/", {"q": asked}).content.decode().split("<main")[1]
        assert found == is_there, asked


def test_a_members_page_names_what_they_invited_to(as_cleo: Client, ada: Member, begin: Begin) -> None:
    begin()

    assert "invited to" in as_cleo.get(ada.get_absolute_url()).content.decode()
    assert queries.recent_events(ada, reader=AnonymousUser(), limit=3) == []
