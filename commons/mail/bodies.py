"""What a message says, out of all its parts: text to read, and the names of what was attached."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message as Part
from email.utils import collapse_rfc2231_value

from commons.mail import addresses, decoding, flowed, html

DEPTH_MAX = 20
NAME_MAX = 100
TEXT_MAX = 400_000
BOUNDARY = re.compile(rb'boundary[ \t]*=[ \t]*"([^"\r\n]{1,200})"', re.IGNORECASE)
BOUNDARY_NOW = b"=_commons_part_"
SIGNATURES = {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
PLAIN, HTML, ENRICHED = "plain", "html", "enriched"
KINDS = {"text/html": HTML, "application/xhtml+xml": HTML, "text/enriched": ENRICHED, "text/richtext": ENRICHED}
NOT_FOR_READING = {"text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/css", "text/xml", "text/rtf"}

FOOTER_OF_BASE64 = re.compile(r"^(?=[^\n]*[^A-Za-z0-9+/=\s])", re.MULTILINE)
SCRUBBED = re.compile(
    r"^-{8,} next part -{8,}\n(?:(?!^-{8,} next part).*\n){0,8}?^(?:URL|Url) ?: *<?\S+>?[ ]*$\n?", re.MULTILINE
)
SCRUBBED_FIELD = re.compile(r"^(Name|Type|Size|Desc): *(.*)$", re.MULTILINE)
UUENCODED = re.compile(r"^begin [0-7]{3,4} (\S[^\n]*)\n((?:[ -`]{1,62}\n)+?)(?:`? *\n)?end[ ]*$", re.MULTILINE)
PGP_BEGIN = re.compile(r"^-----BEGIN PGP SIGNED MESSAGE-----[ ]*\n(?:[A-Za-z]+: [^\n]*\n)*\n?", re.MULTILINE)
PGP_SIGNATURE = re.compile(
    r"^-----BEGIN PGP SIGNATURE-----[ ]*\n(?:(?!^-----).*\n){0,400}?^-----END PGP SIGNATURE-----[ ]*$\n?", re.MULTILINE
)
PGP_DASHES = re.compile(r"^- (?=-)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Attachment:
    """What came with a message and is not kept; a size of 0 is not known."""

    name: str
    size: int
    type: str


@dataclass(frozen=True, slots=True)
class Text:
    """Something to read: plain text as it was typed, or Markdown made of HTML."""

    text: str
    is_markdown: bool = False


@dataclass(slots=True)
class Contents:
    """What has been found so far: texts by kind, in their order, and attachments."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)

    def has(self, *kinds: str) -> bool:
        return any(kind in kinds and text.strip() for kind, text in self.texts)

    def add(self, other: "Contents") -> None:
        self.texts += other.texts
        self.attachments += other.attachments


def read(
    content: bytes, *, content_type: str, transfer_encoding: str, body: bytes
) -> tuple[list[Text], list[Attachment]]:
    """`content` is the whole message; one without parts is read from its `body` alone, which is much faster."""
    if content_type.lower().lstrip().startswith(("multipart/", "message/")):
        found = _parts(content)
    else:
        found = _leaf(_single(content_type), body, transfer_encoding)
    texts = list(_joined(found))
    return texts, found.attachments


def _parts(content: bytes) -> Contents:
    try:
        root = message_from_bytes(content)
        if root.get_content_maintype() == "multipart" and not root.is_multipart():
            root = message_from_bytes(_with_readable_boundary(content))
        return _branch(root, DEPTH_MAX)
    except (MessageError, RecursionError, ValueError, LookupError, TypeError, AttributeError):
        _, _, body = content.partition(b"\n\n")
        return Contents(texts=[(PLAIN, decoding.tidy(decoding.decoded(body[:TEXT_MAX])))])


def _with_readable_boundary(content: bytes) -> bytes:
    """The stdlib strips angle brackets off a boundary and then cannot find it."""
    found = BOUNDARY.search(content)
    return content.replace(found[1], BOUNDARY_NOW) if found else content


def _branch(part: Part, depth: int) -> Contents:
    kind = part.get_content_type()
    if kind.startswith("message/") and kind != "message/delivery-status":
        return _enclosed(part)
    if not part.is_multipart() or depth == 0:
        return _leaf(part, *_raw(part))
    children = [child for child in part.get_payload() if isinstance(child, Part)]
    if kind == "multipart/alternative":
        return _best([_branch(child, depth - 1) for child in children])
    found = Contents()
    for child in children:
        found.add(_branch(child, depth - 1))
    if kind == "multipart/related" and found.has(HTML):
        found.attachments = [one for one in found.attachments if not one.type.startswith("image/")]
    return found


def _best(choices: list[Contents]) -> Contents:
    """The plain one if it says anything: it is what its writer's program made for readers like ours."""
    for kinds in ((PLAIN,), (HTML, ENRICHED)):
        for choice in choices:
            if choice.has(*kinds):
                others = [one for other in choices if other is not choice for one in other.attachments]
                return Contents(texts=choice.texts, attachments=choice.attachments + others)
    return Contents(attachments=[one for choice in choices for one in choice.attachments])


