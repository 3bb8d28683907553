"""The ground floor's work in the background."""

from celery import shared_task

from commons import clock, health, journal, outbox


@shared_task(name="commons.deliver_events")
def deliver_events() -> None:
    """Whatever waits: one message for all of it, however much is written meanwhile."""
    outbox.deliver_waiting()


@shared_task(name="commons.deliver_urgent_event")
def deliver_urgent_event(*, event_id: int) -> None:
    """In a queue that comes before all others."""
    outbox.deliver(event_id, now=clock.now())


@shared_task(name="commons.sweep_outbox")
def sweep_outbox() -> None:
    outbox.sweep(now=clock.now())


@shared_task(name="commons.heartbeat")
def heartbeat() -> None:
    health.beat(now=clock.now())


@shared_task(name="commons.forget_changes")
def forget_changes() -> None:
    journal.forget(now=clock.now())
