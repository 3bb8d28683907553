"""Join, leave, wait, be offered, accept, let pass, wait too long, in any order: what must always hold."""

from datetime import timedelta

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from events import actions as events
from events.joining import actions
from events.joining.actions import Chosen, OfferOver
from events.joining.enums import State, Wish
from events.joining.models import Rsvp
from members.models import Member
from tests.events.conftest import NOW, details
from tests.events.joining.conftest import one_date, people, says

PEOPLE = st.integers(0, 7)
HOLDS = {State.IN, State.OFFERED}


class Places(RuleBasedStateMachine):
    host: Member
    crowd: list[Member]

    @initialize(capacity=st.integers(1, 4), kept=st.integers(0, 2))
    def begin(self, capacity: int, kept: int) -> None:
        event = events.publish(event=events.prepare(by=self.host, details=details(), now=NOW), now=NOW)
        self.capacity, self.kept, self.now = capacity, min(kept, capacity), NOW
        self.passed: set[int] = set()
        self.date = one_date(event)
        self.set_terms()

    def set_terms(self) -> None:
        chosen = Chosen(capacity=self.capacity, kept_places=self.kept, kept_for="who need them")
        actions.set_terms(event=self.date.event, chosen=chosen, now=self.now)

    @rule(who=PEOPLE, wish=st.sampled_from(Wish), needs_kept=st.booleans())
    def say(self, who: int, wish: str, needs_kept: bool) -> None:
        says(self.crowd[who], self.date, wish, needs_kept=needs_kept, now=self.now)
        self.passed.discard(self.crowd[who].pk)

    @rule(who=PEOPLE)
    def accept(self, who: int) -> None:
        if found := self._own(who):
            had = found.state
            try:
                got = actions.accept(rsvp=found, now=self.now)
            except OfferOver:
                assert had not in HOLDS
            else:
                assert had in HOLDS and got.is_in  # noqa: PT018 (one fact)

    @rule(who=PEOPLE)
    def pass_on(self, who: int) -> None:
        if found := self._own(who):
            actions.pass_on(rsvp=found, now=self.now)
            if found.is_offered:
                self.passed.add(self.crowd[who].pk)

    @rule(hours=st.integers(1, 30))
    def wait(self, hours: int) -> None:
        self.now = min(self.now + timedelta(hours=hours), self.date.starts_at - timedelta(seconds=1))
        late = Rsvp.objects.filter(occurrence=self.date, state=State.OFFERED, offer_until__lte=self.now)
        self.passed |= set(late.values_list("member", flat=True))
        actions.look_after_places(now=self.now)

    @rule()
    def one_more_place(self) -> None:
        self.capacity += 1
        self.set_terms()

    @invariant()
    def holds(self) -> None:
        rows = list(Rsvp.objects.filter(occurrence=self.date).order_by("turn", "pk"))
        taken = [row for row in rows if row.state in HOLDS]
        others = [row for row in taken if not row.needs_kept]
        assert len(taken) <= self.capacity
        assert len(others) <= self.capacity - self.kept

        waiting = [row for row in rows if row.is_waiting]
        if len(taken) < self.capacity:
            assert not any(row.needs_kept for row in waiting)
            assert not waiting or len(others) == self.capacity - self.kept

        for offered in (row for row in rows if row.is_offered):
            assert self.now < offered.offer_until <= self.date.starts_at
            ahead = [row for row in waiting if row.turn < offered.turn]
            assert not any(row.needs_kept or not offered.needs_kept for row in ahead)
        assert not self.passed & {row.member_id for row in rows if row.state in {*HOLDS, State.WAITING}}
        assert len({row.member_id for row in rows}) == len(rows)

    def _own(self, who: int) -> Rsvp | None:
        rows = Rsvp.objects.select_related("occurrence")
        return rows.filter(occurrence=self.date, member=self.crowd[who]).first()


@pytest.mark.slow  # hundreds of steps against the database
@pytest.mark.timeout(240)
@pytest.mark.django_db
def test_places_hold_whatever_happens(ada: Member, settings: object) -> None:
    settings.RATE_LIMITS = False  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    Places.host, Places.crowd = ada, people(8)

    run_state_machine_as_test(
        Places, settings=hypothesis_settings(max_examples=20, stateful_step_count=20, deadline=None)
    )
