"""What somebody wrote in a letter: their own words, and what they quoted, folded away but never lost."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from commons.mail import markdown, message, quotes
from commons.mail.bodies import Attachment
from commons.mail.mbox import RawMessage
from commons.mail.message import Message
from commons.mail.quotes import Block, Outline, Voice
from notifications.envelopes import MARK

TOKENS = re.compile(
    r"(?:https?://\S*)?/(?:u|told|stop|letter)/[\w:.~-]{20,}/?|\b[bru]\+[a-z2-7]{26}@[\w.-]+", re.IGNORECASE
)
PICTURES_OF_SIGNATURES = 20_000  # bytes; a logo, not something that somebody wants to show


@dataclass(frozen=True)
class Read:
    """`source` is Markdown, with what is quoted; `own` are the writer's own words alone, as they were typed.

    `left_behind` are the names of files.
    """

    source: str
    own: str
    left_behind: tuple[str, ...]
    subject: str
    message_id: str
    above: tuple[str, ...]


def read(raw: bytes, *, now: datetime) -> Read:
    """A letter that somebody sent us. What stands below our marker is a letter of ours that they quote."""
    found = message.parse(RawMessage(offset=0, size=len(raw), envelope=b"", content=raw), now=now)
    outlines = [_without_tokens(_cut_at_marker(outline)) for outline in found.outlines]
    files = [one for one in found.attachments if _is_meant(one)]
    return Read(
        source=markdown.source(_as_letter(found, outlines)),
        own=_own_words(outlines),
        left_behind=tuple(one.name or one.type for one in files),
        subject=found.heading.subject,
        message_id=found.message_id,
        above=tuple(found.heading.references),
    )


def _own_words(outlines: Iterable[Outline]) -> str:
    blocks = [block for outline in outlines for block in outline.blocks if block.voice is Voice.OWN]
    return "\n\n".join("\n".join(block.lines).strip() for block in blocks).strip()


def _as_letter(found: Message, outlines: list[Outline]) -> Message:
    return replace(found, outlines=outlines, attachments=[])


def _cut_at_marker(outline: Outline) -> Outline:
    """Everything below our own marker is our letter, where a mail program quotes it without any mark."""
    blocks: list[Block] = []
    for index, block in enumerate(outline.blocks):
        at = next((number for number, line in enumerate(block.lines) if MARK in line), None)
        if at is None:
            blocks.append(block)
        elif block.voice is not Voice.OWN:
            blocks.append(_without_line(block, at))
        else:
            own = quotes.without_attribution(block.lines[:at])[0]
            below = [*block.lines[at + 1 :], *(line for rest in outline.blocks[index + 1 :] for line in rest.lines)]
            blocks += [Block(Voice.OWN, own), Block(Voice.EARLIER, below, is_folded=True)]
            break
    return replace(outline, blocks=[block for block in blocks if not block.is_blank])


def _without_line(block: Block, at: int) -> Block:
    return Block(block.voice, [*block.lines[:at], *block.lines[at + 1 :]], block.attribution, block.is_folded)


def _without_tokens(outline: Outline) -> Outline:
    """Links and addresses that stand for their reader never get into a post."""
    return replace(
        outline,
        blocks=[
            Block(block.voice, [TOKENS.sub("…", line) for line in block.lines], block.attribution, block.is_folded)
            for block in outline.blocks
        ],
        signature=TOKENS.sub("…", outline.signature),
        footer=TOKENS.sub("…", outline.footer),
    )


def _is_meant(one: Attachment) -> bool:
    """Whether somebody wanted to show this, rather than their mail program."""
    is_small_picture = one.type.startswith("image/") and 0 < one.size < PICTURES_OF_SIGNATURES
    is_of_machine = one.type in {"text/x-vcard", "text/vcard", "text/calendar", "message/delivery-status"}
    return not (is_small_picture or is_of_machine)