def _enclosed(part: Part) -> Contents:
    """A message inside a message: listed by its subject."""
    inner = part.get_payload()
    subject = ""
    if isinstance(inner, list) and inner and isinstance(inner[0], Part):
        subject = decoding.header_text(str(inner[0].get("subject", "")).encode("utf-8", "surrogateescape"))
    name = _name(part) or (f"{subject}.eml" if subject else "message.eml")
    return Contents(attachments=[Attachment(name=_fit(name), size=0, type=part.get_content_type())])


def _raw(part: Part) -> tuple[bytes, str]:
    """A part's bytes as they came, and how they were encoded for the way."""
    encoding = str(part.get("content-transfer-encoding", ""))
    del part["content-transfer-encoding"]
    raw = part.get_payload(decode=True)
    return (raw if isinstance(raw, bytes) else b""), encoding


def _single(content_type: str) -> Part:
    part = Part()
    if content_type:
        part["content-type"] = content_type
    return part


def _leaf(part: Part, raw: bytes, encoding: str) -> Contents:
    kind, name, encoding = part.get_content_type(), _name(part), encoding.strip().lower()
    readable = (
        kind in KINDS or (kind.startswith("text/") and kind not in NOT_FOR_READING) or kind == "message/delivery-status"
    )
    if not readable or name or part.get_content_disposition() == "attachment":
        size = len(raw) * 3 // 4 if encoding == "base64" else len(raw)
        if not raw.strip():
            return Contents()
        return Contents(attachments=[Attachment(name=_fit(name) or _usual_name(kind), size=size, type=kind)])
    text = _text(part, raw[:TEXT_MAX], encoding)
    if KINDS.get(kind, PLAIN) != PLAIN:
        return Contents(texts=[(KINDS[kind], text)])
    if str(part.get_param("format", "")).lower() == "flowed":
        text = flowed.unflowed(text, delete_space=str(part.get_param("delsp", "")).lower() == "yes")
    return _plain(text)


def _text(part: Part, raw: bytes, encoding: str) -> str:
    charset = collapse_rfc2231_value(part.get_param("charset", ""))
    charset = charset if isinstance(charset, str) else ""
    if encoding == "base64":
        letters = raw.decode("ascii", "replace")
        footer = FOOTER_OF_BASE64.search(letters)
        end = footer.start() if footer else len(letters)
        return decoding.tidy(
            decoding.decoded(decoding.base64_bytes(letters[:end]), charset) + "\n" + letters[end:]
        ).rstrip()
    if encoding == "quoted-printable":
        raw = decoding.quoted_printable_bytes(raw)
    return decoding.tidy(decoding.decoded(raw, charset))


def _plain(text: str) -> Contents:
    """Text without what programs packed into it: armour, scrubbed parts, files in uuencode."""
    found = Contents()
    if "-----BEGIN PGP" in text:
        text = PGP_SIGNATURE.sub("", text)
        if PGP_BEGIN.search(text):
            text = PGP_DASHES.sub("", PGP_BEGIN.sub("", text))
    if " next part --" in text:
        found.attachments += [one for part in SCRUBBED.finditer(text) for one in _scrubbed(part[0])]
        text = SCRUBBED.sub("", text)
    if "\nend" in text and "begin " in text:
        found.attachments += [Attachment(_fit(one[1]), len(one[2]) * 3 // 4, "") for one in UUENCODED.finditer(text)]
        text = UUENCODED.sub("", text)
    found.texts.append((PLAIN, text))
    return found


def _scrubbed(note: str) -> Iterator[Attachment]:
    """What Mailman's archiver wrote in place of a part; an HTML twin of the text is no loss."""
    fields = {name.lower(): value.strip() for name, value in SCRUBBED_FIELD.findall(note)}
    kind = fields.get("type", "")
    if not fields or kind == "text/html":
        return
    size = re.match(r"\d+", fields.get("size", ""))
    yield Attachment(
        name=_fit(fields.get("name", "")) or _usual_name(kind), size=int(size[0]) if size else 0, type=kind
    )


def _joined(found: Contents) -> Iterator[Text]:
    """Neighbours of one kind as one text; HTML becomes Markdown only now that it is known to be wanted."""
    plain: list[str] = []
    for kind, text in found.texts:
        if kind == HTML:
            if any(one.strip() for one in plain):
                yield Text("\n".join(plain))
            plain = []
            markdown = html.to_markdown(text)
            yield Text(html.words(text)) if markdown is None else Text(markdown, is_markdown=True)
        else:
            plain.append(flowed.unenriched(text) if kind == ENRICHED else text)
    if any(one.strip() for one in plain):
        yield Text("\n".join(plain))


def _name(part: Part) -> str:
    try:
        name = part.get_filename("")
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    return decoding.header_text(name.encode("utf-8", "surrogateescape")) if name else ""


def _fit(name: str) -> str:
    name = addresses.masked(decoding.tidy(name).replace("\\", "/").rpartition("/")[2])
    return " ".join(name.split()).strip()[-NAME_MAX:]


def _usual_name(kind: str) -> str:
    return "signature" if kind in SIGNATURES else kind
