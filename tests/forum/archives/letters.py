"""Messages for the tests of archives, written as short as they can be."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from commons.mail import markdown, message
from commons.mail.mbox import RawMessage
from commons.mail.message import Message

FIXTURES = Path(__file__).parent / "fixtures"
SHARED = settings.BASE_DIR.parent / "shared" / "data"
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
HEADERS = {
    "From": "Orla Quinn <orla@orchard.example>",
    "Subject": "Soup",
    "Date": "Mon, 6 Mar 2017 09:00:00 +0000",
    "Message-ID": "<soup@orchard.example>",
}


def raw(body: str | bytes = "We need soup.\n", *, envelope: str = "", **headers: str | bytes | None) -> RawMessage:
    """A message; headers are named with an underscore, and None leaves one out."""
    named = HEADERS | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [name.encode() + b": " + _bytes(value) for name, value in named.items() if value is not None]
    content = b"\n".join([*lines, b"", _bytes(body)])
    return RawMessage(offset=0, size=len(content), envelope=envelope.encode(), content=content)


def read(body: str | bytes = "We need soup.\n", *, envelope: str = "", **headers: str | bytes | None) -> Message:
    return message.parse(raw(body, envelope=envelope, **headers), now=NOW)


def post(body: str | bytes, **headers: str | bytes | None) -> str:
    """The Markdown that becomes of a message."""
    return markdown.source(read(body, **headers))


def parts(kind: str, *bodies: str) -> dict[str, str]:
    """`read(**parts("alternative", "Content-Type: text/plain\\n\\nHello", …))`."""
    inside = "".join(f"--edge\n{body}\n" for body in bodies)
    return {"body": f"{inside}--edge--\n", "Content_Type": f'multipart/{kind}; boundary="edge"', "MIME_Version": "1.0"}


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value
