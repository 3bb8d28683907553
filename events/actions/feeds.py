"""Secret calendar addresses."""

import secrets
from datetime import datetime

from events.models import FeedKey
from events.rules import fingerprint
from members.models import Member

KEY_BYTES = 24


def renew_feed(*, member: Member, now: datetime) -> str:
    """A new secret address; the one before it no longer works. The secret is told once, here."""
    key = secrets.token_urlsafe(KEY_BYTES)
    FeedKey.objects.update_or_create(member=member, defaults={"fingerprint": fingerprint(key), "made_at": now})
    return key


def end_feed(*, member: Member) -> bool:
    """The address works no more; whether there was one."""
    deleted, _rows = FeedKey.objects.filter(member=member).delete()
    return bool(deleted)
