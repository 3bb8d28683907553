"""What changed between two texts, word by word, for people."""

import difflib
import re
from dataclasses import dataclass
from typing import Literal

WORDS = re.compile(r"\s+|[^\s]+")
LONGEST = 4000
"""Above so many words the comparison goes by lines, which stays fast."""

type Kind = Literal["same", "out", "in"]


@dataclass(frozen=True)
class Piece:
    kind: Kind
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """The pieces of both texts in reading order: kept, taken out, put in."""
    before, after = _pieces(old), _pieces(new)
    if max(len(before), len(after)) > LONGEST:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    found: list[Piece] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(before[i1:i2])))
            continue
        if i1 < i2:
            found.append(Piece("out", "".join(before[i1:i2])))
        if j1 < j2:
            found.append(Piece("in", "".join(after[j1:j2])))
    return found


def _pieces(text: str) -> list[str]:
    return WORDS.findall(text)
