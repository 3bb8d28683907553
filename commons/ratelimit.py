"""How often a person may do what: one table, kept in PostgreSQL so that it holds while the broker is away.

The rule is the generic cell rate algorithm (ITU-T I.371): each action is a bucket of `count` that
refills evenly over `per`, so that a burst is fine and a flood is not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.functional import Promise
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commons.access import Allowed, Denied, Verdict
from commons.models import RateLimit


@dataclass(frozen=True)
class Rate:
    """`words` name the limit to whoever meets it; without them it was just a little fast."""

    count: int
    per: timedelta
    words: Promise | str = ""

    @property
    def interval(self) -> timedelta:
        return self.per / self.count


FAST = gettext_lazy("That was a little fast.")
WAY_OUT = gettext_lazy("“Where you stand”, under Me, says how this limit ends.")
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)

LIMITS: dict[str, Rate] = {
    "forum.post": Rate(6, timedelta(seconds=30)),
    "forum.post.newcomer": Rate(
        2, MINUTE, gettext_lazy("In your first days there is a short rest after two posts in a minute.")
    ),
    "forum.reply.first_day": Rate(10, DAY, gettext_lazy("On your first day you can reply about ten times.")),
    "forum.thread": Rate(20, DAY, gettext_lazy("You can begin about twenty threads a day.")),
    "forum.thread.first_day": Rate(3, DAY, gettext_lazy("On your first day you can begin about three threads.")),
    "forum.edit": Rate(30, HOUR),
    "forum.preview": Rate(60, MINUTE),
    "forum.draft": Rate(60, MINUTE),
    "events.event": Rate(20, DAY, gettext_lazy("You can begin about twenty events a day.")),
    "events.join": Rate(60, HOUR, gettext_lazy("You can answer about sixty times an hour.")),
    "events.guest": Rate(5, DAY, gettext_lazy("We write to the same address about five times a day.")),
    "events.after": Rate(60, DAY),
    "events.pledge": Rate(60, DAY),
    "members.rename": Rate(5, DAY, gettext_lazy("You can change your name about five times a day.")),
    "forum.calm": Rate(5, DAY, gettext_lazy("You can ask for calm about five times a day.")),
    "bridge.answer": Rate(1, DAY),
    "bridge.confirm": Rate(5, DAY),
    "bridge.files": Rate(3, DAY),
    "files.give": Rate(60, HOUR, gettext_lazy("You can give about sixty files an hour.")),
    "contact.request": Rate(10, DAY, gettext_lazy("You can ask about ten people a day to write with you.")),
    "contact.request.newcomer": Rate(
        3, DAY, gettext_lazy("In your first days you can ask about three people a day to write with you.")
    ),
    "contact.message": Rate(20, MINUTE),
    "trust.vouch": Rate(3, 30 * DAY, gettext_lazy("You can vouch for about three people a month.")),
    "welcome.apply": Rate(3, DAY),
    "welcome.apply.message": Rate(10, HOUR),
    "welcome.invite": Rate(10, DAY),
    "welcome.invite.newcomer": Rate(2, DAY, gettext_lazy("In your first days you can invite about two people a day.")),
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
    return Denied(_refusal(action, key=key, now=now))


def spend_or_refuse(action: str, *, key: str, now: datetime) -> None:
    """Like `spend`, for actions.

    Raises:
        RateLimited: there is no room.
    """
    if not (verdict := spend(action, key=key, now=now)):
        raise RateLimited(verdict.reason)


def _refusal(action: str, *, key: str, now: datetime) -> str:
    """Which limit it is, that nothing is lost, when it goes on, and how a limit of the first days ends."""
    rate = LIMITS[action]
    full_at = RateLimit.objects.filter(action=action, key=key).values_list("full_at", flat=True).first() or now
    wait = _in_words(full_at + rate.interval - rate.per, now=now)
    safe = _("What you wrote is safe; you can send it in %(wait)s.") % {"wait": wait}
    way_out = [WAY_OUT] if action.endswith((".newcomer", ".first_day")) else []
    return " ".join(str(part) for part in [rate.words or FAST, safe, *way_out])


def _in_words(moment: datetime, *, now: datetime) -> str:
    seconds = ceil((moment - now).total_seconds())
    if seconds < MINUTE.total_seconds():
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": max(1, seconds)}
    return timeuntil(moment + MINUTE, now, depth=1)
