"""What follows when a yes is taken back, and when somebody wants to see a test."""

from django.db import transaction

from commons.outbox import subscribes
from members.consent.enums import STANDING
from notifications.devices import actions, tasks
from notifications.devices.delivery import PURPOSE


@subscribes("consent.changed")
def forget_devices(*, member: int, purpose: str, state: str, **_payload: object) -> None:
    """Without a yes nothing is told, and nothing is kept that it could be told with."""
    if purpose == PURPOSE and state not in STANDING:
        actions.forget_all(member=member)


@subscribes("devices.test_asked")
def send_test(*, push: int) -> None:
    transaction.on_commit(lambda: tasks.send.delay(push=push), robust=True)
