"""What becomes of files when they have been given or forgotten: outside the request."""

from django.db import transaction

from commons.files import storage, tasks
from commons.outbox import subscribes


@subscribes("files.given")
def make_ready(*, file: int) -> None:
    """A task of its own, since it takes long and must not hold a transaction open."""
    transaction.on_commit(lambda: tasks.make_ready.delay(file=file), robust=True)


@subscribes("files.forgotten")
def forget_bytes(*, names: list[str]) -> None:
    storage.forget(names)
