"""Who has a place: first come, first served, never more than there are, and every offer with its end."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection

from events.joining import actions
from events.joining.actions import Chosen, Closed, OfferOver
from events.joining.enums import State, Wish
from events.joining.models import Rsvp
from events.models import Occurrence
from members.models import Member
from notifications.models import Notice
from tests.events.conftest import NOW
from tests.events.joining.conftest import one_date, people, says, states

pytestmark = pytest.mark.django_db

type Date = Callable[..., Occurrence]

EVE = datetime(2026, 12, 1, 12, tzinfo=NOW.tzinfo)
"""Seven hours before the start."""


def test_a_place_is_taken_and_then_there_is_a_list(date: Date) -> None:
    evening = date(capacity=2)

    for person in people(4):
        says(person, evening)

    assert states(evening) == ["in", "in", "waiting", "waiting"]


def test_without_terms_everybody_comes(date: Date) -> None:
    evening = date()

    for person in people(3):
        says(person, evening)

    assert states(evening) == ["in", "in", "in"]


def test_said_twice_is_said_once(date: Date, bo: Member, cleo: Member) -> None:
    evening = date(capacity=1)

    for person in (bo, bo, cleo, cleo):
        says(person, evening)

    assert states(evening) == ["in", "waiting"]
    assert Rsvp.objects.get(member=cleo).turn == 1


def test_each_date_of_a_series_is_joined_by_itself(date: Date, bo: Member) -> None:
    from tests.events.conftest import every_week

    first = date(event={"recurrence": every_week()}, capacity=1)
    second = Occurrence.objects.select_related("event").filter(event=first.event).order_by("starts_at")[1]

    says(bo, first)

    assert states(first) == ["in"]
    assert states(second) == []


@pytest.mark.parametrize(("now", "held"), [(NOW, timedelta(hours=24)), (EVE, timedelta(hours=2))])
def test_what_becomes_free_is_offered_to_the_first_who_waits(
    date: Date, now: datetime, held: timedelta
) -> None:  # fmt: skip
    evening = date(capacity=1)
    first, second, third = people(3)
    for person in (first, second, third):
        says(person, evening, now=now)

    says(first, evening, Wish.NO, now=now)

    assert states(evening) == ["no", "offered", "waiting"]
    assert Rsvp.objects.get(member=second).offer_until == now + held
    assert Notice.objects.filter(kind="joining.offer").count() == 1


def test_an_offer_never_lasts_beyond_the_start(date: Date) -> None:
    evening, late = date(capacity=1), EVE + timedelta(hours=6)
    first, second = people(2)
    says(first, evening), says(second, evening)

    says(first, evening, Wish.MAYBE, now=late)

    assert Rsvp.objects.get(member=second).offer_until == evening.starts_at


def test_an_offer_is_taken_once(date: Date) -> None:
    evening = date(capacity=1)
    first, second = people(2)
    says(first, evening), says(second, evening)
    says(first, evening, Wish.NO)
    offered = Rsvp.objects.select_related("occurrence").get(member=second)

    for _time in range(2):
        assert actions.accept(rsvp=offered, now=NOW + timedelta(hours=23)).is_in

    assert states(evening) == ["no", "in"]


def test_an_offer_ends_by_the_clock_and_goes_to_the_next(date: Date) -> None:
    evening = date(capacity=1)
    first, second, third = people(3)
    for person in (first, second, third):
        says(person, evening)
    says(first, evening, Wish.NO)

    actions.look_after_places(now=NOW + timedelta(hours=24) - timedelta(seconds=1))
    assert states(evening) == ["no", "offered", "waiting"]

    actions.look_after_places(now=NOW + timedelta(hours=24))
    assert states(evening) == ["no", "passed", "offered"]


def test_an_offer_ends_at_the_moment_of_use_though_the_clock_stands_still(date: Date) -> None:
    evening = date(capacity=1)
    first, second, third = people(3)
    for person in (first, second, third):
        says(person, evening)
    says(first, evening, Wish.NO)
    offered = Rsvp.objects.select_related("occurrence").get(member=second)

    with pytest.raises(OfferOver, match="went on to the next"):
        actions.accept(rsvp=offered, now=NOW + timedelta(hours=24))

    assert states(evening) == ["no", "passed", "offered"]


def test_who_lets_an_offer_pass_is_not_asked_again_but_may_join_the_list_again(date: Date) -> None:
    evening = date(capacity=1)
    first, second, third = people(3)
    for person in (first, second, third):
        says(person, evening)
    says(first, evening, Wish.NO)

    actions.pass_on(rsvp=Rsvp.objects.select_related("occurrence").get(member=second), now=NOW)
    actions.pass_on(rsvp=Rsvp.objects.select_related("occurrence").get(member=third), now=NOW)
    assert states(evening) == ["no", "passed", "passed"]

    says(first, evening)
    says(second, evening)
    assert states(evening) == ["in", "waiting", "passed"]

    says(first, evening, Wish.NO)
    assert states(evening) == ["no", "offered", "passed"]
    assert Notice.objects.filter(kind="joining.offer").count() == 3


def test_places_are_kept_for_those_who_need_them(date: Date) -> None:
    evening = date(capacity=3, kept_places=1, kept_for="who need step-free seats")
    one, two, three, four, five = people(5)
    for person in (one, two, three):
        says(person, evening)
    assert states(evening) == ["in", "in", "waiting"]

    says(four, evening, needs_kept=True)
    says(five, evening, needs_kept=True)
    assert states(evening) == ["in", "in", "waiting", "in", "waiting"]

    says(four, evening, Wish.NO)
    assert states(evening) == ["in", "in", "waiting", "no", "offered"]


def test_more_places_are_offered_at_once_and_nobody_loses_one(date: Date) -> None:
    evening = date(capacity=2)
    for person in people(5):
        says(person, evening)

    actions.set_terms(event=evening.event, chosen=Chosen(capacity=4), now=NOW)
    assert states(evening) == ["in", "in", "offered", "offered", "waiting"]

    actions.set_terms(event=evening.event, chosen=Chosen(capacity=1), now=NOW)
    assert states(evening) == ["in", "in", "offered", "offered", "waiting"]


def test_hosts_decide_where_they_wish_to(date: Date, bo: Member, cleo: Member) -> None:
    evening = date(capacity=1, needs_approval=True)
    says(bo, evening), says(cleo, evening)
    assert states(evening) == ["asked", "asked"]
    assert Notice.objects.filter(kind="joining.asked").count() == 2

    for person in (bo, cleo):
        actions.approve(rsvp=Rsvp.objects.select_related("occurrence").get(member=person), now=NOW)
    assert states(evening) == ["in", "waiting"]
    assert Notice.objects.filter(kind="joining.answered").count() == 2


def test_who_was_told_no_is_not_let_in_by_asking_again(date: Date, bo: Member) -> None:
    evening = date(needs_approval=True)
    actions.decline(rsvp=says(bo, evening), now=NOW)

    with pytest.raises(Closed):
        says(bo, evening)


@pytest.mark.parametrize("over", [True, False])
def test_what_is_over_or_cancelled_is_not_joined(date: Date, bo: Member, over: bool) -> None:
    evening = date()
    if not over:
        Occurrence.objects.filter(pk=evening.pk).update(cancelled_at=NOW, cancel_reason="No key.")

    with pytest.raises(Closed):
        says(bo, evening, now=evening.ends_at if over else NOW)


def test_nobody_is_offered_a_place_once_it_has_begun(date: Date) -> None:
    evening = date(capacity=1)
    first, second = people(2)
    says(first, evening), says(second, evening)

    says(first, evening, Wish.NO, now=evening.starts_at)
    actions.look_after_places(now=evening.starts_at)

    assert states(evening) == ["no", "waiting"]


def test_a_place_of_somebody_who_is_erased_moves_on(date: Date) -> None:
    evening = date(capacity=1)
    first, second = people(2)
    says(first, evening), says(second, evening)

    first.delete()
    actions.look_after_places(now=NOW)

    assert states(evening) == ["offered"]


@pytest.mark.slow  # real threads with connections of their own
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_for_five_places(date: Date, settings: object) -> None:
    settings.RATE_LIMITS = False  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    evening = date(capacity=5)
    crowd = people(20)

    def come(member: Member) -> str:
        try:
            says(member, one_date(evening.event))
            return says(member, one_date(evening.event)).state
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=10) as pool:
        got = Counter(pool.map(come, crowd))

    assert got == {State.IN: 5, State.WAITING: 15}
    turns = sorted(Rsvp.objects.filter(state=State.WAITING).values_list("turn", flat=True))
    assert turns == list(range(1, 16))
