"""Reads the letters that a development site has put into its mail folder."""

from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

SHOWN = 50


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    sent: str
    text: str


def letters(folder: Path | None) -> list[Letter]:
    """The newest letters first; a folder that is not there holds none."""
    files = (
        sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True)
        if folder and folder.exists()
        else []
    )
    found = [_letter(part) for path in files[:SHOWN] for part in reversed(_parts(path))]
    return found[:SHOWN]


def _parts(path: Path) -> list[bytes]:
    """The letters of one file, which Django parts by lines of 79 dashes."""
    return [part.strip() for part in path.read_bytes().split(b"\n" + b"-" * 79 + b"\n") if part.strip()]


def _letter(raw: bytes) -> Letter:
    message: EmailMessage = BytesParser(policy=policy.default).parsebytes(raw)
    body = message.get_body(("plain", "html"))
    return Letter(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        sent=str(message["Date"]),
        text=body.get_content() if body else "",
    )
