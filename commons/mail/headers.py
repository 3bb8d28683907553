"""The headers of a message that an archive needs, read without building the whole message."""

import re
from collections.abc import Mapping
from hashlib import blake2b

from commons.mail import decoding

WANTED = (
    rb"message-id|in-reply-to|references|subject|date|from|reply-to|x-original-from|received|delivery-date"
    rb"|archived-at|list-id|list-post|to|sender|content-type|content-transfer-encoding|mime-version"
)
END = re.compile(rb"\r?\n\r?\n")
FOLDED = re.compile(rb"\r?\n[ \t]+")
HEADER = re.compile(rb"^(" + WANTED + rb")[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
ANY_HEADER = re.compile(rb"(?:>?From [^\n]*\n)?[!-9;-~]+[ \t]*:")
BRACKETED = re.compile(r"<([^<>]+)>")
SPACE = re.compile(r"\s+")
NOT_LETTERS = re.compile(rb"[\s>]+")
REFERENCES_MAX = 60
ID_MAX = 900

type Headers = Mapping[str, list[bytes]]


def split(content: bytes) -> tuple[Headers, bytes]:
    """The headers by lower-case name, every value on one line, and the body as it is."""
    if not ANY_HEADER.match(content):
        return {}, content
    end = END.search(content)
    block, body = (content[: end.start()], content[end.end() :]) if end else (content, b"")
    headers: dict[str, list[bytes]] = {}
    for name, value in HEADER.findall(FOLDED.sub(b" ", block)):
        headers.setdefault(name.decode().lower(), []).append(value.strip())
    return headers, body


def first(headers: Headers, name: str) -> bytes:
    return next(iter(headers.get(name, [])), b"")


def text(headers: Headers, name: str) -> str:
    return decoding.header_text(first(headers, name))


def message_id(headers: Headers, body: bytes) -> str:
    """The id that its writer's program gave it, or one made of what never changes on the way to an archive."""
    found = _ids(first(headers, "message-id"))
    if found:
        return found[0]
    digest = blake2b(digest_size=16)
    for part in (first(headers, "date"), first(headers, "from"), first(headers, "subject"), body):
        digest.update(NOT_LETTERS.sub(b"", part) + b"\0")
    return f"{digest.hexdigest()}@without-id.invalid"


def references(headers: Headers, *, own: str) -> list[str]:
    """The ids of the messages it answers, oldest first, the one it answers directly last."""
    found = [one for line in headers.get("references", []) for one in _ids(line)]
    found = found or _ids(first(headers, "in-reply-to"))[:1]
    wanted = [one for one in dict.fromkeys(reversed(found)) if one != own]
    return wanted[:REFERENCES_MAX][::-1]


def hashed(message_id: str) -> bytes:
    return blake2b(message_id.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _ids(value: bytes) -> list[str]:
    line = value.decode("utf-8", "replace").replace("\x00", "")
    found = [SPACE.sub("", one)[:ID_MAX] for one in BRACKETED.findall(line)]
    if not found and line and not SPACE.search(line.strip()):
        found = [line.strip("<> ")[:ID_MAX]]
    return [one for one in found if one]
