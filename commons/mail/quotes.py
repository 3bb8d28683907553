"""Whose words are whose in a mail: its writer's, those it quotes, a signature, the list's footer."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby, takewhile

QUOTED = re.compile(r" {0,2}>")
INITIALS = re.compile(r" ?[A-Z][A-Za-z]{0,3}(> ?>*)(?=\s|$)")
PROMPT = re.compile(r">>> (?:import |from \w|print\b|def |for |class |while |help\(|[\w.]+ ?(?:=|\(|\[))|>>>$")
WRAPPED_FROM, WRAPPED_REST = 64, 30

WROTE = (
    r"wrote|writes|said|schrieb|schrieben|a écrit|écrit|écrivait|escribió|escribio|ha scritto|scrisse|escreveu|schreef|skrev"
    r"|napisała?|pisze|написала?|пишет|kirjoitti|写道|寫道|のメッセージ|napsala?|yazdı|írta|a scris|έγραψε|wrote in message"
)
ATTRIBUTION = re.compile(
    rf"(?:\b(?:{WROTE})\b(?:.{{0,80}}:)?|(?:@|\d{{4}}|\d\d:\d\d|<\S+>).{{0,120}}:)\s*$|^(?:Quoting|Zitat von|Citando)\b.*:?$"
)
DATED_ATTRIBUTION = re.compile(rf"\d.*\b(?:{WROTE})\s*:\s*$")
TORN_ATTRIBUTION = re.compile(rf"> ?(?:{WROTE}) ?:\s*")
BEGINS_ATTRIBUTION = re.compile(r"(?:On|Am|Le|El|Il|Op|Den|Em|W dniu|At)\b|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b")
SAYS_WROTE = re.compile(rf"\b(?:{WROTE})\s*:\s*$")
ATTRIBUTION_LINES = 4
BLANK_LINES = 5
ATTRIBUTION_MAX = 300

ORIGINAL = re.compile(
    r"\s*[-_=*]{2,}\s*(?:Original[ -]Message|Ursprüngliche (?:Nachricht|Mail)|Original[ -]?Nachricht|Message d['’]origine|Message original"
    r"|Mensaje original|Mensagem [Oo]riginal|Messaggio originale|Oorspronkelijk bericht|Oprindelig meddelelse|Opprinnelig melding"
    r"|Original[ -]?meddelande|Ursprungligt meddelande|Alkuperäinen viesti|Wiadomość oryginalna|Исходное сообщение|原始邮件|邮件原件"
    r"|Reply Message|Antwort Nachricht)\s*[-_=*]{2,}\s*",
    re.IGNORECASE,
)
FORWARDED = re.compile(
    r"\s*(?:-{2,}\s*)?(?:Begin forwarded message|Forwarded message|Forwarded by|Weitergeleitete Nachricht|Message transféré"
    r"|Mensaje reenviado|Messaggio inoltrato|Doorgestuurd bericht|Anfang der weitergeleiteten|Début du message)",
    re.IGNORECASE,
)
_SENDER = r"From|Von|De|Da|Van|Från|Fra|Od|От|发件人|寄件者|差出人"
_SENT = r"Sent|Date|Gesendet(?: am)?|Datum|Envoyé|Fecha|Enviado(?: el)?|Enviada em|Inviato|Data|Verzonden|Skickat|Sendt|Dato|Wysłano|Отправлено|Дата|日期|发送时间"
_OTHER = (
    r"To|Cc|CC|An|Kopie|À|Para|A|Aan|Till|Til|Do|Кому|收件人|Reply-To|Organization"
    r"|Subject|Betreff|Objet|Asunto|Assunto|Oggetto|Onderwerp|Ämne|Emne|Temat|Тема|主题|主旨"
)
OLD_HEADER = re.compile(
    rf"\s{{0,3}}[*_]{{0,2}}(?:(?P<sender>{_SENDER})|(?P<sent>{_SENT})|(?P<other>{_OTHER}))\s?[*_]{{0,2}}\s?[:：]"
)
OLD_HEADERS_WITHIN = 7
MAY_BEGIN_EARLIER = re.compile(r"\s{0,3}[*_]{0,2}[^\s:：]{1,15}(?: am| el)?\s?[*_]{0,2}\s?[:：]|\s*[-_=*]{2}|.*:\s*$")
RULE = re.compile(r"\s*[-_=*]{5,}\s*")

SIGNATURE_LINE = re.compile(r"--[ \xa0]?")
SIGNATURE_LINES_MAX = 15
AD_RULE = re.compile(r"\s*(?:_{10,}|[-=*~]{20,})\s*")
SIGNATURE_BEGIN = re.compile(r"(?:--[ \xa0]?|\s*(?:_{10,}|[-=*~]{20,})\s*)(?:\n|$)")
AD_LINES_MAX = 6
SENT_FROM = re.compile(
    r"\s*[*_]?(?:Sent (?:from|via|with|using)|Get Outlook for|Gesendet (?:von|mit)|Envoyé d(?:e|epuis)\b"
    r"|Enviado (?:desde|do)|Inviato da|Verzonden vanaf|Verstuurd vanaf|Skickat från|Sendt fra|Отправлено (?:с|из))\b[^,]{1,80}(?<![.!?])|\s*Von meinem \S.{0,60} gesendet\W*"
)
FOOTER_RULE = re.compile(r"[ \t]*(?:[-_=*~#]{18,}|-- ?)[ \t]*")
DRAWN = re.compile(r"\s*[-_=]{3,}\s*")
FOOTER_WORDS = re.compile(
    r"unsubscribe|un-subscribe|listinfo|for additional commands|list archives?\b|mailing list\s*$|mailing list post"
    r"|subscription options|mailing-list@|yahoo! groups|google groups|list-manager|sponsored by|abbestellen",
    re.IGNORECASE | re.MULTILINE,
)
FOOTER_OF_A_MACHINE = re.compile(
    r"\s*(?:To unsubscribe\b|Unsubscribe:|For additional commands\b|For more options\b|You received this message because"
    r"|To post to this group\b|To view this discussion|Visit this group|List info|Archives?:|.{0,80}\bmailing list$"
    r"|<?(?:mailto:)?\S+(?:@| at )\S+>?$|<?https?://\S+>?$|.{0,60}\bsubscribed to the Google Groups?|.{0,40}group\.?$"
    r"|.{0,40}: *<?(?:mailto:|https?://)\S+>?$|.{0,60}send an email to \S+$)",
    re.IGNORECASE,
)
FOOTER_LINES_MAX = 14
SHORT_QUOTE = 4
WIDTH = 90


class Voice(Enum):
    OWN = auto()
    QUOTED = auto()
    """Lines marked with ">"."""
    EARLIER = auto()
    """An earlier mail left below without any mark."""


@dataclass(slots=True)
class Block:
    """Lines of one voice, and the line that says whose words are quoted."""

    voice: Voice
    lines: list[str]
    attribution: str = ""
    is_folded: bool = False

    @property
    def is_blank(self) -> bool:
        return not any(line.strip(" >") for line in self.lines)


@dataclass(frozen=True, slots=True)
class Outline:
    """A mail taken apart; `is_markdown` where it was HTML and is Markdown by now."""

    blocks: list[Block]
    signature: str = ""
    footer: str = ""
    is_markdown: bool = False


def outline(text: str, *, is_markdown: bool = False) -> Outline:
    lines, footer = without_footer(text.rstrip().split("\n"))
    earlier_from = _earlier_mail_at(lines)
    has_earlier = earlier_from < len(lines)
    blocks = voices(_stripped(lines[:earlier_from], rules=has_earlier))
    if has_earlier:
        blocks.append(Block(Voice.EARLIER, lines[earlier_from:], is_folded=True))
    blocks, signature = without_signature(blocks)
    _fold(blocks)
    return Outline([block for block in blocks if not block.is_blank], signature, footer, is_markdown)


def voices(lines: Sequence[str]) -> list[Block]:
    """Own words and quoted ones in turn, nothing folded yet."""
    return [block for block in _blocks(lines) if not block.is_blank]


def is_quoted(line: str) -> bool:
    return QUOTED.match(line) is not None


def unquoted(line: str) -> str:
    """One level less."""
    return line.lstrip(" ")[1:].removeprefix(" ") if QUOTED.match(line) else line


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    own: list[str] = []
    for is_quote, group in groupby(_marked(lines), key=lambda marked: marked[0]):
        found = [line for _, line in group]
        if not is_quote:
            own = found
            continue
        if own and TORN_ATTRIBUTION.fullmatch(found[0]) and "<" in "".join(own[-1:]):
            own, found = [*own[:-1], f"{own[-1]}{found[0].strip()}"], found[1:]
        own, attribution = without_attribution(own)
        yield Block(Voice.OWN, own)
        yield Block(Voice.QUOTED, found, attribution)
        own = []
    yield Block(Voice.OWN, own)


def _marked(lines: Sequence[str]) -> list[tuple[bool, str]]:
    """Every line with whether it is quoted; blank lines and torn ends inside a quote belong to it."""
    plain = [_without_initials(line) for line in lines]
    quoted = [is_quoted(line) for line in plain]
    for index, line in enumerate(plain):
        if line.startswith(">>>") and PROMPT.match(line) and not _beside_a_quote(plain, index):
            quoted[index] = False
    for index in range(1, len(plain) - 1):
        before, line = plain[index - 1], plain[index]
        if quoted[index] or not quoted[index - 1]:
            continue
        if line.strip():
            is_torn = (
                len(before) >= WRAPPED_FROM and len(line) <= WRAPPED_REST and not line.endswith((".", "!", "?", ":"))
            )
            if is_torn and quoted[index + 1]:
                plain[index], quoted[index] = _same_depth(before) + line.strip(), True
        elif _next_is_quoted(plain, quoted, index):
            plain[index], quoted[index] = ">", True
    return list(zip(quoted, plain, strict=True))


def _beside_a_quote(lines: list[str], index: int) -> bool:
    """Whether what looks like Python's prompt is a quote three deep."""
    around = lines[max(0, index - 1) : index] + lines[index + 1 : index + 2]
    return any(is_quoted(line) and not PROMPT.match(line) for line in around)


