"""The ledger's work by the clock."""

from celery import shared_task

from commons import clock
from members.consent import actions


@shared_task(name="consent.expire_due")
def expire_due() -> None:
    while actions.expire_due(now=clock.now()):
        pass


@shared_task(name="consent.make_anchor")
def make_anchor() -> None:
    actions.make_anchor(now=clock.now())
