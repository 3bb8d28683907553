"""What a thread is called: a subject without what mail programs and list servers put before it."""

import re
from collections.abc import Collection

from django.utils.translation import gettext

from commons.mail import addresses
from forum.enums import TITLE_MAX_LENGTH

# Reply in the languages of the mail programs; forwards stay, as they begin something new.
REPLY = re.compile(
    r"(?:re|aw|antw|antwort|sv|vs|odp|odpov[eě]ď|rép|rif|ris|r|res|resp|ynt|yan|bls|atb|svar|vastaus|vá"
    r"|回复|回覆|答复|答覆|返信|회신|отв|ответ|απ|σχετ|رد|השב|ตอบ)"
    r"(?:\s?[\[(^*]\s?\d+\s?[\])]?|\d{1,2})?\s?[:：]\s*",
    re.IGNORECASE,
)
TAG = re.compile(r"\[\s*([^\[\]]{1,60}?)\s*\]\s*")
NOT_WORDS = re.compile(r"[\W_]+")

MEANINGFUL_TAGS = {
    *(
        "vote",
        "result",
        "results",
        "ann",
        "announce",
        "announcement",
        "discuss",
        "discussion",
        "proposal",
        "proposals",
        "rfc",
    ),
    *(
        "patch",
        "rfe",
        "poll",
        "summary",
        "cancel",
        "canceled",
        "cancelled",
        "important",
        "urgent",
        "solved",
        "ot",
        "offtopic",
    ),
    *(
        "off-topic",
        "feedback wanted",
        "call for papers",
        "cfp",
        "job",
        "jobs",
        "security",
        "bug",
        "question",
        "help",
        "draft",
    ),
    *(
        "reminder",
        "minutes",
        "agenda",
        "notice",
        "fyi",
        "idea",
        "lazy consensus",
        "release",
        "update",
        "jira",
        "github",
    ),
}


def clean(subject: str, *, list_tags: Collection[str] = ()) -> str:
    """The subject as a title; `list_tags` are the lists' own `[tags]`, in lower case."""
    title = addresses.masked(_bare(subject, list_tags)[0])
    if len(title) > TITLE_MAX_LENGTH:
        title = title[: TITLE_MAX_LENGTH - 1].rstrip() + "…"
    return title or gettext("(no subject)")


def is_reply(subject: str, *, list_tags: Collection[str] = ()) -> bool:
    return _bare(subject, list_tags)[1]


def key(subject: str, *, list_tags: Collection[str] = ()) -> str:
    """What two subjects of one conversation have in common; empty if there is nothing to go by."""
    return NOT_WORDS.sub(" ", _bare(subject, list_tags)[0].casefold()).strip()


def tag(subject: str) -> str:
    """The first `[tag]` that may be the list's own, in lower case, or nothing."""
    rest = _unquoted(subject)
    while reply := REPLY.match(rest):
        rest = rest[reply.end() :]
    found = TAG.match(rest)
    if not found or found[1].lower() in MEANINGFUL_TAGS or not re.search(r"[^\W\d]", found[1]):
        return ""
    return found[1].lower()


def _bare(subject: str, list_tags: Collection[str]) -> tuple[str, bool]:
    rest, kept, reply = _unquoted(" ".join(subject.split())), [], False
    while rest:
        if found := REPLY.match(rest):
            reply = True
        elif found := TAG.match(rest):
            if found[1].lower() not in list_tags and found[0].strip() not in kept:
                kept.append(found[0].strip())
        else:
            break
        rest = rest[found.end() :]
    return " ".join([*kept, rest]).strip(), reply


def _unquoted(subject: str) -> str:
    subject = subject.strip()
    for mark in "'\"":
        if subject.count(mark) == 2 and subject[0] == subject[-1] == mark:  # noqa: PLR2004 (both ends)
            return subject[1:-1].strip()
    return subject
