"""Guests without an account: a link confirms their address, another is their page, and a week later they are forgotten."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import mail
from django.test import Client

from commons.models import RateLimit
from events import actions as events
from events.joining import actions
from events.joining.models import Guest, MediaChoice, Rsvp
from events.models import Occurrence
from members.models import Member
from tests.events.conftest import NOW
from tests.events.joining.conftest import people, says, states
from tests.events.joining.test_pages import path, words
from tests.events.joining.test_told import run_retention

pytestmark = pytest.mark.django_db

type Date = Callable[..., Occurrence]

OPEN = {"visibility": "public", "attendance": "online", "online_link": "https://meet.example.org/secret"}
EVE = {"name": "Eve", "email": "Eve@example.org"}


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def evening(date: Date) -> Occurrence:
    return date(event=OPEN, capacity=1, takes_guests=True)


def link(number: int = -1) -> str:
    """The path in a letter."""
    address = re.search(r"http\S+/events/guests/\S+", mail.outbox[number].body)
    assert address
    return urlsplit(address[0]).path


def comes(client: Client, evening: Occurrence) -> str:
    """Eve asks for a link, follows it and says yes; the path of her page."""
    client.post(path(evening, "guest"), EVE)
    return client.post(link(), {"wish": "yes", "photos": "ask", "wants_hours": "on"}).url


def test_nothing_is_kept_until_the_link_is_followed(client: Client, evening: Occurrence) -> None:
    assert "Come as a guest" in words(client, evening.get_absolute_url())
    page = client.post(path(evening, "guest"), EVE)

    assert "Look into your mail" in page.content.decode()
    assert mail.outbox[0].to == ["Eve@example.org"]
    assert "Do you come to" in mail.outbox[0].subject
    client.get(link())
    assert not Guest.objects.exists()
    assert not Rsvp.objects.exists()


def test_a_guest_confirms_and_has_a_page_with_the_link(client: Client, evening: Occurrence) -> None:
    own = comes(client, evening)

    page = words(client, own)
    assert "You have a place." in page
    assert "meet.example.org/secret" in page
    assert Guest.objects.get().email == "eve@example.org"
    assert states(evening) == ["in"]
    assert MediaChoice.objects.get().level == "ask"


def test_confirming_twice_is_coming_once(client: Client, evening: Occurrence) -> None:
    comes(client, evening)

    client.post(link(), {"wish": "yes"})

    assert Guest.objects.count() == 1
    assert states(evening) == ["in"]


@pytest.mark.parametrize("later", [timedelta(days=1, seconds=2), timedelta(days=30)])
def test_a_link_to_confirm_is_good_for_a_day(client: Client, evening: Occurrence, later: timedelta) -> None:
    client.post(path(evening, "guest"), EVE)

    with time_machine.travel(NOW + later, tick=False):
        page = client.post(link(), {"wish": "yes"})

    assert page.status_code == 404
    assert "This link no longer works" in page.content.decode()
    assert not Guest.objects.exists()


def test_we_do_not_write_to_one_address_for_ever(client: Client, evening: Occurrence) -> None:
    for _time in range(5):
        client.post(path(evening, "guest"), EVE)

    page = client.post(path(evening, "guest"), EVE)

    assert page.status_code == 422
    assert 'value="Eve"' in page.content.decode()
    assert len(mail.outbox) == 5
    assert not RateLimit.objects.filter(key__icontains="eve").exists()


def test_members_only_events_and_hosts_who_do_not_wish_it_take_no_guests(client: Client, date: Date) -> None:
    hidden = date(takes_guests=True)
    closed = date(event=OPEN)

    assert client.get(path(hidden, "guest")).status_code == 404
    assert client.get(path(closed, "guest")).status_code == 403


def test_a_guest_waits_is_offered_a_place_by_letter_and_takes_it(
    client: Client, evening: Occurrence, bo: Member, django_capture_on_commit_callbacks: Callable
) -> None:
    says(bo, evening)
    own = comes(client, evening)
    assert states(evening) == ["in", "waiting"]
    assert "meet.example.org/secret" not in words(client, own)

    says(bo, evening, "no")
    client.get("/about/")

    assert "A place is free for you" in mail.outbox[-1].subject
    assert "Thursday 26 November, 12:00 UTC" in mail.outbox[-1].body
    page = client.post(link(), {"do": "accept"}, follow=True)
    assert "You have a place." in page.content.decode()


def test_hosts_decide_about_guests_too(client: Client, as_ada: Client, date: Date) -> None:
    evening = date(event=OPEN, takes_guests=True, needs_approval=True)
    comes(client, evening)
    assert "guest" in words(as_ada, path(evening, "hosting"))

    as_ada.post(path(evening, "hosting"), {"approve": Rsvp.objects.get().pk})

    assert "What the hosts say" in mail.outbox[-1].subject
    assert "you have a place" in mail.outbox[-1].body


def test_a_guest_is_told_of_changes_and_of_the_end(client: Client, as_ada: Client, evening: Occurrence) -> None:
    comes(client, evening)
    address = f"/events/{evening.event_id}/dates/{evening.key}/"

    as_ada.post(address, {"day": "2026-12-01", "start_time": "20:00", "end_time": "22:00"})
    assert "Changed" in mail.outbox[-1].subject
    assert "Tuesday 1 December 2026, 20:00" in mail.outbox[-1].body

    as_ada.post(f"{address}cancel/", {"reason": "No key."})
    assert "It does not take place" in mail.outbox[-1].subject
    assert "No key." in mail.outbox[-1].body
    page = words(client, link())
    assert "This does not take place." in page


def test_a_guest_is_reminded_as_they_chose(client: Client, evening: Occurrence) -> None:
    comes(client, evening)

    actions.remind(now=evening.starts_at - timedelta(hours=40))
    client.get("/about/")
    assert len(mail.outbox) == 1

    actions.remind(now=evening.starts_at - timedelta(hours=2))
    client.get("/about/")
    assert "Soon" in mail.outbox[-1].subject


def test_a_guest_changes_their_mind_and_what_may_be_made_of_them(client: Client, evening: Occurrence) -> None:
    own = comes(client, evening)

    client.post(own, {"wish": "maybe", "photos": "ask"})
    assert states(evening) == ["maybe"]

    with time_machine.travel(evening.ends_at + timedelta(days=1), tick=False):
        page = client.post(own, {"photos": "none"}, follow=True)
        assert "The hosts were asked to see to" in page.content.decode()
        assert "wish" not in page.context["form"].fields


def test_a_guest_is_forgotten_when_they_say_so_and_the_list_moves_up(
    client: Client, evening: Occurrence, bo: Member
) -> None:
    own = comes(client, evening)
    says(bo, evening)

    client.post(own, {"do": "forget"})

    assert not Guest.objects.exists()
    assert Rsvp.objects.get().state == "offered"
    assert client.get(own).status_code == 404


def test_guests_are_forgotten_a_week_after(client: Client, evening: Occurrence) -> None:
    comes(client, evening)
    over = evening.ends_at + timedelta(days=7)

    run_retention(over - timedelta(minutes=1))
    assert Guest.objects.count() == 1

    run_retention(over + timedelta(minutes=1))
    assert (Guest.objects.count(), Rsvp.objects.count(), MediaChoice.objects.count()) == (0, 0, 0)


def test_a_guest_who_was_too_late_keeps_what_they_typed(client: Client, evening: Occurrence) -> None:
    client.post(path(evening, "guest"), EVE)
    events.cancel(event=evening.event, reason="No key.", now=NOW)

    assert client.post(link(), {"wish": "yes"}).status_code == 403
    assert not Guest.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_a_guests_page_costs_a_known_number(
    client: Client, evening: Occurrence, count: int, django_assert_num_queries: Callable
) -> None:
    own = comes(client, evening)
    for person in people(count):
        says(person, evening)

    with django_assert_num_queries(5):
        client.get(own)


def test_a_guest_whom_the_hosts_told_no_is_told_so_again(client: Client, date: Date) -> None:
    evening = date(event=OPEN, takes_guests=True, needs_approval=True)
    own = comes(client, evening)
    confirm = link()
    actions.decline(rsvp=Rsvp.objects.with_date().get(), now=NOW)

    for address in (own, confirm):
        page = client.post(address, {"wish": "yes"})
        assert page.status_code == 422
        assert "The hosts could not give you a place" in page.content.decode()


def test_hosts_who_take_no_more_guests_are_heeded(evening: Occurrence) -> None:
    actions.set_terms(event=evening.event, chosen=actions.Chosen(), now=NOW)

    with pytest.raises(actions.Closed):
        actions.come_as_guest(occurrence=evening, name="Eve", email="e@example.org", said=actions.Reply(), now=NOW)


@pytest.mark.parametrize("token", ["absent", "Mw:1xWBfM:forged"])
def test_a_link_that_is_not_ours_leads_nowhere(client: Client, db: None, token: str) -> None:
    assert client.get(f"/events/guests/{token}/").status_code == 404
