"""Who wrote a message, and how no address of anybody gets into a post."""

import re
from dataclasses import dataclass

from commons.mail import decoding, headers, private
from commons.mail.headers import Headers

LOCAL = r"[\w.+=!#$%&'*/?^`{|}~-]{1,64}"
HOST = r"[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}"
DOTTED_HOST = r"[\w-]{1,63}(?:\.[\w-]{1,63}){0,7}\.[A-Za-z]{2,24}"
AT = r"(?:@|\s+(?:at|AT|\(at\)|\[at\])\s+|\s*%40\s*)"

IN_BRACKETS = re.compile(rf"<\s*({LOCAL}{AT}{HOST})\s*>")
ANYWHERE = re.compile(rf"(?<![\w.+-])({LOCAL}{AT}{DOTTED_HOST})(?![\w-])")
AMBIGUOUS_AT = re.compile(r"\s*(?:@|\s(?:at|AT|\(at\)|\[at\])\s|%40)\s*")
QUOTED_PAIR = re.compile(r"\\(.)")
VIA = re.compile(r"\s+via\s+\S.*$", re.IGNORECASE)
ROLES = re.compile(
    r"(?:jira|bugzilla|git|gitbox|github|gitlab|svn|cvs|hudson|jenkins|buildbot|builds?|travis|notifications?"
    r"|no-?reply|do-?not-?reply|nobody|root|mailer-daemon|www-data|apache|confluence|wiki|rt|trac)(?:[-+.].*)?"
)

MASKABLE = re.compile(
    r"(?P<url>\b(?:https?|ftp|svn|git)://[^\s<>\"]+)"
    rf"|(?P<keep>\bgit@(?={DOTTED_HOST}:))"
    rf"|(?<![\w.+-])(?:mailto:)?(?P<local>[\w.+=&'~!$/-]{{1,64}})(?:@|%40){DOTTED_HOST}(?![\w-])"
    r"|(?<![\w.+-])(?P<spoken>[\w.+-]{1,64}) (?:at|AT|\(at\)|\[at\]|_at_|<at>|\{at\})"
    r" [\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,24}(?![\w/:@%-]|\.\w)"
)
MAY_HOLD_ADDRESS = re.compile(r"@|%40|[ \[({<_]at[ \])}>_]", re.IGNORECASE)
URL_ADDRESS = re.compile(rf"(?<=[/=?&:;,%<>])(?:mailto:)?([\w.+-]{{1,64}})(?:@|%40)({DOTTED_HOST})(?![\w-])")
NOT_A_NAME = re.compile(
    r"(?:available|look|looking|see|found|find|pages?|host(?:ed|ing)|is|are|was|be|lives?|up|here|it|this|that|me|us|them|her|him"
    r"|sites?|web|website|archives?|wiki|documentation|docs|code|source|projects?|visit|read|more|info|information|online|published"
    r"|posted|located|out|meet|registered|downloads?|and|or|ones?|work|works|working|worked|stored|mailing|list|bugs?|request"
    r"|ticket|team|people)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Author:
    """`identity` is what is hashed: the address, or the name too where the address is not one person's."""

    name: str
    address: str
    identity: str


def author(found: Headers) -> Author:
    name, address = named_address(headers.first(found, "from"))
    own_list = _bare(headers.first(found, "list-post"))
    if VIA.search(name) or (own_list and address == own_list):
        return _behind_the_list(found, name, address)
    if not address or ROLES.fullmatch(address.partition("@")[0]):
        return Author(name, address, f"{name} {address}".strip())
    return Author(name, address, address)


def named_address(raw: bytes) -> tuple[str, str]:
    """A name fit to be shown, never an address, and the address in lower case; either may be empty."""
    line = decoding.header_text(raw) if b"<" not in raw else decoding.tidy(decoding.decoded(raw))
    found = IN_BRACKETS.search(line) or ANYWHERE.search(line)
    if found is None:
        return _shown(decoding.encoded_words(line), ""), ""
    address = AMBIGUOUS_AT.sub("@", found[1], count=1).lower()
    name = decoding.encoded_words(line[: found.start()] + " " + line[found.end() :])
    return _shown(name, address), address


def masked(text: str) -> str:
    """The text without links that stand for their reader, and with every address cut after its @, also in the ways that archives write them."""
    text = private.hidden(text)
    if not MAY_HOLD_ADDRESS.search(text):
        return text
    return "\n".join(MASKABLE.sub(_mask, line) if MAY_HOLD_ADDRESS.search(line) else line for line in text.split("\n"))


def _mask(found: re.Match[str]) -> str:
    if found["url"]:
        return URL_ADDRESS.sub(r"\1@…", found["url"])
    if found["local"]:
        return f"{found['local'].lstrip('/')}@…"
    if found["spoken"] and not NOT_A_NAME.fullmatch(found["spoken"]):
        return f"{found['spoken']}@…"
    return found[0]


def _shown(name: str, address: str) -> str:
    name = " ".join(QUOTED_PAIR.sub(r"\1", name).split()).strip(" ,;<>")
    while len(name) > 1 and (name[0], name[-1]) in {("(", ")"), ('"', '"'), ("'", "'"), ("[", "]")}:
        name = name[1:-1].strip()
    name = name.strip("\"' ")
    if not name or ANYWHERE.search(name) or name.lower() == address:
        other = ANYWHERE.search(name)
        name = AMBIGUOUS_AT.split(other[1] if other else address)[0].strip("'\" ")
    return name


def _behind_the_list(found: Headers, name: str, address: str) -> Author:
    """The writer of a message whose From the list has replaced by its own, as DMARC made lists do."""
    name = VIA.sub("", name)
    for header in ("x-original-from", "reply-to"):
        their_name, theirs = named_address(headers.first(found, header))
        if theirs and theirs not in (address, _bare(headers.first(found, "list-post"))):
            return Author(name or their_name, theirs, theirs)
    return Author(name, "", f"{name} {address}")


def _bare(raw: bytes) -> str:
    found = ANYWHERE.search(raw.decode("ascii", "replace").replace("mailto:", ""))
    return AMBIGUOUS_AT.sub("@", found[1]).lower() if found else ""
