"""Keys for what must stay recognisable for years: derived from LASTING_KEY, one for each use.

SECRET_KEY signs what is short-lived and may be changed at any time; this one may not.
"""

import hmac

from django.conf import settings


def derived(use: str) -> bytes:
    """The 32-byte key of one use; knowing it tells nothing about the others."""
    return hmac.digest(settings.LASTING_KEY.encode(), use.encode(), "sha256")
