"""The work of the data rights: by the clock, and at once where somebody waits."""

from uuid import UUID

from celery import shared_task

from commons import clock
from members.rights import actions


@shared_task(name="rights.make_export")
def make_export(*, export: str) -> None:
    actions.make_export(export_id=UUID(export), now=clock.now())


@shared_task(name="rights.erase")
def erase(*, erasure: int) -> None:
    actions.erase(erasure_id=erasure, now=clock.now())


@shared_task(name="rights.work")
def work() -> None:
    """What is due and was left behind: copies that had to wait, accounts whose time to come back is over."""
    now = clock.now()
    for export in actions.waiting_exports(now=now):
        make_export.delay(export=str(export))
    for erasure in actions.waiting_erasures(now=now):
        erase.delay(erasure=erasure)


@shared_task(name="rights.run_retention")
def run_retention() -> None:
    actions.run_retention(now=clock.now())
