"""A mail as the Markdown of a post: nothing is markup by accident, quotes and signatures are folded.

Plain text is not Markdown. Lines that a mail program broke flow again, lines that a person broke stay;
what looks like code, a patch or a table keeps its columns.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from commons.contributions import SOURCE_MAX_LENGTH
from commons.mail import addresses, inline, quotes
from commons.mail.bodies import Attachment
from commons.mail.message import Message
from commons.mail.quotes import Block, Outline, Voice

COLONS = re.compile(r"^:{3,}", re.MULTILINE)
NOT_SHOWN = re.compile(r"\[cid:[^\]\s]{1,200}\]|\[image: [^\]\n]{0,100}\]")
SAID_TWICE = re.compile(r"(https?://[^\s<>]{1,500}?)/?[ ]?<\1/?>")
ADDRESS_BESIDE_NAME = re.compile(
    r"\s*[<\[(](?:mailto:)?[^<>\[\]()\s]+(?:@| at )[^<>\[\]()]+[>\])](?:\s*[\[(]mailto:[^\])]*[\])])?\s*"
)
QUOTE_DEPTH_MAX = 5
ROOM_FOR_MARKS = 4_000
ROOM_FOR_SUBJECT = 600
ATTACHMENTS_MAX = 30
ROOM_FOR_OWN = 24_000

BULLET = re.compile(r"(?P<indent>\s*)(?:(?P<bullet>[-*+•·–o])|(?P<number>\d{1,3})[.)])\s+(?=\S)(?!-+\s*$)")
NUMBER_MAX = 99
OTHER_ITEM = re.compile(
    r"[A-Z][A-Za-z-]{1,14}: +\S|\s*(?:\[\d{1,3}\]:?|\(?[A-Za-z\d]{1,3}\)|[-*+•·–>|#]|\d{1,3}[.)])\s*\S"
)
RULE = re.compile(r"\s*(?:[-=_*~#+]\s?){4,}\s*")
UNDERLINE = re.compile(r"\s*(=|-|~|\^)\1{2,}\s*")
LINK_BELOW_LINK = re.compile(r".*https?://\S+\n\s*https?://.*")
SENTENCE_END = (".", "!", "?", ":", ";")

WIDTH_USUAL, WIDTH_LEAST, WIDTH_MOST = 72, 60, 100
LONG_ENOUGH_TO_WRAP = 40
FORCED_LEAST, FORCED_SHARE = 4, 0.6

DIFF_START = re.compile(r"diff -|Index: \S|--- \S.*|\+\+\+ \S|@@ .*@@|\*\*\* \S+.*\d{4}")
DIFF_LINE = re.compile(
    r"[+\-@\\!]|  ?|diff |Index: |index |new file|deleted file|rename |similarity|old mode|new mode|Binary |={20,}|\*{3}|[<>] |\d+(?:,\d+)?[acd]\d"
)
CODE_LINE = re.compile(
    r"\s*\$ \S|>>> |\.\.\. {2,}\S"
    r"|\s*</?[A-Za-z_][\w:.-]*(?:\s[^<>]*)?/?>|\s*<(?:!--|\?xml|!\[CDATA|!DOCTYPE)|.*</[\w:.-]+>\s*$"
    r"|.*(?:[^\s.,:];|[\w)>] ?\{)\s*$|\s*[{}][);,]*\s*$|\s*(?://|/\*|\*/|#include|#define|#!)"
    r"|\s*at [\w$.<>/]+\(.*\)?|\s*Caused by: \S|\s*\.\.\. \d+ (?:more|common)|Traceback \(|\s+File \"|[\w.]+(?:Exception|Error): "
    r"|\s*\[(?:INFO|WARN|WARNING|ERROR|DEBUG|FATAL|TRACE)\]|\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d|\[\w{3} \w{3} +\d{1,2} \d\d:\d\d:\d\d"
    r"|\s*(?:def|class|if|for|while|elif|else|try|except|with)\b.*:\s*$|\s*(?:import|from) [\w.]+(?: import .*)?$"
    r"|\s*(?:export )?[A-Za-z_][\w.]* ?= ?\S+\s*$|[\w./-]+:\d+:(?:\d+:)? |[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d |-[rwxsStTdl-]{9} "
)
MAY_BE_TYPED = re.compile(
    r"[;{}<>=|\[$/+]|\S {3}|:\s*$|:\d+:|Exception|Error|Traceback|Caused|\.{3}|^\s*at |^\s*(?:import|from) |^#|^-[rwx-]|:\d\d:\d\d |^\d{4}-"
)
COLUMNS = re.compile(r".*\S(?: {3,}|\t+)\S")
TABLE_LINE = re.compile(r"\s*\+[-=+]{4,}\+?\s*$|[^|]*\|[^|]*\|")
CODE_MARKS = re.compile(r"[=(){}\[\];<>/\\|$_*&%#+^-]")
CODE_MARKS_LEAST = 0.06
PROMPT = re.compile(r"Python \d|>>>(?: |$)|In \[\d+\]: ")
COMMAND = re.compile(r"\s*(?:\$ [a-z./~]|>>> )")
PREVAILS_LINES, PREVAILS_SHARE = 3, 0.5
INDENTED = 4
ART_LINES, ART_LETTERS_MOST, ART_SIZE, ART_SAMPLE = 3, 0.35, 12, 60


def source(message: Message) -> str:
    """The post's source."""
    room = SOURCE_MAX_LENGTH - ROOM_FOR_SUBJECT
    while True:
        text = "\n\n".join(_parts(message, room=room - ROOM_FOR_MARKS))
        if len(text) <= SOURCE_MAX_LENGTH - ROOM_FOR_SUBJECT:
            return text
        room -= len(text) - SOURCE_MAX_LENGTH + ROOM_FOR_SUBJECT + ROOM_FOR_MARKS


