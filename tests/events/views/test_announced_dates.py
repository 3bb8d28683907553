"""What a host has announced with an end does not look as if it ended earlier."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from events.models import Event
from tests.events.conftest import every_week
from tests.events.views.conftest import typed

type Begin = Callable[..., Event]


def test_every_date_that_the_preview_shows_is_there(as_ada: Client, client: Client) -> None:
    form = typed(
        repeats="weeks", every="2", ends="count", count="6", without="2026-12-29", visibility="public"
    )  # fmt: skip
    looked = as_ada.post("/events/new/", form)
    as_ada.post("/events/new/", {**form, "seen": looked.context["dates_key"]})
    event = Event.objects.get()

    previewed = [f"{day:%Y%m%dT%H%M%S}" for day in looked.context["dates"]]
    assert previewed[-1] == "20270209T190000"
    assert list(event.occurrences.order_by("key").values_list("key", flat=True)) == previewed
    page = client.get(event.get_absolute_url()).content.decode()
    assert "Tuesday 9 February 2027" in page
    assert "more date" not in page
    assert client.get(f"{event.get_absolute_url()}?on={previewed[-1]}").status_code == 200
    assert event.title in client.get("/events/month/2027/2/").content.decode()
    assert "UNTIL=20270209T190000Z" in client.get(f"/events/{event.pk}/event.ics").content.decode()


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ({"ends": "count", "count": 13}, "1 more date follows, on 23 February 2027."),
        ({"ends": "count", "count": 60}, "more dates follow, the last on 18 January 2028."),
        ({"repeats": "years", "ends": "count", "count": 3}, "2 more dates follow, the last on 1 December 2028."),
    ],
)
def test_what_follows_those_that_are_shown_is_told(
    client: Client, begin: Begin, ends: dict[str, object], said: str
) -> None:
    event = begin(recurrence=every_week(**ends), visibility="public")

    assert said in client.get(event.get_absolute_url()).content.decode()


def test_of_a_series_without_an_end_nothing_is_counted(client: Client, begin: Begin) -> None:
    event = begin(recurrence=every_week(), visibility="public")

    assert "more date" not in client.get(event.get_absolute_url()).content.decode()


def test_a_far_date_that_is_shown_is_not_among_those_that_follow(client: Client, begin: Begin) -> None:
    event = begin(recurrence=every_week(ends="count", count=20, besides=[date(2026, 12, 2)]), visibility="public")

    page = client.get(f"{event.get_absolute_url()}?on=20270413T190000").content.decode()

    assert "8 more dates follow, the last on 6 April 2027." in page