def _next_is_quoted(lines: list[str], quoted: list[bool], index: int) -> bool:
    following = next((other for other in range(index + 1, min(index + 4, len(lines))) if lines[other].strip()), None)
    return following is not None and quoted[following]


def _same_depth(line: str) -> str:
    return "".join(takewhile(lambda character: character in "> ", line))


def _without_initials(line: str) -> str:
    found = INITIALS.match(line)
    return f"{found[1].replace(' ', '')}{line[found.end() :]}" if found else line


def without_attribution(lines: list[str]) -> tuple[list[str], str]:
    """Takes "On Monday, Ada wrote:" off the end, also when it runs over several lines."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    blank = len(lines) - end
    if blank > 1 and not (blank <= BLANK_LINES and end and SAYS_WROTE.search(lines[end - 1])):
        return lines, ""
    for count in range(1, min(ATTRIBUTION_LINES, end) + 1):
        candidate = lines[end - count : end]
        joined = " ".join(line.strip() for line in candidate)
        if not candidate[0].strip() or len(joined) > ATTRIBUTION_MAX:
            break
        begins = end == count or not lines[end - count - 1].strip() or bool(BEGINS_ATTRIBUTION.match(joined))
        if begins and ATTRIBUTION.search(joined):
            return lines[: end - count], joined
    return lines, ""


def _earlier_mail_at(lines: Sequence[str]) -> int:
    """Where an unmarked earlier mail begins that goes on to the end; the number of lines if none does."""
    for index, line in enumerate(lines):
        if not MAY_BEGIN_EARLIER.match(line):
            continue
        if ORIGINAL.fullmatch(line):
            start, after = index, index + 1
            while after < len(lines) and (not lines[after].strip() or OLD_HEADER.match(lines[after])):
                after += 1
        elif (found := OLD_HEADER.match(line)) and (found["sender"] or found["sent"]) and _is_old_header(lines, index):
            start, after = index, index + OLD_HEADERS_WITHIN
        elif (attributed := _attributed_at(lines, index)) is not None:
            start, after = attributed, index + 1
        else:
            continue
        if not _goes_on_quoted(lines, after) and not _is_forward(lines, start):
            return _above_rule(lines, start)
    return len(lines)


def _attributed_at(lines: Sequence[str], index: int) -> int | None:
    """Where a line begins that says who wrote what follows, and which may run over two; None if this ends none."""
    whole = [(index, lines[index])]
    if index and BEGINS_ATTRIBUTION.match(lines[index - 1]):
        whole.append((index - 1, f"{lines[index - 1]} {lines[index].strip()}"))
    for start, line in whole:
        if DATED_ATTRIBUTION.search(line) and any(one.strip() for one in lines[:start]) and not is_quoted(line):
            return start
    return None


def _above_rule(lines: Sequence[str], start: int) -> int:
    """Where the line stands that is drawn above an earlier mail, if there is one."""
    above = start - 1
    while above > 0 and not lines[above].strip():
        above -= 1
    is_drawn = above >= 0 and (RULE.fullmatch(lines[above]) or ORIGINAL.fullmatch(lines[above]))
    return above if is_drawn else start


def _is_old_header(lines: Sequence[str], index: int) -> bool:
    found = [OLD_HEADER.match(line) for line in lines[index : index + OLD_HEADERS_WITHIN]]
    has = {kind for one in found if one for kind, value in one.groupdict().items() if value}
    return {"sender", "sent", "other"} <= has


def _goes_on_quoted(lines: Sequence[str], after: int) -> bool:
    return any(is_quoted(line) for line in lines[after : after + 6])


def with_header_apart(lines: list[str]) -> list[str]:
    """An earlier mail with a blank line between its header and its text, and without the line drawn above."""
    start = next(
        (index for index, line in enumerate(lines) if not (RULE.fullmatch(line) or ORIGINAL.fullmatch(line))), 0
    )
    end = start
    while end < len(lines) and OLD_HEADER.match(lines[end]):
        end += 1
    return [*lines[start:end], "", *lines[end:]]


def _is_forward(lines: Sequence[str], start: int) -> bool:
    return any(FORWARDED.match(line) for line in lines[max(0, start - 3) : start + 1])


def without_footer(lines: list[str]) -> tuple[list[str], str]:
    """Takes off what list servers put under every message, one under the other.

    What certainly no person wrote is not kept: with its addresses masked it would only be noise under
    every post. The rest is returned, to be shown with the signature.
    """
    footers: list[str] = []
    while True:
        first = max(0, len(lines) - FOOTER_LINES_MAX)
        for index in range(len(lines) - 1, first - 1, -1):
            if is_quoted(lines[index]):
                return lines, "\n\n".join(footers)
            if FOOTER_RULE.fullmatch(lines[index]) and FOOTER_WORDS.search("\n".join(lines[index + 1 :])):
                said = [line for line in lines[index:] if not FOOTER_RULE.fullmatch(line)]
                if not all(FOOTER_OF_A_MACHINE.match(line) for line in said if line.strip()):
                    footers.insert(0, "\n".join(said).strip())
                lines = _stripped(lines[:index], rules=True)
                break
        else:
            return lines, "\n\n".join(footers)


def without_signature(blocks: list[Block]) -> tuple[list[Block], str]:
    """Takes the signature off the last words of the writer's own."""
    said = [block for block in blocks if block.voice is Voice.OWN and not block.is_blank]
    if not said:
        return blocks, ""
    own = said[-1]
    at = _signature_at(own.lines, is_all=len(said) == 1)
    signature = "\n".join(own.lines[at:]).strip("\n")
    own.lines = _stripped(own.lines[:at])
    return blocks, SIGNATURE_BEGIN.sub("", signature).strip("\n")


