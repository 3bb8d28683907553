"""Reading letters, outside the request and by the clock."""

from celery import shared_task

from commons import clock
from notifications.bridge import actions, queries


@shared_task(name="bridge.read")
def read(*, incoming: int) -> None:
    actions.settle(incoming=incoming, now=clock.now())


@shared_task(name="bridge.read_left_behind")
def read_left_behind() -> None:
    now = clock.now()
    for incoming in queries.left_behind(now=now):
        actions.settle(incoming=incoming, now=now)
