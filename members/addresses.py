"""E-mail addresses that may be recognised but not kept: a keyed hash, useless without the site's key."""

import hmac

from commons import keys


def hashed(address: str) -> bytes:
    """The HMAC-SHA256 of an address, in any case and with any space around it."""
    return hmac.digest(keys.derived("unclaimed author address"), address.strip().lower().encode(), "sha256")
