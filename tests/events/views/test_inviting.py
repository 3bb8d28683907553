"""What carries an event out of the house: the poster and the invitation."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from events import actions
from events.actions import NewPlace
from events.models import Event
from tests.events.conftest import NOW, every_week

type Begin = Callable[..., Event]
HOME = NewPlace(name="Ana's kitchen", area="Leeds", address="7 Lane", address_for="members")


@pytest.mark.parametrize("page", ["poster", "invitation"])
def test_everybody_carries_out_what_is_public_and_hosts_what_is_for_members(
    client: Client, as_ada: Client, as_cleo: Client, begin: Begin, page: str
) -> None:
    public, members, draft = begin(visibility="public"), begin(), begin(is_published=False)

    asked = [(who, event) for event in (public, members, draft) for who in (client, as_cleo, as_ada)]

    assert [who.get(f"/events/{event.pk}/{page}/").status_code for who, event in asked] == [
        200, 200, 200, 404, 403, 200, 404, 404, 403,
    ]  # fmt: skip
    actions.cancel(event=public, reason="No key.", now=NOW)
    assert client.get(f"/events/{public.pk}/{page}/").status_code == 403


def test_the_event_leads_to_both_for_whoever_may(as_ada: Client, as_cleo: Client, begin: Begin) -> None:
    event = begin()

    hosts, others = (who.get(event.get_absolute_url()).content.decode() for who in (as_ada, as_cleo))

    for page in ("poster", "invitation"):
        assert f"/events/{event.pk}/{page}/?on=20261201T190000" in hosts
        assert f"/events/{event.pk}/{page}/" not in others


def test_a_poster_shows_a_date_with_a_code_and_no_address_for_members_only(client: Client, begin: Begin) -> None:
    event = begin(visibility="public", place=HOME, recurrence=every_week(), attendance="hybrid")

    page = client.get(f"/events/{event.pk}/poster/?on=20261208T190000").content.decode()

    assert "Tuesday 8 December 2026, 19:00 – 21:00 (Europe/Lisbon)" in page
    assert "Every Tuesday" in page
    assert '<svg class="qr"' in page
    assert f"/events/{event.pk}-mending-circle/?on=20261208T190000" in page
    assert "Ana&#x27;s kitchen, Leeds" in page
    assert "7 Lane" not in page


def test_an_invitation_is_plain_text_ready_for_a_mail(client: Client, begin: Begin) -> None:
    place = NewPlace(name="The mill", address="2 Mill Lane")
    event = begin(visibility="public", place=place, source="Bring *socks* & thread.")

    page = client.get(f"/events/{event.pk}/invitation/")

    assert page.context["text"].splitlines()[:6] == [
        "Mending circle", "", "Tuesday 1 December 2026, 19:00 – 21:00 (Europe/Lisbon)", "The mill, 2 Mill Lane", "",
        "Bring socks & thread.",
    ]  # fmt: skip
    assert "body=Mending%20circle%0A%0A" in page.context["mail"]


@pytest.mark.parametrize(("days", "said"), [(1, "Tuesday 1 December 2026"), (2, "Tuesday 1 December 2026 – Wednesday")])
def test_whole_days_are_said_without_times(client: Client, begin: Begin, days: int, said: str) -> None:
    event = begin(visibility="public", start_time=None, duration=timedelta(days=days))

    assert said in client.get(f"/events/{event.pk}/invitation/").context["text"]


def test_an_event_whose_dates_are_gone_still_says_when_it_began(client: Client, begin: Begin) -> None:
    event = begin(visibility="public", first_date=date(2026, 12, 1))
    event.occurrences.all().delete()

    assert "Tuesday 1 December 2026" in client.get(f"/events/{event.pk}/poster/").content.decode()
