"""Letters that somebody said yes to. The gate is asked at the moment of sending, and each letter says how to end it."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse

from commons import letters, undeliverable
from commons.letters import Envelope, Returned
from members.consent import uses
from members.consent.purposes import PURPOSES
from members.models import Member

SALT = "consent letter"
STOP_DAYS = 400


def send(
    member: Member,
    sink: str,
    template: str,
    *,
    context: Mapping[str, Any],
    now: datetime,
    envelope: Envelope | None = None,
    stop: str = "",
) -> bool:
    """Send a letter if its purpose has a yes right now. False if it has none, or there is nowhere to send it.

    One that its mail server refuses for good counts as sent. `stop` is a link that ends such letters, where the letter
    has one of its own in its `envelope`.
    """
    if not member.email or not member.is_active or undeliverable.is_stopped(member.email):
        return False
    if not uses.use(member, sink, now=now):
        return False
    stop = stop or settings.SITE_URL + reverse("consent:stop", args=[token(member, uses.SINKS[sink][0])])
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    words = {**context, "member": member, "stop": stop, "site": settings.SITE_URL, "site_name": settings.SITE_NAME}
    with suppress(Returned):
        letters.post(template, to=member.email, context=words, envelope=envelope or Envelope(headers))
    return True


def token(member: Member, purpose: str) -> str:
    """What proves, without signing in, that somebody holds a letter of this purpose (RFC 8058)."""
    return signing.dumps({"member": member.pk, "purpose": purpose}, salt=SALT)


def holder(stop: str) -> tuple[int, str] | None:
    """Whose letter it is and of which purpose; None if the link is not ours or too old."""
    try:
        held = signing.loads(stop, salt=SALT, max_age=STOP_DAYS * 24 * 3600)
    except signing.BadSignature:
        return None
    return (held["member"], held["purpose"]) if held["purpose"] in PURPOSES else None
