"""What waits to be read."""

from datetime import datetime, timedelta

from django.core import signing

from notifications.bridge.enums import CONFIRM_WITHIN
from notifications.bridge.letters import SALT
from notifications.bridge.models import Incoming

LEFT_BEHIND_AFTER = timedelta(seconds=30)
BATCH = 200


def left_behind(*, now: datetime) -> list[int]:
    """Letters whose task was lost, or that failed before, oldest first."""
    waiting = Incoming.objects.filter(outcome="", received_at__lt=now - LEFT_BEHIND_AFTER)
    return list(waiting.order_by("received_at").values_list("pk", flat=True)[:BATCH])


def asked_about(token: str) -> Incoming | None:
    """The letter that somebody is asked about by a link; None if the link is not ours or too old."""
    try:
        key = signing.loads(token, salt=SALT, max_age=CONFIRM_WITHIN)
    except signing.BadSignature:
        return None
    return Incoming.objects.filter(pk=key, member__isnull=False).select_related("member").first()
