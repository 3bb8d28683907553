"""A break from everything, or from one thread: one press there, one press back, and it ends by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from commons.naming import people_named
from forum.models import Category, Post
from members.consent import gate
from members.models import Member
from members.welcome.models import Pairing, Welcome
from notifications import actions, queries, tasks
from notifications.enums import Level
from notifications.models import Follow, Preferences, preferences_of
from tests.cast import says_yes
from tests.forum.conftest import MORNING

DAY = timedelta(days=1)


def test_a_break_rests_letters_mentions_and_requests_until_one_comes_back(as_ada: Client, ada: Member) -> None:
    says_yes(ada, "contact.mention", "contact.requests", now=MORNING)
    with time_machine.travel(MORNING, tick=False):
        as_ada.post("/me/break/", {"length": "week"})
        page = as_ada.get("/me/break/").content.decode()
        resting = Member.objects.get(pk=ada.pk)
        assert people_named(["ada"], author=None) == {}
        assert not gate.allows(resting, "contact.requests", now=MORNING)
        assert preferences_of(ada).paused_until == datetime(2026, 3, 8, tzinfo=ZoneInfo("UTC"))

        as_ada.post("/me/break/", {"end": "1"})
        back = Member.objects.get(pk=ada.pk)
        assert set(people_named(["ada"], author=None)) == {"ada"}
        assert gate.allows(back, "contact.requests", now=MORNING)

    assert "You rest until 8 March 2026, 00:00." in page
    assert preferences_of(ada).paused_until is None


def test_a_break_without_an_end_is_shown_and_ended_like_any_other(as_ada: Client, ada: Member) -> None:
    says_yes(ada, "contact.requests", now=MORNING)
    with time_machine.travel(MORNING, tick=False):
        as_ada.post("/me/break/", {"length": "open"})
        page = as_ada.get("/me/break/").content.decode()
        tasks.end_rests()
        assert not gate.allows(Member.objects.get(pk=ada.pk), "contact.requests", now=MORNING + 40 * DAY)

        as_ada.post("/me/break/", {"end": "1"})

    assert "You rest until you come back." in page
    assert gate.allows(Member.objects.get(pk=ada.pk), "contact.requests", now=MORNING + DAY)


def test_a_rest_from_a_thread_has_an_end(as_cleo: Client, soup: str) -> None:
    response = as_cleo.post(f"/me/break/?place={soup}", {"length": "open"})

    assert response.status_code == 422


def test_today_ends_at_midnight_where_the_person_is(as_ada: Client, ada: Member) -> None:
    Preferences.objects.create(member=ada, zone="Asia/Tokyo")
    with time_machine.travel(datetime(2026, 3, 1, 20, tzinfo=ZoneInfo("UTC")), tick=False):
        as_ada.post("/me/break/", {"length": "today"})

    assert preferences_of(ada).paused_until == datetime(2026, 3, 3, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.mark.parametrize(("date", "fault"), [("", "Choose a day."), ("2026-03-01", "Choose a day to come.")])
def test_a_day_of_ones_own_must_come(date: str, fault: str, as_ada: Client) -> None:
    with time_machine.travel(MORNING, tick=False):
        response = as_ada.post("/me/break/", {"length": "date", "date": date})

    assert response.status_code == 422
    assert fault in response.content.decode()
    assert not Welcome.objects.filter(paused_at__isnull=False).exists()


def test_a_break_ends_by_itself(ada: Member) -> None:
    says_yes(ada, "contact.requests", now=MORNING)
    actions.take_break(member=ada, until=MORNING + DAY, now=MORNING)

    with time_machine.travel(MORNING + DAY - timedelta(seconds=1), tick=False):
        tasks.end_rests()
        assert Welcome.objects.get(member=ada).paused_at
    with time_machine.travel(MORNING + DAY, tick=False):
        tasks.end_rests()
        assert gate.allows(Member.objects.get(pk=ada.pk), "contact.requests", now=MORNING + DAY)

    assert Welcome.objects.get(member=ada).paused_at is None


def test_a_welcomer_stays_over_a_break(ada: Member, nia: Member) -> None:
    Pairing.objects.create(newcomer=nia, welcomer=ada, slot=1, made_at=MORNING)
    actions.take_break(member=nia, until=MORNING + DAY, now=MORNING)

    assert Pairing.objects.filter(newcomer=nia, ended_at=None).exists()


@pytest.fixture
def soup(table: Category, start: Callable[..., Post]) -> str:
    return f"forum.thread:{start(table).thread_id}"


@pytest.mark.parametrize("before", ["", Level.FOLLOWING])
def test_a_rest_from_a_thread_mutes_it_and_gives_back_what_was(
    before: str, as_cleo: Client, cleo: Member, soup: str
) -> None:
    if before:
        actions.follow(member=cleo, place=soup, level=Level(before), now=MORNING)
    with time_machine.travel(MORNING, tick=False):
        as_cleo.post(f"/me/break/?place={soup}", {"length": "today"})
        page = as_cleo.get(f"/me/break/?place={soup}").content.decode()
        again = as_cleo.post(f"/me/break/?place={soup}", {"length": "week"})
        assert queries.level(cleo, soup) == Level.MUTED
        assert Welcome.objects.filter(paused_at__isnull=False).count() == 0

        as_cleo.post(f"/me/break/?place={soup}", {"end": "1"})

    assert "You rest until 2 March 2026, 00:00." in page
    assert again.status_code == 302
    assert queries.level(cleo, soup) == before


def test_a_rest_from_a_thread_ends_by_itself(cleo: Member, soup: str) -> None:
    actions.follow(member=cleo, place=soup, level=Level.ONCE, now=MORNING)
    actions.rest_from(member=cleo, place=soup, until=MORNING + DAY, now=MORNING)

    actions.end_rests(now=MORNING)
    assert queries.level(cleo, soup) == Level.MUTED
    actions.end_rests(now=MORNING + DAY)
    assert queries.level(cleo, soup) == Level.ONCE


def test_whoever_says_otherwise_in_between_has_said_it_for_good(cleo: Member, soup: str) -> None:
    actions.rest_from(member=cleo, place=soup, until=MORNING + DAY, now=MORNING)
    actions.follow(member=cleo, place=soup, level=Level.FOLLOWING, now=MORNING)

    actions.end_rests(now=MORNING + DAY)

    assert Follow.objects.get(member=cleo).level == Level.FOLLOWING


def test_nobody_rests_from_what_is_not_theirs_to_see(as_ada: Client, circle: Category) -> None:
    assert as_ada.get(f"/me/break/?place=forum.category:{circle.pk}").status_code == 404


def test_the_way_stands_in_the_menu_and_at_every_thread(as_ada: Client, soup: str) -> None:
    thread = Post.objects.select_related("thread__category").get().thread

    page = as_ada.get(thread.get_absolute_url()).content.decode()

    assert page.count('href="/me/break/"') == 2
    assert f'href="/me/break/?place={soup}"' in page
