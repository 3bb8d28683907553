"""The people's pages by the clock."""

from celery import shared_task

from commons import clock
from members.people import actions


@shared_task(name="people.forget_stray_pictures")
def forget_stray_pictures() -> None:
    actions.forget_stray_pictures(now=clock.now())
