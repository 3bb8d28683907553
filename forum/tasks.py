"""The forum's work by the clock."""

from celery import shared_task

from commons import clock
from forum import actions


@shared_task(name="forum.forget_old_drafts")
def forget_old_drafts() -> None:
    actions.forget_old_drafts(now=clock.now())
