"""Reading letters, outside the request and by the clock."""

from celery import shared_task

from commons import clock
from notifications.bridge import actions, queries


@shared_task(name="bridge.handle")
def handle(*, incoming: int) -> None:
    actions.handle(incoming=incoming, now=clock.now())


@shared_task(name="bridge.handle_left_behind")
def handle_left_behind() -> None:
    now = clock.now()
    for incoming in queries.left_behind(now=now):
        actions.handle(incoming=incoming, now=now)
