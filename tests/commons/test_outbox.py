from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from kombu.exceptions import OperationalError as BrokerAway

from commons import clock, outbox, tasks
from commons.models import Change, Delivery, Event
from members.contact.models import NoContact
from members.rights.actions import run_rule

HEARD = "test.heard"


def heard() -> list[int]:
    """What the listener that counts has stored, in order."""
    return list(Change.objects.filter(subject=HEARD).order_by("pk").values_list("transaction", flat=True))


@pytest.fixture
def listeners() -> Iterator[None]:
    """Two listeners: one that counts, one that stumbles until it is told otherwise."""
    before = dict(outbox._subscribers)
    outbox.subscribes("test.happened")(count)
    outbox.subscribes("test.happened")(stumble)
    yield
    outbox._subscribers.clear()
    outbox._subscribers.update(before)


def count(*, number: int) -> None:
    Change.objects.create(subject=HEARD, transaction=number)


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

    assert heard() == [1]
    assert Event.objects.get().handled_at is not None
    assert not Delivery.objects.exists()  # it is handled, and that says it of all


def test_who_is_told_together_is_told_without_steps_in_between(db: None, listeners: None) -> None:
    event = outbox.publish("test.happened", number=1)

    with CaptureQueriesContext(connection) as queries:
        assert outbox.deliver(event.pk, now=clock.now())

    assert sum(query["sql"].startswith("SAVEPOINT") for query in queries) == 1  # that of the test, around it all
    assert heard() == [1]


def test_where_one_stumbles_the_others_are_told_once(
    db: None, listeners: None, caplog: pytest.LogCaptureFixture
) -> None:
    event = outbox.publish("test.happened", number=-1)

    with caplog.at_level("WARNING", logger="commons.outbox"):
        assert not outbox.deliver(event.pk, now=clock.now())

    assert heard() == [-1]
    together, alone = caplog.records
    assert (together.levelname, alone.levelname) == ("WARNING", "ERROR")
    assert all(f"{__name__}.stumble failed" in record.getMessage() and record.exc_info for record in (together, alone))


@pytest.mark.parametrize("name", ["contact.requested", "contact.message_sent"])
def test_who_mails_is_told_last(name: str) -> None:
    """A letter that was sent is not undone with the others: whoever stumbles must do so before it."""
    *_others, last = outbox.subscribers_of(name)

    assert last.startswith("members.contact.")


def test_nothing_is_told_of_what_was_undone(transactional_db: None, listeners: None) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.publish("test.happened", number=1)
        raise ZeroDivisionError

    assert (heard(), Event.objects.count()) == ([], 0)


def test_a_listener_that_fails_is_asked_again_and_the_others_are_not(db: None, listeners: None) -> None:
    event = outbox.publish("test.happened", number=-1)
    now = clock.now()

    assert not outbox.deliver(event.pk, now=now)
    assert outbox.deliver(event.pk, now=now)  # by another worker that has looked at the same moment: it is not due
    now += outbox.RETRY_FIRST
    assert not outbox.deliver(event.pk, now=now)

    event.refresh_from_db()
    assert (heard(), event.attempts, event.try_at) == ([-1], 2, now + 2 * outbox.RETRY_FIRST)
    assert event.deliveries.get().subscriber.endswith(".count")
    Event.objects.update(payload={"number": 2})
    assert outbox.sweep(now=now) == 0
    assert outbox.sweep(now=now + 2 * outbox.RETRY_FIRST) == 1
    assert (heard(), Event.objects.get().handled_at is None) == ([-1], False)


def test_who_was_told_before_is_not_told_again(db: None, listeners: None) -> None:
    event = outbox.publish("test.happened", number=1)
    Event.objects.update(attempts=1, try_at=clock.now())
    Delivery.objects.create(event=event, subscriber=f"{__name__}.count", delivered_at=clock.now())

    with CaptureQueriesContext(connection) as queries:
        assert outbox.deliver(event.pk, now=clock.now())
    assert heard() == []
    assert sum("commons_delivery" in query["sql"] for query in queries) == 1  # for all listeners


