"""What an event needs: asked by its hosts, taken on by members and never more often than wanted, taken back freely."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django.test import Client

from events import actions as calendar
from events.making import actions
from events.making.enums import PLEDGES_KEPT, AskKind
from events.making.models import Ask, Pledge
from events.models import Event
from members.models import Member
from members.rights import actions as rights
from tests.events.conftest import NOW, begin, every_week

__all__ = ["begin"]

type Begin = Callable[..., Event]


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def cooks(event: Event, wanted: int = 1) -> Ask:
    return actions.ask_for(event=event, kind=AskKind.ROLE, what="Cook", wanted=wanted)


def test_a_host_asks_and_a_member_takes_it_on_and_back(as_ada: Client, as_cleo: Client, begin: Begin) -> None:
    event = begin()
    at = f"/events/{event.pk}/asks/"
    assert "Say what you need" in as_ada.get(event.get_absolute_url()).content.decode()
    as_ada.post(at, {"kind": "thing", "what": "Big pots", "wanted": "2"})
    ask = Ask.objects.get()

    as_cleo.post(f"{at}{ask.pk}/take-on/", {"note": "20 litres"})

    page = as_ada.get(at).content.decode()
    assert "Cleo" in page
    assert "20 litres" in page
    shown = as_cleo.get(event.get_absolute_url()).content.decode()
    assert "Big pots" in shown
    assert "1 of 2" in shown
    assert "Somebody else can" in as_cleo.post(f"{at}{ask.pk}/take-back/", follow=True).content.decode()
    assert "Somebody else can" not in as_cleo.post(f"{at}{ask.pk}/take-back/", follow=True).content.decode()
    assert not Pledge.objects.exists()


def test_only_hosts_ask_and_take_off_the_list(as_ada: Client, as_cleo: Client, begin: Begin) -> None:
    event = begin()
    at, ask = f"/events/{event.pk}/asks/", cooks(event)

    assert as_cleo.post(at, {"kind": "role", "what": "Host", "wanted": "1"}).status_code == 403
    assert as_cleo.post(f"{at}{ask.pk}/remove/").status_code == 403
    assert as_ada.post(at, {"kind": "role", "what": "", "wanted": "0"}).status_code == 422
    assert as_ada.post(f"{at}{ask.pk}/remove/").status_code == 302
    assert not Ask.objects.exists()


def test_asking_for_the_same_again_changes_how_many(begin: Begin) -> None:
    event = begin()

    first, second = cooks(event), cooks(event, wanted=3)

    assert first.pk == second.pk
    assert Ask.objects.get().wanted == 3


def test_an_event_asks_for_sixty_things_and_no_more(
    as_ada: Client, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "ASKS_MOST", 1)
    event = begin()
    cooks(event)

    page = as_ada.post(f"/events/{event.pk}/asks/", {"kind": "role", "what": "Singer", "wanted": "1"})

    assert "sixty things already" in page.content.decode()
    assert cooks(event, wanted=2).wanted == 2


def test_what_is_taken_care_of_is_taken_on_by_nobody_else(as_cleo: Client, bo: Member, begin: Begin) -> None:
    event = begin()
    ask = cooks(event)
    actions.take_on(ask=ask, by=bo, note="", now=NOW)

    page = as_cleo.post(f"/events/{event.pk}/asks/{ask.pk}/take-on/", follow=True).content.decode()

    assert "Others were faster" in page
    assert "I take this on" not in page
    assert actions.take_on(ask=ask, by=bo, note="again", now=NOW).note == ""


def test_members_only_and_not_when_it_is_over_cancelled_or_a_draft(
    client: Client, as_ada: Client, as_cleo: Client, as_dov: Client, begin: Begin
) -> None:
    public = begin(visibility="public")
    over, off, draft = begin(first_date=date(2026, 11, 1)), begin(), begin(is_published=False)
    asks = {event.pk: cooks(event) for event in (public, over, off, draft)}
    calendar.cancel(event=off, reason="Snow.", now=NOW)

    def take_on(who: Client, event: Event) -> int:
        return who.post(f"/events/{event.pk}/asks/{asks[event.pk].pk}/take-on/").status_code

    assert [take_on(as_cleo, event) for event in (public, over, off, draft)] == [302, 403, 403, 404]
    assert take_on(as_dov, public) == take_on(as_ada, draft) == 403
    assert "Cook" not in client.get(public.get_absolute_url()).content.decode().split("<main")[1]
    assert "This has been" in as_cleo.get(f"/events/{over.pk}/asks/").content.decode()


def test_a_series_is_never_past(as_cleo: Client, begin: Begin) -> None:
    series = begin(first_date=date(2026, 10, 6), recurrence=every_week(date(2026, 10, 6)))
    ask = cooks(series)

    assert as_cleo.post(f"/events/{series.pk}/asks/{ask.pk}/take-on/").status_code == 302
    assert Pledge.objects.get().ask_id == ask.pk


@pytest.mark.slow  # people at the same moment need connections of their own
@pytest.mark.django_db(transaction=True)
def test_ten_people_at_once_take_on_no_more_than_is_wanted(begin: Begin) -> None:
    ask, start = cooks(begin(), wanted=3), Barrier(10)
    people = [Member.objects.create_user(f"p{n}", display_name=f"P{n}", standing="member") for n in range(10)]
    refused: list[str] = []

    def take_on(member: Member) -> None:
        start.wait()
        try:
            actions.take_on(ask=ask, by=member, note="", now=NOW)
        except actions.Full as error:
            refused.append(str(error))
        connection.close()

    threads = [Thread(target=take_on, args=[member]) for member in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Pledge.objects.count() == 3
    assert len(refused) == 7


@pytest.mark.parametrize(("days", "left"), [(-1, 1), (1, 0)])
def test_who_took_on_what_is_erased_ninety_days_after_the_last_date(
    cleo: Member, begin: Begin, days: int, left: int
) -> None:
    event = begin()
    actions.take_on(ask=cooks(event), by=cleo, note="", now=NOW)
    end = event.occurrences.get().ends_at

    rights.run_rule("events.pledges", now=end + PLEDGES_KEPT + timedelta(days=days))

    assert Pledge.objects.count() == left
    assert Ask.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_much_is_asked(
    as_cleo: Client, bo: Member, begin: Begin, django_assert_num_queries: Callable, count: int
) -> None:
    event = begin()
    for number in range(count):
        ask = actions.ask_for(event=event, kind=AskKind.THING, what=f"Pot {number}", wanted=2)
        actions.take_on(ask=ask, by=bo, note="", now=NOW)

    with django_assert_num_queries(4):
        as_cleo.get(f"/events/{event.pk}/asks/")
