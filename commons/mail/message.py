"""One message of a mailing list, read out of the bytes of its archive."""

from dataclasses import dataclass
from datetime import datetime

from commons.mail import addresses, bodies, dates, headers, quotes
from commons.mail.addresses import Author
from commons.mail.bodies import Attachment
from commons.mail.mbox import RawMessage
from commons.mail.quotes import Outline

NOT_A_MESSAGE, EMPTY = "not a message", "empty"


@dataclass(frozen=True, slots=True)
class Heading:
    """What threading needs to know: little, as there may be millions."""

    message_id: str
    references: list[str]
    subject: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Message:
    """All that becomes of a message. Where it is `skipped`, that is the reason and nothing else counts."""

    heading: Heading
    author: Author
    outlines: list[Outline]
    attachments: list[Attachment]
    skipped: str = ""

    @property
    def message_id(self) -> str:
        return self.heading.message_id

    @property
    def in_reply_to(self) -> str:
        return self.heading.references[-1] if self.heading.references else ""

    @property
    def body(self) -> str:
        """Its text with quotes, without signature and footer."""
        blocks = (block for outline in self.outlines for block in outline.blocks)
        return "\n".join(
            line for block in blocks for line in ([block.attribution] if block.attribution else []) + block.lines
        )

    @property
    def signature(self) -> str:
        return "\n".join(outline.signature for outline in self.outlines if outline.signature)


def heading(raw: RawMessage, *, now: datetime) -> Heading | None:
    """None for what is no message at all."""
    found, body = headers.split(raw.content)
    return _heading(raw, found, body, now=now) if found else None


def parse(raw: RawMessage, *, now: datetime) -> Message:
    found, body = headers.split(raw.content)
    head = _heading(raw, found, body, now=now)
    author = addresses.author(found)
    if not found:
        return Message(head, author, [], [], skipped=NOT_A_MESSAGE if raw.content.strip() else EMPTY)
    texts, attachments = bodies.read(
        raw.content,
        content_type=headers.first(found, "content-type").decode("ascii", "replace"),
        transfer_encoding=headers.first(found, "content-transfer-encoding").decode("ascii", "replace"),
        body=body,
    )
    outlines = [quotes.outline(text.text, is_markdown=text.is_markdown) for text in texts]
    says_something = any(outline.blocks or outline.signature for outline in outlines) or attachments
    return Message(head, author, outlines, attachments, skipped="" if says_something else EMPTY)


def _heading(raw: RawMessage, found: headers.Headers, body: bytes, *, now: datetime) -> Heading:
    own = headers.message_id(found, body)
    return Heading(
        message_id=own,
        references=headers.references(found, own=own),
        subject=headers.text(found, "subject"),
        sent_at=dates.sent_at(found, envelope=raw.envelope, now=now),
    )
