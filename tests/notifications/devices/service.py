"""A browser and its push service, on this machine: they check and open what they get by the letter of the RFCs alone."""

import base64
import json
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SECRET = bytes(range(16))


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def uncompressed(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


class Browser:
    """Holds the private half of a subscription."""

    def __init__(self, endpoint: str, *, key: ec.EllipticCurvePrivateKey | None = None, secret: bytes = SECRET) -> None:
        self.endpoint, self.secret = endpoint, secret
        self.key = key or ec.generate_private_key(ec.SECP256R1())

    @property
    def subscription(self) -> dict[str, str]:
        public = uncompressed(self.key.public_key())
        return {"endpoint": self.endpoint, "p256dh": text(public), "auth": text(self.secret)}

    def open(self, body: bytes) -> dict[str, str]:
        return json.loads(self.opened(body))

    def opened(self, body: bytes) -> bytes:
        """RFC 8188 and 8291: salt, record size, the sender's key; one record, padded by 0x02."""
        salt, size, length = body[:16], *struct.unpack("!LB", body[16:21])
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        assert length == 65
        assert len(sealed) <= size
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
        both = b"WebPush: info\0" + uncompressed(self.key.public_key()) + theirs
        secret = _hmac(_hmac(self.secret, shared), both + b"\x01")
        start = _hmac(salt, secret)
        key = _hmac(start, b"Content-Encoding: aes128gcm\0\x01")[:16]
        nonce = _hmac(start, b"Content-Encoding: nonce\0\x01")[:12]
        opened = AESGCM(key).decrypt(nonce, sealed, None)
        assert opened.endswith(b"\x02")
        return opened[:-1]


def _hmac(key: bytes, data: bytes) -> bytes:
    sealer = hmac.HMAC(key, hashes.SHA256())
    sealer.update(data)
    return sealer.finalize()


@dataclass
class Message:
    """What the service was handed."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def claims(self) -> dict[str, object]:
        """What the sender says of itself, with its signature checked (RFC 8292)."""
        scheme, _space, parts = self.headers["authorization"].partition(" ")
        assert scheme == "vapid"
        given = dict(part.strip().split("=", 1) for part in parts.split(","))
        head, claims, signature = given["t"].split(".")
        assert json.loads(raw(head)) == {"typ": "JWT", "alg": "ES256"}
        signed = raw(signature)
        r, s = int.from_bytes(signed[:32]), int.from_bytes(signed[32:])
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(given["k"]))
        key.verify(encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        return {**json.loads(raw(claims)), "key": given["k"]}


@dataclass
class PushService:
    """`answers` are given one after the other, the last one for ever: a status and headers."""

    address: str = ""
    messages: list[Message] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=lambda: [(201, {})])
    on_message: Callable[[], None] = lambda: None

    def browser(self, name: str = "one") -> Browser:
        return Browser(f"{self.address}/{name}")

    def answer(self) -> tuple[int, dict[str, str]]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def serve(self) -> ThreadingHTTPServer:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                service.messages.append(Message(self.path, headers, body))
                service.on_message()
                status, more = service.answer()
                self.send_response(status)
                for name, value in {"Content-Length": "0", **more}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{httpd.server_port}"
        threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return httpd
