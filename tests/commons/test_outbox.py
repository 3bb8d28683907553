from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerAway

from commons import clock, outbox, tasks
from commons.models import Delivery, Event
from members.rights.actions import run_rule

HEARD: list[int] = []


@pytest.fixture
def listeners() -> Iterator[None]:
    """Two listeners: one that counts, one that stumbles until it is told otherwise."""
    HEARD.clear()
    before = dict(outbox._subscribers)
    outbox.subscribes("test.happened")(count)
    outbox.subscribes("test.happened")(stumble)
    yield
    outbox._subscribers.clear()
    outbox._subscribers.update(before)


def count(*, number: int) -> None:
    HEARD.append(number)


def stumble(*, number: int) -> None:
    if number < 0:
        raise ValueError(number)


def test_publishing_outside_a_transaction_is_refused(transactional_db: None) -> None:
    with pytest.raises(RuntimeError, match=r"test\.happened"):
        outbox.publish("test.happened", number=1)


def test_each_listener_hears_an_event_once(transactional_db: None, listeners: None) -> None:
    with transaction.atomic():
        event = outbox.publish("test.happened", number=1)
    for _ in range(3):
        outbox.deliver(event.pk, now=clock.now())

    assert HEARD == [1]
    assert Delivery.objects.filter(event=event).count() == 2
    assert Event.objects.get().handled_at is not None


def test_nothing_is_told_of_what_was_undone(transactional_db: None, listeners: None) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.publish("test.happened", number=1)
        raise ZeroDivisionError

    assert (HEARD, Event.objects.count()) == ([], 0)


def test_a_listener_that_fails_is_asked_again_and_the_others_are_not(db: None, listeners: None) -> None:
    event = outbox.publish("test.happened", number=-1)
    now = clock.now()

    assert not outbox.deliver(event.pk, now=now)
    assert not outbox.deliver(event.pk, now=now)

    event.refresh_from_db()
    assert (HEARD, event.attempts, event.try_at) == ([-1], 2, now + 2 * outbox.RETRY_FIRST)
    Event.objects.update(payload={"number": 2})
    assert outbox.sweep(now=now) == 0
    assert outbox.sweep(now=now + 2 * outbox.RETRY_FIRST) == 1
    assert (HEARD, Event.objects.get().handled_at is None) == ([-1], False)


def test_the_sweep_leaves_what_the_relay_is_still_about(db: None, listeners: None) -> None:
    outbox.publish("test.happened", number=1)

    assert outbox.sweep(now=clock.now()) == 0
    assert outbox.sweep(now=clock.now() + outbox.SWEEP_AFTER) == 1
    assert HEARD == [1]


def test_a_lost_broker_costs_the_writer_nothing(
    transactional_db: None, listeners: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_arguments: object) -> None:
        raise BrokerAway

    monkeypatch.setattr(outbox, "_resting_until", 0.0)
    monkeypatch.setattr(tasks.deliver_event, "delay", away)

    with transaction.atomic():
        event = outbox.publish("test.happened", number=1)

    assert HEARD == []
    assert outbox._resting_until > 0
    assert outbox.sweep(now=clock.now() + outbox.SWEEP_AFTER) == 1
    assert (HEARD, Event.objects.get(pk=event.pk).handled_at is None) == ([1], False)


def test_handled_events_are_forgotten_after_a_week(db: None, listeners: None) -> None:
    event = outbox.publish("test.happened", number=1)
    outbox.deliver(event.pk, now=clock.now())
    outbox.publish("test.happened", number=2)

    assert run_rule("operation.events", now=clock.now() + timedelta(days=6)).done == 0
    assert run_rule("operation.events", now=clock.now() + timedelta(days=8)).done == 1
    assert Event.objects.get().payload == {"number": 2}