def about(subject: str) -> str:
    """A line that says what a post is about, where that is not what its thread is about."""
    return f"**{inline.escaped(addresses.masked(subject))}**"


def prose(lines: Sequence[str]) -> str:
    """A person's own lines."""
    width = _width(lines)
    parts: list[str] = []
    for is_code, group in groupby(_chunks(lines), key=lambda chunk: chunk[0]):
        chunks = [chunk for _, chunk in group]
        if is_code:
            parts.append(_fenced([line for chunk in chunks for line in ["", *chunk]][1:]))
        else:
            parts += [part for chunk in chunks for part in _paragraph(chunk, width)]
    return "\n\n".join(parts)


def _parts(message: Message, *, room: int) -> Iterator[str]:
    own = min(ROOM_FOR_OWN, room)
    for outline in message.outlines:
        for block in outline.blocks:
            budget = own if block.voice is Voice.OWN else room // 2
            lines, left_out = _cut(block.lines, max(0, budget))
            size = sum(map(len, lines))
            own, room = (own - size if block.voice is Voice.OWN else own), room - size
            yield from _block(block, lines, outline, left_out=left_out)
    yield from _signatures(message.outlines)
    if message.attachments:
        lines = [_attached(one) for one in message.attachments[:ATTACHMENTS_MAX]]
        more = len(message.attachments) - len(lines)
        yield "\n".join([*lines, *(["- " + _("and %(count)d more") % {"count": more}] if more else [])])


def _block(block: Block, lines: list[str], outline: Outline, *, left_out: int) -> Iterator[str]:
    lines = SAID_TWICE.sub(r"\1", NOT_SHOWN.sub("", addresses.masked("\n".join(lines)))).split("\n")
    attribution = _attribution(block)
    if block.voice is Voice.OWN:
        yield _markdown_lines(lines) if outline.is_markdown else prose(lines)
    else:
        marked = lines if block.voice is Voice.QUOTED else [f"> {line}" for line in quotes.with_header_apart(lines)]
        quote = _quote(marked, is_markdown=outline.is_markdown)
        if block.is_folded:
            inside = f"{attribution}\n\n{quote}" if attribution else quote
            yield _folded(_("Show quoted text"), inside)
        else:
            yield from filter(None, [attribution, quote])
    if left_out:
        yield "*" + _("(%(count)d more characters were left out.)") % {"count": left_out} + "*"


def _attribution(block: Block) -> str:
    """ "On Monday, Ada wrote:", without her address."""
    return inline.escaped(" ".join(addresses.masked(ADDRESS_BESIDE_NAME.sub(" ", block.attribution)).split()))


def _cut(lines: list[str], budget: int) -> tuple[list[str], int]:
    """As many lines as fit, and how many characters do not."""
    size = 0
    for index, line in enumerate(lines):
        size += len(line) + 1
        if size > budget:
            left_out = sum(len(rest) + 1 for rest in lines[index:])
            return (lines[:index] or [line[:budget]]), left_out
    return lines, 0


