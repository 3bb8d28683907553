"""The ledger's work by the clock."""

from celery import shared_task

from commons import clock
from members.consent import actions, uses


@shared_task(name="consent.expire_due")
def expire_due() -> None:
    while actions.expire_due(now=clock.now()):
        pass


@shared_task(name="consent.make_anchor")
def make_anchor() -> None:
    actions.make_anchor(now=clock.now())


@shared_task(name="consent.forget_old_uses")
def forget_old_uses() -> None:
    uses.forget_old(now=clock.now())


@shared_task(name="consent.forget_ended_chains")
def forget_ended_chains() -> None:
    actions.forget_ended_chains(now=clock.now())
