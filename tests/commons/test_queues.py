"""Every task waits where a worker listens, and what is urgent comes first."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction
from kombu import Connection, Consumer, Producer, Queue

from commons import outbox, tasks
from commons.config import queues
from commons.config.celery import app
from tests.architecture.test_compose import FILES, services


def listened(*files: str) -> set[str]:
    """The queues of all workers of a Compose site."""
    started = [service for service in services(*files).values() if not service.get("profiles")]
    commands = [service.get("command", []) for service in started]
    workers = [command for command in commands if "worker" in command]
    return {queue for command in workers for queue in command[command.index("--queues") + 1].split(",")}


@pytest.fixture
def ours(db: None) -> list[str]:
    app.loader.import_default_modules()
    return [name for name in app.tasks if not name.startswith(("celery.", "test."))]


def test_every_named_task_exists(ours: list[str]) -> None:
    assert queues.QUEUES.keys() - set(ours) == set()


def test_every_task_waits_where_somebody_listens(ours: list[str]) -> None:
    routed = {app.amqp.router.route({}, name)["queue"].name for name in ours}

    assert routed == set(queues.PRIORITIES)
    assert routed == listened(FILES[0])
    assert routed == listened(*FILES[:2])
    assert routed == set(app.amqp.queues.consume_from)  # a worker that names none, as that of `make run`


@pytest.fixture
def broker() -> Iterator[Connection]:
    """The broker of the tests, with queues that nobody else listens to."""
    prefix = {"global_keyprefix": f"test-{uuid4()}:"}
    with Connection(settings.CELERY_BROKER_URL, transport_options=prefix) as broker:
        yield broker
        for queue in app.amqp.queues.values():
            queue(broker.default_channel).delete()


def test_what_is_urgent_is_taken_first(broker: Connection) -> None:
    waiting: list[Queue] = [queue(broker.default_channel) for queue in app.amqp.queues.consume_from.values()]
    names = ["files.make_ready", "notifications.tell_members", "bridge.read", "commons.heartbeat"]
    producer, taken = Producer(broker.default_channel), []
    for queue in waiting:
        queue.declare()
    for name in names:
        route = app.amqp.router.route({}, name)
        producer.publish(
            name, exchange=route["queue"].exchange, routing_key=route["queue"].routing_key, priority=route["priority"]
        )

    with Consumer(
        broker, waiting, callbacks=[lambda body, message: (taken.append(body), message.ack())], prefetch_count=1
    ):
        while len(taken) < len(names):
            broker.drain_events(timeout=5)

    assert taken == names[::-1]


def test_an_event_of_safety_is_delivered_before_others(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[str] = []
    monkeypatch.setattr(outbox, "_resting_until", 0.0)
    monkeypatch.setattr(tasks.deliver_events, "delay", lambda: handed.append("in turn"))
    monkeypatch.setattr(tasks.deliver_urgent_event, "delay", lambda **_ids: handed.append("first"))

    for name in ("security.session_taken", "forum.post_created"):
        with transaction.atomic():
            outbox.publish(name)

    assert handed == ["first", "in turn"]
