"""Keeps words so that whoever reads the database, or a backup of it, can't read them."""

from commons import keys

USE = "access needs"


def seal(words: str) -> bytes:
    return keys.box(USE).encrypt(words.encode())


def unseal(sealed: bytes | memoryview) -> str:
    return keys.box(USE).decrypt(bytes(sealed)).decode()
