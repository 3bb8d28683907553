"""Answers to letters that came in: in plain words, at most one a day to one address, and never to a machine."""

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse

from commons import letters, ratelimit, undeliverable
from commons.letters import NOBODY, Envelope
from notifications import envelopes
from notifications.bridge.models import Incoming

SALT = "confirm a letter"
TEXT_SHOWN = 200_000  # characters


def refuse(*, to: str, reason: str, subject: str, text: str, now: datetime) -> bool:
    """Say why a letter was not taken, with its text given back. False if they were answered today already."""
    if not ratelimit.spend("bridge.answer", key=_key(to), now=now):
        return False
    context = {"reason": reason, "subject": subject, "text": text[:TEXT_SHOWN], "site": settings.SITE_URL}
    letters.post("bridge/email/refused.txt", to=to, context=context, envelope=_answer())
    return True


def tell_of_files(*, to: str, files: tuple[str, ...], address: str, now: datetime) -> None:
    """The words were posted; what was attached has to be given on the site, where it can be described."""
    if ratelimit.spend("bridge.answer", key=_key(to), now=now):
        context = {"files": files, "address": settings.SITE_URL + address}
        letters.post("bridge/email/without_files.txt", to=to, context=context, envelope=_answer())


def ask_whether_theirs(*, to: str, incoming: Incoming, subject: str, text: str, now: datetime) -> bool:
    """Anybody can write an address on a letter, so its owner is asked. False if they were asked often today."""
    if not ratelimit.spend("bridge.confirm", key=_key(to), now=now):
        return False
    link = settings.SITE_URL + reverse("bridge:confirm", args=[signing.dumps(incoming.pk, salt=SALT)])
    context = {"link": link, "subject": subject, "text": text[:TEXT_SHOWN]}
    letters.post("bridge/email/is_this_yours.txt", to=to, context=context, envelope=_answer())
    return True


def _answer() -> Envelope:
    return Envelope(
        headers={
            "Auto-Submitted": "auto-replied",
            "X-Auto-Response-Suppress": "All",
            "X-Commons-Instance": envelopes.instance(),
        },
        return_path=NOBODY,
    )


def _key(address: str) -> str:
    return undeliverable.hashed(address).hex()
