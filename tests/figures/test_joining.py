"""Three hundred at once for twenty places; then people leave, the list moves up, and every offer has its end."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from events import actions as events
from events.joining import actions
from events.joining.actions import Chosen, OfferOver
from events.joining.enums import State, Wish
from events.joining.models import Rsvp
from members.models import Member
from notifications.models import Notice
from tests.events.conftest import NOW, details
from tests.events.joining.conftest import one_date, says

pytestmark = [pytest.mark.figures, pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]

CROWD, PLACES, AT_ONCE = 300, 20, 40


def in_threads(work: Callable[[int], object], keys: list[int]) -> list[object]:
    def alone(key: int) -> object:
        try:
            return work(key)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return list(pool.map(alone, keys))


def test_three_hundred_at_once_for_twenty_places(ada: Member, settings: object) -> None:
    settings.RATE_LIMITS = False  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    event = events.publish(event=events.prepare(by=ada, details=details(), now=NOW), now=NOW)
    actions.set_terms(event=event, chosen=Chosen(capacity=PLACES), now=NOW)
    date = one_date(event)
    crowd = Member.objects.bulk_create([Member(username=f"p{n}", folded_name=f"p{n}") for n in range(CROWD)])
    by_key = {member.pk: member for member in crowd}

    def come(key: int) -> str:
        says(by_key[key], date)
        return says(by_key[key], date).state  # a retry

    begun = time.perf_counter()
    got = Counter(in_threads(come, list(by_key)))
    seconds = time.perf_counter() - begun
    print(f"{CROWD} came twice each in {seconds:.1f} s: {dict(got)}")
    assert got == {State.IN: PLACES, State.WAITING: CROWD - PLACES}

    now, asked, came = NOW, Counter(), Counter()
    while True:
        _at_most_as_many_as_there_are(date)
        inside = list(
            Rsvp.objects.filter(occurrence=date, state=State.IN).order_by("pk").values_list("member", flat=True)
        )
        in_threads(lambda key: says(by_key[key], date, Wish.NO, now=now), inside)  # noqa: B023 (used at once)
        offered = list(Rsvp.objects.filter(occurrence=date, state=State.OFFERED).order_by("turn"))
        _at_most_as_many_as_there_are(date)
        if not offered:
            break
        asked.update(row.member_id for row in offered)
        ahead = Rsvp.objects.filter(occurrence=date, state=State.WAITING, turn__lt=max(row.turn for row in offered))
        assert not ahead.exists()

        quick, slow = offered[: len(offered) // 2], offered[len(offered) // 2 :]
        came.update(in_threads(lambda key: _accept(key, now), [row.pk for row in quick]))  # noqa: B023 (used at once)
        ends = max(row.offer_until for row in slow)
        actions.look_after_places(now=ends - timedelta(seconds=1))
        assert Rsvp.objects.filter(pk__in=[row.pk for row in slow], state=State.OFFERED).count() == len(slow)
        now = ends
        in_threads(lambda _n: actions.look_after_places(now=now), list(range(4)))  # noqa: B023 (used at once)
        assert not Rsvp.objects.filter(pk__in=[row.pk for row in slow]).exclude(state=State.PASSED).exists()
        came.update(in_threads(lambda key: _accept(key, now), [row.pk for row in slow]))  # noqa: B023 (used at once)

    print(f"the list moved up: {len(asked)} asked, {dict(came)}, until {now - NOW} later")
    assert set(asked.values()) == {1}
    assert Notice.objects.filter(kind="joining.offer").count() == len(asked)


def _accept(key: int, now: object) -> str:
    try:
        return actions.accept(rsvp=Rsvp.objects.select_related("occurrence").get(pk=key), now=now).state
    except OfferOver:
        return "over"


def _at_most_as_many_as_there_are(date: object) -> None:
    held = Rsvp.objects.filter(occurrence=date, state__in=(State.IN, State.OFFERED)).count()
    assert held <= PLACES
