"""The work of telling devices, outside the request and by the clock."""

from celery import shared_task

from commons import clock
from notifications.devices import delivery, queries


@shared_task(name="devices.send_due")
def send_due() -> None:
    """Each message is a task of its own: a slow push service keeps nobody else waiting."""
    now = clock.now()
    delivery.hand_out_due(now=now)
    for push in queries.due(now=now):
        send.delay(push=push)


@shared_task(name="devices.send")
def send(*, push: int) -> None:
    delivery.send(push, now=clock.now())