def test_the_sweep_leaves_what_the_relay_is_still_about(db: None, listeners: None) -> None:
    outbox.publish("test.happened", number=1)

    assert outbox.sweep(now=clock.now()) == 0
    assert outbox.sweep(now=clock.now() + outbox.SWEEP_AFTER) == 1
    assert heard() == [1]


def test_one_knock_is_for_all_that_waits(
    transactional_db: None, listeners: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    knocks: list[None] = []
    monkeypatch.setattr(outbox, "_resting_until", 0.0)
    monkeypatch.setattr(tasks.deliver_events, "delay", lambda: knocks.append(None))

    def happen(number: int) -> None:
        with transaction.atomic():
            outbox.publish("test.happened", number=number)

    for number in (1, 2, -3, 4):
        happen(number)
    assert (len(knocks), heard()) == (1, [])

    assert outbox.deliver_waiting() == 4
    assert heard() == [1, 2, -3, 4]
    assert outbox.deliver_waiting() == 0  # what failed waits for its second try

    happen(5)
    assert len(knocks) == 2


def test_one_that_fails_at_its_commit_holds_up_nobody(
    transactional_db: None, listeners: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def name_nobody(*, number: int) -> None:
        if number == 1:
            NoContact.objects.create(member_id=404, other_id=405, since=clock.now())

    outbox.subscribes("test.happened")(name_nobody)
    monkeypatch.setattr(outbox, "_relay", lambda _event: None)
    monkeypatch.setattr(outbox, "SWEEP_SIZE", 1)
    with transaction.atomic():
        first, second = (outbox.publish("test.happened", number=number) for number in (1, 2))

    assert outbox.deliver_waiting() == 2
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.handled_at, first.attempts) == (None, 1)
    assert second.handled_at is not None


def test_more_than_one_batch_is_delivered_at_once(
    transactional_db: None, listeners: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "SWEEP_SIZE", 2)
    monkeypatch.setattr(outbox, "_relay", lambda _event: None)
    with transaction.atomic():
        for number in range(5):
            outbox.publish("test.happened", number=number)

    assert outbox.deliver_waiting() == 5
    assert heard() == [0, 1, 2, 3, 4]


def test_what_happens_while_one_delivers_is_knocked_for_again(
    transactional_db: None, listeners: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    knocks: list[None] = []
    monkeypatch.setattr(outbox, "_resting_until", 0.0)
    monkeypatch.setattr(tasks.deliver_events, "delay", lambda: knocks.append(None))
    deliver = outbox.deliver

    def deliver_and_publish(event_id: int, *, now: datetime) -> bool:
        with transaction.atomic():
            outbox.publish("test.happened", number=7)
        return deliver(event_id, now=now)

    with transaction.atomic():
        outbox.publish("test.happened", number=1)
    monkeypatch.setattr(outbox, "deliver", deliver_and_publish)
    outbox.deliver_waiting()

    assert (len(knocks), heard()) == (2, [1])


def test_a_lost_broker_costs_the_writer_nothing(
    transactional_db: None, listeners: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_arguments: object) -> None:
        raise BrokerAway

    monkeypatch.setattr(outbox, "_resting_until", 0.0)
    monkeypatch.setattr(tasks.deliver_events, "delay", away)

    with transaction.atomic():
        event = outbox.publish("test.happened", number=1)

    assert heard() == []
    assert outbox._resting_until > 0
    assert cache.get(outbox.KNOCKED) is None
    assert outbox.sweep(now=clock.now() + outbox.SWEEP_AFTER) == 1
    assert (heard(), Event.objects.get(pk=event.pk).handled_at is None) == ([1], False)


def test_handled_events_are_forgotten_after_a_week(db: None, listeners: None) -> None:
    event = outbox.publish("test.happened", number=1)
    outbox.deliver(event.pk, now=clock.now())
    outbox.publish("test.happened", number=2)

    assert run_rule("operation.events", now=clock.now() + timedelta(days=6)).done == 0
    assert run_rule("operation.events", now=clock.now() + timedelta(days=8)).done == 1
    assert Event.objects.get().payload == {"number": 2}
