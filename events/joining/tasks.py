"""Joining's work by the clock."""

from celery import shared_task

from commons import clock
from events.joining import actions


@shared_task(name="joining.look_after_places")
def look_after_places() -> None:
    actions.look_after_places(now=clock.now())


@shared_task(name="joining.remind")
def remind() -> None:
    actions.remind(now=clock.now())
