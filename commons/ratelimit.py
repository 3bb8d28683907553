"""How often a person may do what: one table, kept in PostgreSQL so that it holds while the broker is away.

The rule is the generic cell rate algorithm (ITU-T I.371): each action is a bucket of `count` that
refills evenly over `per`, so that a burst is fine and a flood is not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from commons.access import Allowed, Denied, Verdict


@dataclass(frozen=True)
class Rate:
    count: int
    per: timedelta

    @property
    def interval(self) -> timedelta:
        return self.per / self.count


DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)

LIMITS: dict[str, Rate] = {
    "forum.post": Rate(6, timedelta(seconds=30)),
    "forum.post.newcomer": Rate(2, MINUTE),
    "forum.reply.first_day": Rate(10, DAY),
    "forum.thread": Rate(20, DAY),
    "forum.thread.first_day": Rate(3, DAY),
    "forum.edit": Rate(30, HOUR),
    "forum.preview": Rate(60, MINUTE),
    "forum.draft": Rate(60, MINUTE),
    "contact.request": Rate(10, DAY),
    "contact.request.newcomer": Rate(3, DAY),
    "contact.message": Rate(20, MINUTE),
    "welcome.apply": Rate(3, DAY),
    "welcome.apply.message": Rate(10, HOUR),
    "welcome.invite": Rate(10, DAY),
    "welcome.invite.newcomer": Rate(2, DAY),
    "members.claim": Rate(5, HOUR),
    "people.thanks": Rate(10, DAY),
    "people.picture": Rate(20, HOUR),
    "security.known_browser": Rate(10, timedelta(minutes=5)),
    "rights.export": Rate(1, DAY),
    "rights.complaint": Rate(5, DAY),
    "rights.complaint.address": Rate(3, DAY),
}

_SPEND = """
    INSERT INTO commons_ratelimit AS bucket (action, key, full_at) VALUES (%(action)s, %(key)s, %(now)s + %(interval)s)
    ON CONFLICT (action, key) DO UPDATE SET full_at = GREATEST(bucket.full_at, %(now)s) + %(interval)s
    WHERE GREATEST(bucket.full_at, %(now)s) + %(interval)s <= %(now)s + %(per)s
    RETURNING full_at
"""


class RateLimited(Exception):
    """Too often; `reason` says so to the reader, and the transaction around it is undone."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def spend(action: str, *, key: str, now: datetime) -> Verdict:
    """Count one `action` by `key` (a member's or an address's name for this purpose), if there is room."""
    if not settings.RATE_LIMITS:
        return Allowed()
    rate = LIMITS[action]
    parameters: dict[str, Any] = {"action": action, "key": key, "now": now, "interval": rate.interval, "per": rate.per}
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, parameters)
        if cursor.fetchone():
            return Allowed()
    return Denied(_("That was a little fast. What you wrote is safe; please try again in a moment."))


def spend_or_refuse(action: str, *, key: str, now: datetime) -> None:
    """Like `spend`, for actions.

    Raises:
        RateLimited: there is no room.
    """
    if not (verdict := spend(action, key=key, now=now)):
        raise RateLimited(verdict.reason)
