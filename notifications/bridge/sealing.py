"""Keeps letters so that whoever reads the database, or a backup of it, can't read them."""

import base64

from cryptography.fernet import Fernet

from commons import keys


def seal(raw: bytes) -> bytes:
    return _fernet().encrypt(raw)


def unseal(sealed: bytes | memoryview) -> bytes:
    """The letter; nothing of one that was not kept."""
    return _fernet().decrypt(bytes(sealed)) if sealed else b""


def _fernet() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(keys.derived("incoming letters")))
