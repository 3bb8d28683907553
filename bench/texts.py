"""What people write here: a pool of made-up texts with the word frequencies of real ones, rendered as the site does."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from random import Random

from bench import shapes
from commons import markup
from forum import heat

BODIES, ENDINGS, TITLES = 3000, 1500, 4000
SEARCH_WORDS = 200
COMMON_WORDS = 60
"""The words that stand first in the list say nothing by themselves; nobody looks for them."""

SYLLABLES = (
    "ba",
    "den",
    "fal",
    "gor",
    "hul",
    "ker",
    "lin",
    "mil",
    "nes",
    "pol",
    "ras",
    "sel",
    "tun",
    "vik",
    "wen",
    "zel",
)


@dataclass(frozen=True)
class Text:
    source: str
    html: str

    def followed_by(self, other: "Text") -> "Text":
        """Two texts as one: paragraphs render alike alone and together."""
        return Text(f"{self.source}\n\n{other.source}", self.html + other.html)


class Pool:
    """Texts, titles and words to look for; the same for the same seed."""

    def __init__(self, *, share: float = 1.0, seed: int = 1, bodies: int = BODIES) -> None:
        self.share, self.count = share, bodies
        self.chance = Random(f"texts {seed}")
        listed = (shapes.HERE / "words.txt").read_text().split()
        names = ["".join(parts).capitalize() for parts in product(SYLLABLES, repeat=3)]
        self.chance.shuffle(names)
        self.listed, self.words = listed, listed + names
        self.weights = shapes.zipf(len(self.words))

    @cached_property
    def bodies(self) -> Sequence[Text]:
        return [self._rendered(self._body()) for _ in range(self.count)]

    @cached_property
    def endings(self) -> Sequence[Text]:
        return [self._rendered(self._sentence(6, 14)) for _ in range(min(ENDINGS, self.count))]

    @cached_property
    def titles(self) -> Sequence[str]:
        return [self._sentence(3, 9).rstrip(".") for _ in range(min(TITLES, self.count))]

    @cached_property
    def asked(self) -> Sequence[str]:
        """Words that people look for, common and rare ones, each of which stands in a text."""
        written = {word for body in self.bodies for word in body.source.lower().replace(".", " ").split()}
        known = [word for word in self.listed[COMMON_WORDS:] if len(word) > 3 and word in written]
        return Random("asked").sample(known, min(SEARCH_WORDS, len(known)))

    def text(self, chance: Random) -> Text:
        return chance.choice(self.bodies).followed_by(chance.choice(self.endings))

    def short(self, chance: Random) -> Text:
        return chance.choice(self.endings)

    def _rendered(self, source: str) -> Text:
        return Text(source, markup.render(source).html)

    def _body(self) -> str:
        wanted = max(
            40.0, shapes.quantile(shapes.figures()["urho3d-discourse"]["new_text_chars"], self.chance) * self.share
        )
        parts: list[str] = []
        while sum(map(len, parts)) < wanted:
            parts.append(self._block(wanted - sum(map(len, parts))))
        source = "\n\n".join(parts)
        return self._body() if heat.words_in(source) else source

    def _block(self, left: float) -> str:
        """A paragraph mostly; now and then a list, a quotation or a link."""
        kind = self.chance.random()
        if kind < 0.06 and left > 200:  # a list needs room
            return "\n".join(f"- {self._sentence(3, 8)}" for _ in range(self.chance.randrange(2, 5)))
        if kind < 0.14:  # one part in twelve quotes
            return f"> {self._sentence(6, 16)}"
        paragraph = self._paragraph(left)
        if kind < 0.2:  # one in sixteen links
            return f"{paragraph} See [{self._word()}](https://example.org/{self._word().lower()})."
        return f"{paragraph} *{self._word()}* and **{self._word()}**." if kind < 0.27 else paragraph

    def _paragraph(self, left: float) -> str:
        """Up to four sentences, no more than there is room for."""
        written = self._sentence(5, 17)
        for _ in range(self.chance.randrange(4)):
            if len(written) < left:
                written += f" {self._sentence(5, 17)}"
        return written

    def _sentence(self, shortest: int, longest: int) -> str:
        words = [self._word() for _ in range(self.chance.randrange(shortest, longest))]
        if len(words) > 7:  # longer ones take breath
            words[4] += ","
        return f"{words[0].capitalize()} {' '.join(words[1:])}."

    def _word(self) -> str:
        return self.words[shapes.drawn(self.weights, self.chance)]
