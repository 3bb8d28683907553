"""E-mail addresses that may be recognised but not kept: a keyed hash, useless without the site's key."""

import hashlib
import hmac

from django.conf import settings

PURPOSE = b"commons unclaimed author address"


def hashed(address: str) -> bytes:
    """The HMAC-SHA256 of an address, in any case and with any space around it."""
    key = hashlib.sha256(PURPOSE + settings.SECRET_KEY.encode()).digest()
    return hmac.digest(key, address.strip().lower().encode(), "sha256")
