"""The links by which guests come: one that confirms an address, and one to the page of their own."""

import json
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import InvalidToken
from django.core import signing
from django.urls import reverse

from commons import keys
from events.joining.enums import CONFIRM_WITHIN, GUEST_PAGE_DAYS
from events.joining.models import Guest

USE, SALT = "guests of events", "guest of an event"


@dataclass(frozen=True)
class Wanted:
    """Somebody who would like to come. Until they confirm it, this stands in their letter only, sealed."""

    occurrence: int
    name: str
    email: str


def confirm_path(wanted: Wanted, *, now: datetime) -> str:
    sealed = keys.box(USE).encrypt_at_time(json.dumps(vars(wanted)).encode(), int(now.timestamp()))
    return reverse("joining:confirm", args=[sealed.decode()])


def wanted_by(token: str, *, now: datetime) -> Wanted | None:
    """What stands in a link; None if it is not ours or older than a day."""
    try:
        told = keys.box(USE).decrypt_at_time(
            token.encode(), ttl=int(CONFIRM_WITHIN.total_seconds()), current_time=int(now.timestamp())
        )
    except InvalidToken:
        return None
    return Wanted(**json.loads(told))


def own_path(guest: Guest) -> str:
    return reverse("joining:own", args=[signing.dumps(guest.pk, salt=SALT)])


def guest_of(token: str) -> int | None:
    """Whose page it is; None if the link is not ours or far too old."""
    try:
        return int(signing.loads(token, salt=SALT, max_age=GUEST_PAGE_DAYS * 24 * 3600))
    except signing.BadSignature:
        return None
