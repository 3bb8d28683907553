"""Answers to letters that came in: in plain words, at most one a day to one member, and never to a machine."""

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse

from commons import letters, ratelimit
from commons.letters import NOBODY, Envelope
from notifications import envelopes
from notifications.bridge.models import Incoming
from notifications.bridge.reading import Read

SALT = "confirm a letter"
TEXT_SHOWN = 200_000  # characters


def refuse(incoming: Incoming, *, to: str, read: Read, now: datetime) -> None:
    """Say why a letter was not taken, with its text given back; beyond one a day, the inbox alone says so."""
    if ratelimit.spend("bridge.answer", key=str(incoming.member_id), now=now):
        context = {"reason": incoming.why, "letter": read, "text": _given_back(read), "site": settings.SITE_URL}
        letters.post("bridge/email/refused.txt", to=to, context=context, envelope=_answer())


def tell_of_files(incoming: Incoming, *, to: str, read: Read, now: datetime) -> None:
    """The words were posted; what was attached has to be given on the site, where it can be described."""
    if ratelimit.spend("bridge.files", key=str(incoming.member_id), now=now):
        context = {"files": read.left_behind, "address": settings.SITE_URL + incoming.why}
        letters.post("bridge/email/without_files.txt", to=to, context=context, envelope=_answer())


def ask_whether_theirs(incoming: Incoming, *, to: str, read: Read) -> None:
    """Anybody can write an address on a letter, so its owner is asked."""
    link = settings.SITE_URL + reverse("bridge:confirm", args=[signing.dumps(incoming.pk, salt=SALT)])
    context = {"link": link, "letter": read, "text": _given_back(read)}
    letters.post("bridge/email/is_this_yours.txt", to=to, context=context, envelope=_answer())


def hand_on(read: Read) -> None:
    """What somebody wrote to the postmaster, for whoever runs the site."""
    context = {"letter": read, "text": _given_back(read)}
    letters.post("bridge/email/to_postmaster.txt", to=settings.CONTROLLER_CONTACT, context=context, envelope=_answer())


def _given_back(read: Read) -> str:
    return (read.own or read.source)[:TEXT_SHOWN]


def _answer() -> Envelope:
    return Envelope(
        headers={
            "Auto-Submitted": "auto-replied",
            "X-Auto-Response-Suppress": "All",
            "X-Commons-Instance": envelopes.instance(),
        },
        return_path=NOBODY,
    )
