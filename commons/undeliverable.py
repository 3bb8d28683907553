"""Addresses that letters came back from. Kept as keyed hashes: whoever reads the table learns no address.

Like Discourse, a score that grows with each return and is forgotten after a month without one.
"""

import hmac
from datetime import datetime, timedelta

from django.db import transaction

from commons import keys
from commons.models import Undeliverable

SOFT, HARD, UNKNOWN = 1, 2, 4
"""Full or busy; refused for good; no such mailbox."""
STOPS_AT = 4
FORGOTTEN_AFTER = timedelta(days=30)


def hashed(address: str) -> bytes:
    return hmac.digest(keys.derived("undeliverable"), address.strip().lower().encode(), "sha256")[:16]


@transaction.atomic
def note(address_hash: bytes, *, points: int, now: datetime) -> bool:
    """A letter came back. Whether this was the one that stops further letters."""
    row, _new = Undeliverable.objects.select_for_update().get_or_create(
        address_hash=address_hash, defaults={"score": 0, "returned_at": now}
    )
    before = row.score if now - row.returned_at < FORGOTTEN_AFTER else 0
    row.score, row.returned_at = before + points, now
    row.save(update_fields=["score", "returned_at"])
    return before < STOPS_AT <= row.score


def is_stopped(address: str) -> bool:
    """Whether letters that can wait are no longer sent there."""
    return Undeliverable.objects.filter(address_hash=hashed(address), score__gte=STOPS_AT).exists()


def forget(address: str) -> None:
    """Its owner says that it works again."""
    Undeliverable.objects.filter(address_hash=hashed(address)).delete()
