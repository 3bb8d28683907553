"""Whom a letter that comes in is for, by its address alone: asked before the letter itself is taken."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.conf import settings

from notifications import tokens
from notifications.bridge import doors
from notifications.models import SentLetter

SINKS = {"postmaster", "abuse"}


class For(Enum):
    """What such an address is for."""

    BOUNCE = "b"
    ANSWER = "r"
    ENDING = "u"
    PLACE = "place"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Recipient:
    kind: For
    letter: SentLetter | None = None
    place: str = ""


def recipient(address: str, *, now: datetime) -> Recipient | None:
    """Who is meant; None if nobody here has this address, or its token is wrong, revoked or too old."""
    local, _at, domain = address.strip().strip("<>").lower().rpartition("@")
    if not settings.MAIL_DOMAIN or domain != settings.MAIL_DOMAIN:
        return None
    if local in SINKS:
        return Recipient(For.OPERATOR)
    if found := re.fullmatch(tokens.ADDRESS, local):
        letter = tokens.letter_of(found["use"], found["token"], now=now)
        return Recipient(For(found["use"]), letter=letter, place=letter.place) if letter else None
    place = doors.place_at(local)
    return Recipient(For.PLACE, place=place) if place else None
