"""Keeps words so that whoever reads the database, or a backup of it, can't read them."""

import base64

from cryptography.fernet import Fernet

from commons import keys


def seal(words: str) -> bytes:
    return _fernet().encrypt(words.encode())


def unseal(sealed: bytes | memoryview) -> str:
    return _fernet().decrypt(bytes(sealed)).decode()


def _fernet() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(keys.derived("access needs")))
