"""What follows when a letter came in, or when an address takes none any more."""

from django.db import transaction

from commons import clock
from commons.outbox import subscribes
from notifications import actions as notifications
from notifications.bridge import tasks
from notifications.enums import Reason


@subscribes("bridge.letter_received")
def hand_over(*, letter: int) -> None:
    """To a task of its own, so that a letter that cannot be read holds up nothing else."""
    transaction.on_commit(lambda: tasks.handle.delay(incoming=letter), robust=True)


@subscribes("bridge.address_stopped")
def tell_of_stopped_address(*, member: int) -> None:
    """In the inbox, as it can't be told by letter."""
    now = clock.now()
    news = notifications.News(
        kind="bridge.address", subject=f"bridge.address:{member}:{now:%Y%m%d}", directly={member: Reason.REQUEST}
    )
    notifications.announce(news, now=now)
