"""Addresses and links that stand for one letter: for bounces (b), answers (r) and ending it (u).

A token is the letter's key and a keyed check of it, for one use: nothing is stored that could be stolen, and a token
of one use says nothing about the others. Base32 in lower case survives every mail server.
"""

import base64
import binascii
import hmac
import re
from datetime import datetime
from typing import Literal

from django.conf import settings

from commons import keys
from notifications.enums import ANSWERABLE
from notifications.models import SentLetter

type Use = Literal["b", "r", "u"]

KEY_BYTES, CHECK_BYTES = 6, 10
TOKEN_LENGTH = 26
LINK = re.compile(rf"/u/(?P<token>[a-z2-7]{{{TOKEN_LENGTH}}})/")
ADDRESS = re.compile(rf"(?P<use>[bru])\+(?P<token>[a-z2-7]{{{TOKEN_LENGTH}}})")


def token(use: Use, letter: SentLetter) -> str:
    key = letter.pk.to_bytes(KEY_BYTES)
    return base64.b32encode(key + _check(use, key)).decode().rstrip("=").lower()


def address(use: Use, letter: SentLetter) -> str:
    """Where such mail comes in; empty where no mail is taken in."""
    return f"{use}+{token(use, letter)}@{settings.MAIL_DOMAIN}" if settings.MAIL_DOMAIN else ""


def letter_of(use: str, token: str, *, now: datetime) -> SentLetter | None:
    """The letter that a token stands for; None if it is not ours, revoked or older than 90 days."""
    try:
        raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except (binascii.Error, ValueError):
        return None
    key, check = raw[:KEY_BYTES], raw[KEY_BYTES:]
    if not hmac.compare_digest(check, _check(use, key)):
        return None
    letters = SentLetter.objects.filter(pk=int.from_bytes(key), revoked_at=None, sent_at__gt=now - ANSWERABLE)
    return letters.select_related("member").first()


def _check(use: str, key: bytes) -> bytes:
    return hmac.digest(keys.derived("letter tokens"), use.encode() + key, "sha256")[:CHECK_BYTES]
