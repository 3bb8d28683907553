"""Keeps letters so that whoever reads the database, or a backup of it, can't read them."""

from commons import keys

USE = "incoming letters"


def seal(raw: bytes) -> bytes:
    return keys.box(USE).encrypt(raw)


def unseal(sealed: bytes | memoryview) -> bytes:
    """The letter; nothing of one that was not kept."""
    return keys.box(USE).decrypt(bytes(sealed)) if sealed else b""
