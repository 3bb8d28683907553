"""When a branch is heated: an open calculation over its last posts. Nothing of it is stored, and no one is asked.

There are three signs. Many posts in short time by few people; two people who only answer each other, to and fro; and,
in many of the posts, words from the lists in `forum/words/`. Any of them alone is just a lively talk. Two are heat.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

from forum.enums import (
    HEAT_FAST_PEOPLE_MAX,
    HEAT_FAST_POSTS,
    HEAT_FAST_WITHIN,
    HEAT_TO_AND_FRO,
    HEAT_WITHIN,
    HEAT_WORDS_SHARE,
)

WORDS = Path(__file__).parent / "words"
SIGNS_FOR_HEAT = 2


@dataclass(frozen=True)
class Spoken:
    """A post as it is looked at here: `by` and `to` are keys of people, of whatever kind."""

    number: int
    by: object
    to: object
    at: datetime
    text: str = ""
    path: bytes = b""


@dataclass(frozen=True)
class Heat:
    is_fast: bool = False
    is_to_and_fro: bool = False
    has_words: bool = False

    def __bool__(self) -> bool:
        return sum((self.is_fast, self.is_to_and_fro, self.has_words)) >= SIGNS_FOR_HEAT


def heat_of(posts: Sequence[Spoken], *, now: datetime) -> Heat:
    """How heated these posts are, which come in the order in which they were written.

    Words are looked for only beside another sign: to read twenty posts costs more than all else here.
    """
    recent = [post for post in posts if now - post.at <= HEAT_WITHIN]
    is_fast, is_to_and_fro = _is_fast(recent, now), _is_to_and_fro(recent)
    return Heat(is_fast, is_to_and_fro, has_words=(is_fast or is_to_and_fro) and _has_words(recent))


def may_be(posts: int, *, last_at: datetime, now: datetime) -> bool:
    """Whether a talk of so many posts can be heated, the last having been written then; without a look at them."""
    return posts >= min(HEAT_FAST_POSTS, HEAT_TO_AND_FRO) and now - last_at <= HEAT_WITHIN


def words_in(text: str) -> list[str]:
    """The words of a text that ask to be read once more, as they stand there, each once."""
    return list(dict.fromkeys(match[0] for match in _pattern().finditer(text)))


def _is_fast(recent: Sequence[Spoken], now: datetime) -> bool:
    last = [post for post in recent if now - post.at <= HEAT_FAST_WITHIN]
    return len(last) >= HEAT_FAST_POSTS and len({post.by for post in last}) <= HEAT_FAST_PEOPLE_MAX


def _is_to_and_fro(recent: Sequence[Spoken]) -> bool:
    last = recent[-HEAT_TO_AND_FRO:]
    if len(last) < HEAT_TO_AND_FRO or len({post.by for post in last}) != 2:  # noqa: PLR2004 (two people)
        return False
    return all(later.by != earlier.by == later.to for earlier, later in pairwise(last))


def _has_words(recent: Sequence[Spoken]) -> bool:
    return sum(1 for post in recent if words_in(post.text)) >= HEAT_WORDS_SHARE * len(recent)


@cache
def _pattern() -> re.Pattern[str]:
    """Every list at once: people change languages when they are angry."""
    lines = [line.strip() for file in sorted(WORDS.glob("*.txt")) for line in file.read_text("utf-8").splitlines()]
    words = sorted({line for line in lines if line and not line.startswith("#")}, key=len, reverse=True)
    each = (re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "") for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)", re.IGNORECASE)
