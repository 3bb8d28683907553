"""Keys for what must stay recognisable for years: derived from LASTING_KEY, one for each use.

SECRET_KEY signs what is short-lived and may be changed at any time; this one may not.
"""

import base64
import hmac

from cryptography.fernet import Fernet
from django.conf import settings


def derived(use: str) -> bytes:
    """The 32-byte key of one use; knowing it tells nothing about the others."""
    return hmac.digest(settings.LASTING_KEY.encode(), use.encode(), "sha256")


def box(use: str) -> Fernet:
    """What seals and opens the words of one use, so that whoever reads the database, or a backup of it, can't."""
    return Fernet(base64.urlsafe_b64encode(derived(use)))
