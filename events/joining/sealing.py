"""Keeps what was passed on to hosts so that whoever reads the database, or a backup of it, can't read it."""

from commons import keys

USE = "access needs passed to hosts"


def seal(words: str) -> bytes:
    return keys.box(USE).encrypt(words.encode())


def unseal(sealed: bytes | memoryview) -> str:
    return keys.box(USE).decrypt(bytes(sealed)).decode()