def _signatures(outlines: Sequence[Outline]) -> Iterator[str]:
    texts = [text for outline in outlines for text in (outline.signature, outline.footer) if text]
    if texts:
        lines = [
            line.rstrip() for text in texts for line in ["", *addresses.masked(text[: ROOM_FOR_MARKS // 4]).split("\n")]
        ][1:]
        yield _folded(_("Signature"), _signature(lines))


def _signature(lines: list[str]) -> str:
    """Its lines as they stand; drawings keep their columns."""
    if sum(_looks_typed(line) or bool(RULE.fullmatch(line)) for line in lines) > 1:
        return _fenced(lines)
    return "\n\n".join("\n".join(map(inline.line, group)) for said, group in groupby(lines, key=bool) if said)


def _attached(one: Attachment) -> str:
    name = inline.escaped(one.name or one.type)
    if not one.size:
        return "- " + _("Attached: %(name)s, not stored") % {"name": name}
    return "- " + _("Attached: %(name)s (%(size)s), not stored") % {"name": name, "size": filesizeformat(one.size)}


def _folded(title: str, inside: str) -> str:
    colons = ":" * max(3, 1 + max(map(len, COLONS.findall(inside)), default=0))
    return f"{colons}details {title}\n{inside}\n{colons}"


def _quote(lines: Sequence[str], *, is_markdown: bool = False, depth: int = 1) -> str:
    inner, _footer = quotes.without_footer([quotes.unquoted(line) for line in lines])
    parts: list[str] = []
    if depth == QUOTE_DEPTH_MAX:
        parts.append(prose([line.lstrip("> ") for line in inner]))
    elif is_markdown:
        parts.append("\n".join(inner))
    else:
        for block in quotes.without_signature(quotes.voices(inner))[0]:
            if block.attribution:
                parts.append(_attribution(block))
            parts.append(prose(block.lines) if block.voice is Voice.OWN else _quote(block.lines, depth=depth + 1))
    return "\n".join(f"> {line}".rstrip() for line in "\n\n".join(filter(None, parts)).split("\n"))


def _markdown_lines(lines: Sequence[str]) -> str:
    """Markdown made of HTML: only what opens our own containers is left to escape."""
    return "\n".join("\\" + line if line.lstrip().startswith(":::") else line for line in lines).strip("\n")


def _chunks(lines: Sequence[str]) -> Iterator[tuple[bool, list[str]]]:
    """Paragraphs, each with whether it is to be shown as typed; a patch goes on over blank lines."""
    in_diff = False
    for is_said, group in groupby(lines, key=lambda line: bool(line.strip())):
        if not is_said:
            continue
        chunk = [line.expandtabs(4) for line in group]
        in_diff = _begins_diff(chunk) or (in_diff and all(DIFF_LINE.match(line) for line in chunk))
        if in_diff or _is_code_block(chunk):
            yield True, chunk
        else:
            yield from _runs(chunk)


def _begins_diff(chunk: list[str]) -> bool:
    heads = sum(DIFF_START.match(line) is not None for line in chunk[:6])
    return heads > 1 and all(DIFF_LINE.match(line) for line in chunk[1:])


def _is_code_block(chunk: list[str]) -> bool:
    text = "".join(chunk)
    visible = "".join(text.split())
    if all(line.startswith(" " * INDENTED) for line in chunk) and not BULLET.match(chunk[0]) and "://" not in text:
        return len(CODE_MARKS.findall(visible)) > CODE_MARKS_LEAST * len(visible)
    if (
        len(chunk) >= ART_LINES
        and len(visible) > ART_SIZE
        and sum(map(str.isalnum, visible[:ART_SAMPLE])) < ART_SAMPLE // 2
    ):
        return sum(map(str.isalnum, visible)) < ART_LETTERS_MOST * len(visible) and "://" not in text
    return False


def _runs(chunk: list[str]) -> Iterator[tuple[bool, list[str]]]:
    """Prose and code that stand together without a blank line; a single odd line is no code."""
    flags = [_looks_typed(line) for line in chunk]
    _fill_gaps(flags, chunk)
    start = 0
    for flag, group in groupby(flags):
        end = start + sum(1 for _flag in group)
        yield flag and (end - start > 1 or bool(COMMAND.match(chunk[start]))), chunk[start:end]
        start = end


def _fill_gaps(flags: list[bool], chunk: list[str]) -> None:
    """Lines between lines of code are code too: one alone, a session's output, and all where code prevails."""
    for index in range(1, len(flags) - 1):
        flags[index] = flags[index] or (flags[index - 1] and flags[index + 1])
    typed = [index for index, flag in enumerate(flags) if flag]
    if any(line.startswith(">>>") for line in chunk):
        first = next(index for index, line in enumerate(chunk) if PROMPT.match(line))
        flags[first:] = [True] * (len(chunk) - first)
    elif len(typed) >= PREVAILS_LINES and len(typed) >= PREVAILS_SHARE * len(chunk):
        first, last = typed[0], typed[-1] + 1
        while first and CODE_MARKS.search(chunk[first - 1]) and not chunk[first - 1].rstrip().endswith(SENTENCE_END):
            first -= 1
        flags[first:last] = [True] * (last - first)


def _looks_typed(line: str) -> bool:
    if not MAY_BE_TYPED.search(line):
        return False
    return bool(CODE_LINE.match(line) or TABLE_LINE.match(line) or (COLUMNS.match(line) and not BULLET.match(line)))


def _fenced(lines: list[str]) -> str:
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    longest = max((len(run) for line in lines for run in re.findall(r"`{3,}", line)), default=2)
    fence = "`" * (longest + 1)
    language = (
        "diff"
        if any(DIFF_START.match(line) for line in lines[:6]) and _begins_diff([line for line in lines if line])
        else ""
    )
    return "\n".join([fence + language, *(line[margin:].rstrip() for line in lines), fence])


def _width(lines: Sequence[str]) -> int:
    """Where the writer's program broke lines."""
    widest = max((len(line) for line in lines if len(line) <= WIDTH_MOST and " " in line.strip()), default=0)
    if widest >= WIDTH_LEAST:
        return widest
    breaks = [
        len(line) + 1 + len(following.split(maxsplit=1)[0])
        for line, following in pairwise(lines)
        if line and following.strip()
    ]
    forced = sum(length > widest for length in breaks)
    return (
        widest
        if widest >= LONG_ENOUGH_TO_WRAP and len(breaks) >= FORCED_LEAST and forced > FORCED_SHARE * len(breaks)
        else WIDTH_USUAL
    )


def _paragraph(chunk: list[str], width: int) -> Iterator[str]:
    if len(chunk) > 1 and UNDERLINE.fullmatch(chunk[1]) and not UNDERLINE.fullmatch(chunk[0]):
        yield f"**{inline.escaped(chunk[0].strip())}**"
        if chunk[2:]:
            yield from _paragraph(chunk[2:], width)
        return
    for is_rule, group in groupby(chunk, key=lambda line: bool(RULE.fullmatch(line))):
        if is_rule:
            yield "---"
        else:
            yield from _lines_and_lists(list(group), width)


def _lines_and_lists(chunk: list[str], width: int) -> Iterator[str]:
    for is_list, lines in groupby(_logical(chunk, width), key=lambda line: line[0] is not None):
        found = list(lines)
        yield _list(found) if is_list else "\n".join(inline.line(text) for _item, text in found)


def _logical(chunk: list[str], width: int) -> list[tuple[re.Match[str] | None, str]]:
    """Lines as meant: broken ones whole again, each with its bullet if it has one."""
    lines: list[tuple[re.Match[str] | None, str]] = []
    before = ""
    for line in chunk:
        item = _item(line)
        if lines and not item and _goes_on(before, line, width, in_item=lines[-1][0] is not None):
            lines[-1] = (lines[-1][0], f"{lines[-1][1]} {line.strip()}")
        else:
            lines.append((item, line[item.end() :].strip() if item else line.strip()))
        before = line
    return lines


def _item(line: str) -> re.Match[str] | None:
    found = BULLET.match(line)
    return None if found and found["number"] and int(found["number"]) > NUMBER_MAX else found


def _goes_on(before: str, line: str, width: int, *, in_item: bool) -> bool:
    if (
        RULE.fullmatch(before)
        or RULE.fullmatch(line)
        or OTHER_ITEM.match(line)
        or LINK_BELOW_LINK.fullmatch(f"{before}\n{line}")
    ):
        return False
    if in_item and line.startswith(" "):
        return True
    word = line.split(maxsplit=1)[0]
    if len(before.rstrip()) + 1 + len(word) > width:
        return len(before) <= WIDTH_MOST or width > WIDTH_MOST
    ended = before.rstrip().endswith(SENTENCE_END)
    return not ended and line[:1].islower() and len(before) >= LONG_ENOUGH_TO_WRAP


def _list(items: list[tuple[re.Match[str] | None, str]]) -> str:
    """Bullets and numbers, nested as far as they were set in."""
    lines: list[str] = []
    margins: list[int] = []
    for item, text in items:
        if item is None:
            continue
        indent = len(item["indent"])
        while margins and indent < margins[-1]:
            margins.pop()
        if not margins or indent > margins[-1]:
            margins.append(indent)
        mark = f"{item['number']}." if item["number"] else "-"
        lines.append(f"{' ' * 4 * (len(margins) - 1)}{mark} {inline.line(text)}")
    return "\n".join(lines)
