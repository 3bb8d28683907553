"""Search dates an event by when it happens, not by when somebody typed it in."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client

from events import actions
from events.models import Event, Occurrence
from tests.events.conftest import NOW, every_week

type Begin = Callable[..., Event]

MILL = {"title": "A key to the old mill", "first_date": date(2019, 7, 6), "visibility": "public"}


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def found(client: Client, words: str) -> str:
    return client.get("/search/", {"q": words}).content.decode().split("<main")[1]


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ("mill before:2020", True),
        ("mill after:2019-07-06 before:2019-07-07", True),
        ("before:2020", True),
        ("mill before:2019-07-06", False),
        ("mill after:2019-07-07", False),
        ("mill after:2026-01", False),
    ],
)
def test_it_is_of_the_day_on_which_it_was(client: Client, begin: Begin, asked: str, *, is_found: bool) -> None:
    begin(**MILL)

    page = found(client, asked)

    assert (MILL["title"] in page) == is_found
    assert ("6 July 2019" in page) == is_found
    assert "November 2026" not in page


def test_a_series_is_found_by_any_of_its_dates_and_shown_with_that(client: Client, begin: Begin) -> None:
    first = date(2026, 10, 6)
    begin(
        title="Choir evening",
        visibility="public",
        first_date=first,
        recurrence=every_week(first),
        now=NOW - timedelta(days=60),
    )
    actions.make_ahead(now=NOW)

    for asked, day in {
        "choir": "1 December 2026",
        "choir before:2027": "1 December 2026",
        "choir before:2026-11-24": "17 November 2026",
        "choir after:2026-10-14 before:2026-11": "27 October 2026",
        "choir after:2026-12-02": "8 December 2026",
    }.items():
        assert day in found(client, asked), asked
    assert "Choir evening" not in found(client, "choir before:2026-10")


def test_the_day_is_that_of_its_own_clock(client: Client, begin: Begin) -> None:
    begin(**MILL, start_time=None, duration=timedelta(days=1), time_zone="Pacific/Auckland")

    page = found(client, "mill")

    assert '<time datetime="2019-07-06">6 July 2019</time>' in page


def test_what_has_no_dates_any_more_is_shown_with_its_first_day(client: Client, begin: Begin) -> None:
    event = begin(**MILL)
    Occurrence.objects.filter(event=event).delete()

    assert "6 July 2019" in found(client, "mill")
    assert MILL["title"] not in found(client, "mill before:2020")


def test_a_date_that_was_moved_counts_where_it_is_now(client: Client, begin: Begin) -> None:
    event = begin(title="Mending circle", visibility="public")
    wall = datetime.combine(date(2027, 2, 3), time(19))
    actions.change_date(occurrence=event.occurrences.get(), wall=wall, duration=timedelta(hours=1), note="", now=NOW)

    assert "3 February 2027" in found(client, "mending after:2027")
    assert "Mending" not in found(client, "circle before:2027")


def test_pages_of_what_is_found_lead_on(client: Client, begin: Begin) -> None:
    for number in range(25):
        begin(
            title=f"Mending {number:02}",
            visibility="public",
            first_date=date(2018, 1, 1 + number),
            now=datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=number),
        )

    first = client.get("/search/", {"q": "mending before:2020"})
    second = client.get("/search/", {"q": "mending before:2020", "from_here": first.context["next"]})

    titles = [one.title for page in (first, second) for one in page.context["results"]]
    assert titles == [f"Mending {number:02}" for number in reversed(range(25))]
