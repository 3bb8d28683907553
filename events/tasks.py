"""The calendar's work by the clock."""

from celery import shared_task

from commons import clock
from events import actions


@shared_task(name="events.look_after_series")
def look_after_series() -> None:
    now = clock.now()
    actions.ask_hosts(now=now)
    actions.rest_unanswered(now=now)
    actions.make_ahead(now=now)
