"""What somebody wrote in a letter: their own words, and what they quoted, folded away but never lost."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from commons.mail import markdown, message, quotes
from commons.mail.bodies import Attachment
from commons.mail.mbox import RawMessage
from commons.mail.quotes import Block, Outline, Voice
from notifications.envelopes import MARK

OWN_MAX, TOGETHER_MAX = 20_000, 26_000  # characters that fit a post, with what marks them
LOGO = re.compile(r"image\d{3}\.(?:png|jpe?g|gif)|.{0,40}\blogo\b.{0,20}", re.IGNORECASE)
NAMED = re.compile(r"(?<!\\)@(?=\w)")


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
    outlines = [_cut_at_marker(outline) for outline in found.outlines]
    own = _own_words(outlines)
    _make_room(outlines, room=max(0, TOGETHER_MAX - len(own)))
    files = [one for one in found.attachments if _is_meant(one)]
    return Read(
        source=_calling_nobody(markdown.source(replace(found, outlines=outlines, attachments=[]))),
        own=own,
        left_behind=tuple(one.name or one.type for one in files),
        subject=found.heading.subject,
        message_id=found.message_id,
        above=tuple(found.heading.references),
    )


def _own_words(outlines: Iterable[Outline]) -> str:
    blocks = [block for outline in outlines for block in outline.blocks if block.voice is Voice.OWN]
    return "\n\n".join("\n".join(block.lines).strip() for block in blocks).strip()


def _make_room(outlines: Iterable[Outline], *, room: int) -> None:
    """Keep as much of what is quoted as fits beside the writer's own words.

    A line that is only drawn goes: what stands under it would be taken for a signature, and a quoted one is not shown.
    """
    for block in (block for outline in outlines for block in outline.blocks if block.voice is not Voice.OWN):
        said = [line for line in block.lines if not quotes.AD_RULE.fullmatch(line.lstrip("> "))]
        block.lines, room = _first_lines(said, room)


def _first_lines(lines: list[str], room: int) -> tuple[list[str], int]:
    kept: list[str] = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            return [*kept, "> …"], 0
        kept.append(line)
    return kept, room


def _calling_nobody(source: str) -> str:
    """Whoever is named in what is quoted was called by its writer; this letter does not call them again."""
    return "\n".join(NAMED.sub(r"\@", line) if line.startswith(">") else line for line in source.split("\n"))


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


def _is_meant(one: Attachment) -> bool:
    """Whether somebody wanted to show this, rather than their mail program."""
    is_of_machine = one.type in {"text/x-vcard", "text/vcard", "text/calendar", "message/delivery-status"}
    return not (is_of_machine or (one.type.startswith("image/") and LOGO.fullmatch(one.name)))
