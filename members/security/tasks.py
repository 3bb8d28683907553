"""What the clock does for safe accounts."""

from celery import shared_task

from commons import clock
from members.security import actions


@shared_task(name="security.forget_old")
def forget_old() -> None:
    actions.forget_old(now=clock.now())