def _signature_at(lines: list[str], *, is_all: bool) -> int:
    for index in range(len(lines) - 1, -1, -1):
        if SIGNATURE_LINE.fullmatch(lines[index]):
            rest = [line for line in lines[index + 1 :] if line.strip()]
            return index if len(rest) <= SIGNATURE_LINES_MAX else len(lines)
    said = [index for index, line in enumerate(lines) if line.strip()]
    for index in said[:0:-1][:AD_LINES_MAX]:
        if AD_RULE.fullmatch(lines[index]) and index != said[-1] and all(len(line) <= WIDTH for line in lines[index:]):
            return index
    if (len(said) > 1 or not is_all) and SENT_FROM.fullmatch(lines[said[-1]]):
        return said[-1]
    return len(lines)


def _fold(blocks: list[Block]) -> None:
    """Long quotes fold; so does any that nothing follows, unless there is nothing else to read."""
    last_own = max(
        (index for index, block in enumerate(blocks) if block.voice is Voice.OWN and not block.is_blank), default=-1
    )
    if last_own < 0:
        for block in blocks:
            block.is_folded = False
        return
    for index, block in enumerate(blocks):
        if block.voice is Voice.QUOTED:
            said = sum(bool(line.strip(" >")) for line in block.lines)
            block.is_folded = said > SHORT_QUOTE or index > last_own


def _stripped(lines: list[str], *, rules: bool = False) -> list[str]:
    """Without blank lines at the end, and without lines drawn there."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or (rules and DRAWN.fullmatch(lines[end - 1]))):
        end -= 1
    return lines[:end]
