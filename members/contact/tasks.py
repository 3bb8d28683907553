"""Contact's work by the clock."""

from celery import shared_task

from commons import clock
from members.contact import actions


@shared_task(name="contact.lapse_old_requests")
def lapse_old_requests() -> None:
    actions.lapse_old(now=clock.now())
