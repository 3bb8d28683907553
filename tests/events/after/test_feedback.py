"""How a date was for people: told to its hosts only, without names, for thirty days, and erased in time."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from events.after import actions
from events.after.enums import FEEDBACK_KEPT
from events.after.models import Feedback, address
from events.models import Event, Occurrence
from members.models import Member
from members.rights import actions as rights
from tests.events.conftest import NOW

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
