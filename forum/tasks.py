"""The forum's work by the clock."""

from celery import shared_task

from commons import clock
from forum import actions


@shared_task(name="forum.remind")
def remind() -> None:
    actions.remind(now=clock.now())
