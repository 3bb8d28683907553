"""What a push service is handed: words that it cannot read (RFC 8291), and who says them (RFC 8292)."""

import base64
import hmac
from datetime import datetime
from functools import cache
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid

from commons import keys
from notifications.devices.enums import SIGNED_FOR, TOPIC_LENGTH
from notifications.devices.models import Device

ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
POINT_BYTES, SECRET_BYTES = 65, 16


def seal(device: Device, words: bytes) -> bytes:
    """Only the device can open it; each message has a key of its own."""
    return http_ece.encrypt(
        words,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=bytes(device.public_key),
        auth_secret=bytes(device.secret),
        version="aes128gcm",
    )


def signature(endpoint: str, *, now: datetime) -> str:
    """The `Authorization` by which a push service knows that it is this site which speaks."""
    parts = urlsplit(endpoint)
    contact = settings.CONTROLLER_CONTACT
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + SIGNED_FOR).timestamp()),
        "sub": f"mailto:{contact}" if "@" in contact else settings.SITE_URL,
    }
    return Vapid(_site_key()).sign(claims)["Authorization"]


def public_key() -> str:
    """The site's key, for browsers: they take messages signed with it and no others."""
    return encode(_site_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def topic(device: Device, about: str) -> str:
    """A later message on one topic takes the place of an earlier one. It says nothing of what it is about."""
    return encode(hmac.digest(keys.derived("push topics"), f"{device.pk}:{about}".encode(), "sha256"))[:TOPIC_LENGTH]


def is_point(raw: bytes) -> bool:
    """Whether this is a public key that messages can be sealed for."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError:
        return False
    return len(raw) == POINT_BYTES


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: str) -> bytes:
    """What browsers write in URL-safe base64.

    Raises:
        ValueError: it is none.
    """
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _site_key() -> ec.EllipticCurvePrivateKey:
    return _key_of(keys.derived("push"))


@cache
def _key_of(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """Derived, so that it needs no secret of its own and stays the same: each browser is bound to it."""
    return ec.derive_private_key(int.from_bytes(secret) % (ORDER_OF_P256 - 1) + 1, ec.SECP256R1())
