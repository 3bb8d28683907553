"""Making files ready, outside the request and by the clock."""

from celery import shared_task

from commons import clock
from commons.files import actions, queries
from commons.files.enums import TRY_AGAIN_AFTER


@shared_task(name="files.make_ready")
def make_ready(*, file: int) -> None:
    actions.make_ready(file_id=file, now=clock.now())


@shared_task(name="files.make_left_ready")
def make_left_ready() -> None:
    now = clock.now()
    for file in queries.left_waiting(before=now - TRY_AGAIN_AFTER):
        actions.make_ready(file_id=file, now=now)


@shared_task(name="files.forget_stray_uploads")
def forget_stray_uploads() -> None:
    actions.forget_stray_uploads(now=clock.now())
