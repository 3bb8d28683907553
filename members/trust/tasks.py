"""Trust's work by the clock."""

from celery import shared_task

from commons import clock
from members.trust import actions


@shared_task(name="trust.consider_newcomers")
def consider_newcomers() -> None:
    actions.consider_all(now=clock.now())


@shared_task(name="trust.end_due_roles")
def end_due_roles() -> None:
    actions.end_due_roles(now=clock.now())


@shared_task(name="trust.write_down_ungranted")
def write_down_ungranted() -> None:
    actions.write_down_ungranted(now=clock.now())


@shared_task(name="trust.forget_what_is_over")
def forget_what_is_over() -> None:
    now = clock.now()
    actions.forget_taking_part(now=now)
    actions.forget_old_tellings(now=now)
    actions.forget_old_accesses(now=now)
