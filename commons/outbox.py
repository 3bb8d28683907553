"""What happened, written down with the change itself, and told to whoever listens.

`publish` writes a row in the transaction of the change. After commit the relay knocks at the workers,
once for all that waits; `sweep` picks up what was left behind while the broker or the worker was away. The
subscribers of an event run in one transaction with what says that they ran: the event is handled, or, where one of them
failed, a `Delivery` for each of the others. So the effect of each on the database happens exactly once.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q, QuerySet
from kombu.exceptions import OperationalError as BrokerAway

from commons import clock
from commons.models import Delivery, Event
from commons.prepared import Statement, Update, insert, prepared, prepared_change

log = logging.getLogger(__name__)

type Subscriber = Callable[..., None]

RELAY_REST = 5.0  # seconds without a try after the broker did not answer
KNOCKED = "outbox:knocked"
KNOCK_LASTS = 5  # seconds until one knocks again, if no worker has opened
SWEEP_AFTER = timedelta(seconds=10)
SWEEP_SIZE = 500
RETRY_FIRST = timedelta(seconds=10)
RETRY_LONGEST = timedelta(hours=1)
KEEP_HANDLED = timedelta(days=7)

_subscribers: dict[str, dict[str, Subscriber]] = defaultdict(dict)
_urgent: set[str] = set()
_resting_until = 0.0


def publish(name: str, *along: Statement, **payload: Any) -> Event:
    """Write down that something happened. Must run inside the transaction of the change itself.

    `along` are other changes that belong to it, made in the same statement (`commons.prepared.insert`).
    """
    if not transaction.get_connection().in_atomic_block:
        msg = f"{name} was published outside a transaction, so it could be lost or untrue."
        raise RuntimeError(msg)
    event = insert(Event(name=name, payload=payload, created_at=clock.now()), *along)
    transaction.on_commit(lambda: _relay(event))
    return event


def subscribes(name: str, *, is_urgent: bool = False) -> Callable[[Subscriber], Subscriber]:
    """Register a function `(**payload) -> None` for an event; its name is what a `Delivery` remembers.

    An urgent event is delivered before all others: somebody's safety hangs on it.
    """
    if is_urgent:
        _urgent.add(name)

    def register(subscriber: Subscriber) -> Subscriber:
        _subscribers[name][f"{subscriber.__module__}.{subscriber.__name__}"] = subscriber
        return subscriber

    return register


def subscribers_of(name: str) -> dict[str, Subscriber]:
    return dict(_subscribers[name])


class _Stumbled(Exception):
    """One of several subscribers has failed, and with it all of them."""


def deliver(event_id: int, *, now: datetime) -> bool:
    """Tell every subscriber that has not been told yet. False if one failed; it is tried again later.

    At first all of them together. If one fails, nothing of that has happened, and each is told on its own.
    """
    try:
        return _deliver(event_id, is_together=True, now=now)
    except _Stumbled as stumbled:
        log.warning("%s failed on %s, so each is told on its own", stumbled, event_id, exc_info=stumbled.__cause__)
    return _deliver(event_id, is_together=False, now=now)


@transaction.atomic
def _deliver(event_id: int, *, is_together: bool, now: datetime) -> bool:
    event = _taken.first(event_id, now)
    if event is None:
        return True
    told_before = _told_of(event)
    waiting = {name: run for name, run in subscribers_of(event.name).items() if name not in told_before}
    is_together = is_together and not event.attempts and len(waiting) > 1
    told = _tell_together(event, waiting) if is_together else _tell_each(event, waiting)
    if is_handled := len(told) == len(waiting):
        _handled(event.pk, now)
    else:
        Delivery.objects.bulk_create(Delivery(event=event, subscriber=name, delivered_at=now) for name in told)
        _put_off(event, now=now)
    return is_handled


@prepared
def _taken(event_id: int, now: datetime) -> QuerySet[Event]:
    """The event, if it is due and no other worker has taken it."""
    due = Q(try_at=None) | Q(try_at__lte=now)
    return Event.objects.select_for_update(skip_locked=True).filter(due, pk=event_id, handled_at=None).order_by()


def _told_of(event: Event) -> set[str]:
    """Who was told of it when another failed. Asked once the event is taken, so that no other worker adds to it."""
    return set(event.deliveries.values_list("subscriber", flat=True)) if event.attempts else set()


@prepared_change
def _handled(event_id: int, now: datetime) -> Update:
    return Event.objects.filter(pk=event_id), {"handled_at": now}


def _put_off(event: Event, *, now: datetime) -> None:
    event.attempts += 1
    event.try_at = now + min(RETRY_FIRST * 2 ** (event.attempts - 1), RETRY_LONGEST)
    event.save(update_fields=["attempts", "try_at"])


def deliver_waiting() -> int:
    """Deliver what waits for its first try, oldest first; the number of events looked at.

    Whoever publishes from now on knocks again: the knock is forgotten before one looks.
    """
    cache.delete(KNOCKED)
    looked_at = 0
    while batch := _deliver_all(Q(try_at=None), now=clock.now()):
        looked_at += batch
        if batch < SWEEP_SIZE:
            break
    return looked_at


def sweep(*, now: datetime) -> int:
    """Deliver what nobody has knocked for, and what failed and is due again, oldest first; the number of events
    looked at."""
    return _deliver_all(Q(try_at__lte=now) | Q(try_at=None, created_at__lt=now - SWEEP_AFTER), now=now)


def _deliver_all(due: Q, *, now: datetime) -> int:
    left = list(Event.objects.filter(due, handled_at=None).order_by("pk").values_list("pk", flat=True)[:SWEEP_SIZE])
    for event_id in left:
        _deliver_or_put_off(event_id, now=now)
    return len(left)


def _deliver_or_put_off(event_id: int, *, now: datetime) -> None:
    """One that fails as a whole, as at its commit, never holds up those behind it."""
    try:
        deliver(event_id, now=now)
    except Exception:
        log.exception("event %s cannot be delivered", event_id)
        with transaction.atomic():
            for event in Event.objects.select_for_update().filter(pk=event_id, handled_at=None).order_by():
                _put_off(event, now=now)


def _tell_together(event: Event, waiting: dict[str, Subscriber]) -> list[str]:
    """Those who were told: all.

    Raises:
        _Stumbled: one failed, which is no more than a reason to tell each on its own.
    """
    for name, subscriber in waiting.items():
        try:
            subscriber(**event.payload)
        except Exception as error:
            raise _Stumbled(name) from error
    return list(waiting)


def _tell_each(event: Event, waiting: dict[str, Subscriber]) -> list[str]:
    """Those who were told; one that fails holds up none of the others."""
    return [name for name, subscriber in waiting.items() if _tell(event, name, subscriber)]


def _tell(event: Event, name: str, subscriber: Subscriber) -> bool:
    try:
        with transaction.atomic():
            subscriber(**event.payload)
    except Exception:
        log.exception("%s failed on %s %s", name, event.name, event.pk)
        return False
    return True


def _relay(event: Event) -> None:
    from commons.tasks import deliver_events, deliver_urgent_event

    global _resting_until  # noqa: PLW0603 (one memory for the whole process is the point)
    if time.monotonic() < _resting_until:
        return
    try:
        if event.name in _urgent:
            deliver_urgent_event.delay(event_id=event.pk)
        elif cache.add(KNOCKED, 1, timeout=KNOCK_LASTS):
            deliver_events.delay()
    except (BrokerAway, OSError) as error:
        cache.delete(KNOCKED)
        _resting_until = time.monotonic() + RELAY_REST
        log.warning("broker away, the sweep will deliver: %s", error)
