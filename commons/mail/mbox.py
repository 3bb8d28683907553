"""Where one message ends and the next begins in an mbox file of any size.

An mbox has no index and no agreed grammar: a message begins at a line "From somebody date", and some
archivers forget to escape such lines in bodies, to leave a blank line before them, or to write
anything behind "From". So a separator is believed for what stands around it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

BLOCK = 1 << 20
BEHIND, AHEAD = 4, 4096
SIZE_MAX = 16 << 20
"""What is read of one message; only attachments are that large, and they are listed, not stored."""

DATED = re.compile(
    rb"From .{0,300}?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +(?:[A-Z][a-z]{2} +\d{1,2}|\d{1,2} +[A-Z][a-z]{2}) .{0,40}?\d{2}:\d{2}"
)
HEADER = re.compile(rb"[!-9;-~]{1,76}[ \t]{0,2}:|>From ")
WELL_KNOWN_HEADER = re.compile(
    rb"(?:From|To|Cc|Date|Subject|Sender|Reply-To|Return-Path|Received|Delivered-To|Message-ID|In-Reply-To"
    rb"|References|MIME-Version|Content-[\w-]+|List-[\w-]+|X-[\w-]+|Mailing-List|Precedence|Status|Archived-At"
    rb"|Envelope-To|Approved|Newsgroups|Path|Organization|DKIM-Signature|Authentication-Results|ARC-[\w-]+)[ \t]{0,2}:",
    re.IGNORECASE,
)
ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RawMessage:
    """A message as it stands in the file: its place, its "From " line, and what follows."""

    offset: int
    size: int
    envelope: bytes
    content: bytes


def messages(file: BinaryIO, *, start: int = 0) -> Iterator[RawMessage]:
    """Every message from `start` on, which is 0 or the offset of one."""
    for offset, size in _spans(file, start=start):
        message = message_at(file, offset=offset, size=size)
        if message.envelope or message.content.strip():
            yield message


def message_at(file: BinaryIO, *, offset: int, size: int) -> RawMessage:
    file.seek(offset)
    raw = file.read(min(size, SIZE_MAX))
    envelope, content = b"", raw
    if raw.startswith(b"From "):
        envelope, _, content = raw.partition(b"\n")
    return RawMessage(offset=offset, size=size, envelope=envelope.rstrip(b"\r"), content=unescaped(content))


def unescaped(content: bytes) -> bytes:
    """Takes back the ">" before "From " that the archiver added, not one that quotes somebody."""
    if b">From " not in content:
        return content
    return ESCAPED.sub(lambda match: match[0] if _stands_in_a_quote(content, match) else match[1], content)


def _spans(file: BinaryIO, *, start: int) -> Iterator[tuple[int, int]]:
    begin = start
    for offset in _separators(file, start=start):
        if offset > begin:
            yield begin, offset - begin
        begin = offset
    end = file.seek(0, 2)
    if end > begin:
        yield begin, end - begin


def _separators(file: BinaryIO, *, start: int) -> Iterator[int]:
    """Offsets of lines that begin a message. The window keeps what a judgement needs on both sides."""
    window, base, position = b"\n" * BEHIND, start - BEHIND, start
    while True:
        file.seek(position)
        block = file.read(BLOCK)
        position += len(block)
        window += block
        is_last = len(block) < BLOCK
        limit = len(window) if is_last else len(window) - AHEAD
        at = window.find(b"\nFrom ", BEHIND - 1, limit)
        while at >= 0:
            if _is_separator(window, at + 1):
                yield base + at + 1
            at = window.find(b"\nFrom ", at + 1, limit)
        if is_last:
            return
        kept = limit - len(b"\nFrom ") - BEHIND + 2
        base += kept
        window = window[kept:]


def _is_separator(window: bytes, at: int) -> bool:
    line_end = window.find(b"\n", at, at + 1000)
    if line_end < 0:
        return False
    line = window[at:line_end].rstrip()
    after_blank = window[at - 3 : at].endswith((b"\n\n", b"\n\r\n"))
    if DATED.match(line):
        if after_blank:
            return HEADER.match(window, line_end + 1) is not None or not window[line_end + 1 :].strip()
        return WELL_KNOWN_HEADER.match(window, line_end + 1) is not None
    is_bare = len(line.split()) <= 3  # noqa: PLR2004 ("From", an address, perhaps a number)
    return after_blank and is_bare and WELL_KNOWN_HEADER.match(window, line_end + 1) is not None


def _stands_in_a_quote(content: bytes, match: re.Match[bytes]) -> bool:
    """Whether the lines around are quoted too, by their writer."""
    before = content[content.rfind(b"\n", 0, max(0, match.start() - 1)) + 1 : match.start()]
    line_end = content.find(b"\n", match.end())
    after = content[line_end + 1 : line_end + 20] if line_end >= 0 else b""
    return any(line.startswith(b">") and not ESCAPED.match(line) for line in (before, after))
