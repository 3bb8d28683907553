"""The work of telling, outside the request and by the clock."""

from celery import shared_task

from commons import clock
from notifications import actions, delivery, queries


@shared_task(name="notifications.tell_members")
def tell_members(*, notice: int) -> None:
    actions.tell_all(notice=notice, now=clock.now())


@shared_task(name="notifications.tell_the_untold")
def tell_the_untold() -> None:
    now = clock.now()
    for notice in queries.untold(now=now):
        actions.tell_all(notice=notice, now=now)


@shared_task(name="notifications.send_due_letters")
def send_due_letters() -> None:
    delivery.send_due_letters(now=clock.now())


@shared_task(name="notifications.send_due_digests")
def send_due_digests() -> None:
    delivery.send_due_digests(now=clock.now())


@shared_task(name="notifications.end_rests")
def end_rests() -> None:
    actions.end_rests(now=clock.now())
