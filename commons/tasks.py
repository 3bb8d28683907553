"""The ground floor's work in the background."""

from celery import shared_task

from commons import clock, health, outbox
from commons.models import RateLimit


@shared_task(name="commons.deliver_event")
def deliver_event(*, event_id: int) -> None:
    outbox.deliver(event_id, now=clock.now())


@shared_task(name="commons.sweep_outbox")
def sweep_outbox() -> None:
    outbox.sweep(now=clock.now())


@shared_task(name="commons.forget_handled_events")
def forget_handled_events() -> None:
    outbox.forget_handled(now=clock.now())


@shared_task(name="commons.forget_old_hits")
def forget_old_hits() -> None:
    RateLimit.objects.filter(full_at__lt=clock.now()).delete()


@shared_task(name="commons.heartbeat")
def heartbeat() -> None:
    health.beat(now=clock.now())
