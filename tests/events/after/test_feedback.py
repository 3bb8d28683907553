"""How a date was for people: told to its hosts only, without names, for thirty days, and erased in time."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from events import actions as calendar
from events.after import actions, tasks
from events.after.enums import FEEDBACK_KEPT
from events.after.models import Feedback, address
from events.models import Event, Occurrence
from members.models import Member
from members.rights import actions as rights
from notifications import actions as notifications
from notifications.models import Notice
from tests.cast import sign_in
from tests.events.conftest import NOW, every_week

type Been = Callable[..., Occurrence]
type Begin = Callable[..., Event]
SAID = {"liked": "mixed", "took_part": "partly", "good": "The soup", "different": "Longer breaks"}


def test_somebody_says_how_it_was_changes_it_and_takes_it_back(as_cleo: Client, been: Been) -> None:
    occurrence = been()
    at = f"{address(occurrence)}feedback/"
    assert as_cleo.post(at, {"good": "The soup"}).status_code == 422

    as_cleo.post(at, SAID)
    as_cleo.post(at, {**SAID, "good": "The bread"})

    assert Feedback.objects.get().good == "The bread"
    assert "The bread" in as_cleo.get(at).content.decode()
    as_cleo.post(at, {"do": "take-back"})
    assert not Feedback.objects.exists()


def test_hosts_read_it_without_names_and_nobody_else_does(
    as_ada: Client, as_bo: Client, as_cleo: Client, been: Been
) -> None:
    occurrence = been()
    as_cleo.post(f"{address(occurrence)}feedback/", SAID)

    page = as_ada.get(f"{address(occurrence)}answers/").content.decode().split("<main")[1]

    assert "The soup" in page
    assert "Longer breaks" in page
    assert "Cleo" not in page
    assert as_bo.get(f"{address(occurrence)}answers/").status_code == 403
    assert "The soup" not in as_bo.get(address(occurrence)).content.decode()


def test_hosts_with_no_answers_yet_read_so(as_ada: Client, been: Been) -> None:
    assert "Nobody has said anything yet" in as_ada.get(f"{address(been())}answers/").content.decode()


def test_it_is_asked_from_the_end_for_thirty_days_and_not_of_hosts(
    as_ada: Client, as_cleo: Client, as_dov: Client, begin: Begin, been: Been
) -> None:
    occurrence = been()
    coming = begin(first_date=date(2026, 12, 1)).occurrences.get()
    at = f"{address(occurrence)}feedback/"

    assert as_cleo.get(at).status_code == 200
    assert "You host this" in as_ada.get(at).content.decode()
    assert as_dov.get(at).status_code == 403
    assert "when it is over" in as_cleo.get(f"{address(coming)}feedback/").content.decode()
    page = as_cleo.get(f"{address(been(first_date=date(2026, 10, 20)))}feedback/")
    assert (page.status_code, "thirty days, is over" in page.content.decode()) == (403, True)


@pytest.mark.parametrize(("days", "left"), [(-1, 1), (1, 0)])
def test_it_is_erased_ninety_days_after_the_event(cleo: Member, been: Been, days: int, left: int) -> None:
    occurrence = been()
    actions.give_feedback(occurrence=occurrence, by=cleo, answers=SAID, now=NOW)

    rights.run_rule("events.feedback", now=occurrence.ends_at + FEEDBACK_KEPT + timedelta(days=days))

    assert Feedback.objects.count() == left


DAY_AFTER = datetime(2026, 11, 26, 7, 10, tzinfo=NOW.tzinfo)


def told(*, now: datetime = DAY_AFTER) -> int:
    """The clock comes by; how many notices there are."""
    with time_machine.travel(now, tick=False):
        tasks.tell_hosts_of_feedback()
        for notice in Notice.objects.filter(told_at=None).order_by("pk"):
            notifications.tell_all(notice=notice.pk, now=now)
    return Notice.objects.count()


def inbox(member: Member) -> str:
    with time_machine.travel(DAY_AFTER, tick=False):
        return sign_in(Client(), member).get("/inbox/").content.decode().split("<main")[1]


def test_hosts_hear_of_it_once_on_the_day_after_and_not_from_whom(
    ada: Member, bo: Member, cleo: Member, nia: Member, been: Been
) -> None:
    occurrence = been()
    calendar.add_host(event=occurrence.event, member=bo)
    for member in (cleo, nia):
        actions.give_feedback(occurrence=occurrence, by=member, answers=SAID, now=NOW)

    assert told(now=NOW) == 0
    assert told() == 1
    assert told(now=DAY_AFTER + timedelta(hours=9)) == 1
    for host in (ada, bo):
        words = inbox(host)
        assert words.count("People said how it was for them.") == 1
        assert f"{address(occurrence)}answers/" in words
        for name in ("Cleo", "Nia", "The soup"):
            assert name not in words
    assert "People said" not in inbox(cleo)


def test_what_is_said_later_is_told_the_day_after_that(cleo: Member, nia: Member, been: Been) -> None:
    occurrence = been()
    actions.give_feedback(occurrence=occurrence, by=cleo, answers=SAID, now=NOW)
    told()
    actions.give_feedback(occurrence=occurrence, by=nia, answers=SAID, now=DAY_AFTER)

    assert told(now=DAY_AFTER + timedelta(hours=9)) == 1
    assert told(now=DAY_AFTER + timedelta(days=1)) == 2
    assert told(now=DAY_AFTER + timedelta(days=2)) == 2


def test_a_series_is_told_of_once_for_all_its_dates(cleo: Member, been: Been) -> None:
    occurrence = been(recurrence=every_week(date(2026, 11, 1)))
    for date_ in occurrence.event.occurrences.order_by("starts_at")[:2]:
        actions.give_feedback(occurrence=date_, by=cleo, answers=SAID, now=NOW)

    assert told() == 1


def test_days_without_a_clock_are_made_up_for_once(cleo: Member, nia: Member, been: Been) -> None:
    occurrence = been()
    for days, member in enumerate((cleo, nia)):
        actions.give_feedback(occurrence=occurrence, by=member, answers=SAID, now=NOW + timedelta(days=days))

    assert told(now=DAY_AFTER + timedelta(days=3)) == 1
    assert told(now=DAY_AFTER + timedelta(days=4)) == 1


def test_what_is_taken_back_leaves_the_inbox(ada: Member, cleo: Member, been: Been) -> None:
    occurrence = been()
    actions.give_feedback(occurrence=occurrence, by=cleo, answers=SAID, now=NOW)
    told()

    actions.take_feedback_back(occurrence=occurrence, by=cleo)

    assert "People said" not in inbox(ada)
