"""The work after events by the clock."""

from celery import shared_task

from commons import clock
from events.after import actions


@shared_task(name="after.tell_hosts_of_feedback")
def tell_hosts_of_feedback() -> None:
    actions.tell_hosts_of_feedback(now=clock.now())
