"""Search over all rooms: what was asked, the words to look for, and the rooms that answer.

Words lose their accents and capitals (`commons.folding`) and then their endings, in the language of the
text if PostgreSQL has a stemmer for it. A text without a language keeps its endings; a word that is looked
for then finds whatever begins with its stem.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from heapq import nlargest
from operator import itemgetter
from time import monotonic
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db import connection
from django.db.models import BooleanField, DateTimeField, Expression, ExpressionWrapper, F, Func, Q, QuerySet, Value
from django.db.models.expressions import Col, CombinedExpression
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from commons import journal
from commons.ages import EVER, FIRST_ROWS, Stretch, ages, expected
from commons.folding import folded
from commons.markup import plain_text
from commons.packed import Packed
from commons.prepared import Planned, PlannedValue, prepared

TERM = re.compile(r'(?P<without>-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
LEXEME = re.compile(r"'((?:[^']|'')*)'")
WORD = re.compile(r"\w+")
TERMS_MOST = 16
STEM_SHORTEST = 4  # letters of a stem that other words may begin with
PLAIN_LONGEST = 40_000
SNIPPET_BEFORE, SNIPPET_WORDS = 8, 40
NO_WORDS = Planned()
FEW = 10_000
"""Rows that are looked at and put in order within a fifth of a second."""
READ_PER_FOUND = 10
"""Rows with the words that are read for one that the reader may read, to be on the safe side."""

CONFIGURATIONS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""PostgreSQL's text search configuration for each language, as `commons_words` has them."""

_STEMS = """
    SELECT term.place, asked.configuration, phraseto_tsquery(asked.configuration::regconfig, term.words)::text
    FROM unnest(%s::text[]) WITH ORDINALITY AS term (words, place)
    CROSS JOIN unnest(%s::text[]) AS asked (configuration)
    ORDER BY term.place
"""


class Term(NamedTuple):
    """One word or phrase that is looked for, or that must not be there."""

    words: str
    is_unwanted: bool = False
    is_phrase: bool = False


@dataclass(frozen=True)
class Question:
    """What is looked for. `rooms` are the categories to look in, which the reader sees. `query` is a tsquery for
    `matches`, `beginnings` one for titles; `marked` are the beginnings of the words to mark in what is found."""

    words: str = ""
    author: str = ""
    place: str = ""
    rooms: tuple[int, ...] = ()
    thread: int | None = None
    after: datetime | None = None
    before: datetime | None = None
    has: str = ""
    query: Planned = NO_WORDS
    beginnings: Planned = NO_WORDS
    marked: Sequence[str] = ()

    @property
    def is_asked(self) -> bool:
        return bool(self.query or self.author or self.place or self.thread or self.has or self.after or self.before)

    @property
    def is_anywhere(self) -> bool:
        """Whether only words were typed, so that people and titles may answer too."""
        return bool(self.query) and self == Question(
            self.words, rooms=self.rooms, query=self.query, beginnings=self.beginnings, marked=self.marked
        )


class Found(NamedTuple):
    """One thing found. `key` is its own within its room, `at` the moment or the day to show."""

    at: date
    key: int
    what: str
    title: str
    address: str
    place: str = ""
    by: Any = None
    snippet: SafeString = mark_safe("")


@dataclass(frozen=True)
class Shelf:
    """A few things of one kind that stand above the list, such as people of that name."""

    label: str
    found: Sequence[Found] = field(default_factory=list)


class TooLong(Exception):
    """There is too much to look through for this question."""


class Bound(NamedTuple):
    """The last thing that the reader saw, of all rooms."""

    at: datetime
    room: str
    key: int


class Room(NamedTuple):
    """One room's part of search.

    `fitting(question, reader, now)` are the rows that fit and that the reader may see, in no order, with the moment
    by which they are listed in the column `at`. `reads` is what is read of those that are found, and
    `told(rows, question, reader, now)` says what they are, in any order. `shows` is the journal's subject of whatever
    it looks at, `words` the column with the words to find.
    """

    fitting: Callable[..., QuerySet[Any]]
    reads: Packed[Any]
    told: Callable[..., Iterable[Found]]
    shows: str
    at: str = "created_at"
    words: str = "words"


type ShelfOf = Callable[..., Shelf | None]

_rooms: dict[str, Room] = {}
_shelves: list[ShelfOf] = []


def searches(name: str, room: Room) -> None:
    """Register what a room answers."""
    _rooms[name] = room


def keeps_shelf(shelf: ShelfOf) -> None:
    """Register a `shelf(question, reader, now)`, asked for the first page only."""
    _shelves.append(shelf)


def shelves(question: Question, *, reader: Any, now: datetime) -> list[Shelf]:
    """What stands above the list, without those that hold nothing."""
    held = (shelf(question, reader=reader, now=now) for shelf in _shelves)
    return [shelf for shelf in held if shelf and shelf.found]


def found(
    question: Question, *, reader: Any, now: datetime, after: Bound | None = None, size: int
) -> tuple[list[Found], Bound | None]:
    """What all rooms found after a bound, the latest first, and the bound of the next page, if there is one.

    One query over all rooms, one for a name that is asked for, and for visitors what their `told` says. Where a table
    is long, one more, and others while what was looked through has too few.
    """
    journal.shows(*(room.shows for room in _rooms.values()))
    latest = _latest(question, reader, now, after, size=size + 1)
    shown = [Bound(*bound) for *bound, _values in latest[:size]]
    told = {
        (name, one.key): one
        for name, room in _rooms.items()
        if (rows := [room.reads.unpacked(values) for _at, found_in, _key, values in latest[:size] if found_in == name])
        for one in room.told(rows, question, reader=reader, now=now)
    }
    known = [told[bound.room, bound.key] for bound in shown if (bound.room, bound.key) in told]
    return known, shown[-1] if len(latest) > size else None


def _latest(question: Question, reader: Any, now: datetime, after: Bound | None, *, size: int) -> list[Any]:
    """The latest rows of all rooms after a bound: the columns of a `Bound`, and what is read of the row.

    Raises:
        TooLong: it takes longer than PostgreSQL may work on one statement.
    """
    latest: list[Any] = []
    begun = monotonic()
    for stretch in _stretches(question, after, now=now, size=size):
        rows = _in_stretch(question, reader, now, after, stretch, size=size)
        latest += nlargest(size - len(latest), rows, key=itemgetter(0, 1, 2))
        if len(latest) == size:
            break
        if 0 < settings.STATEMENT_SECONDS < monotonic() - begun:
            raise TooLong
    return latest


def _stretches(question: Question, after: Bound | None, *, now: datetime, size: int) -> Iterable[Stretch]:
    """Where to look, one after the other, as the longest table has it. Few rows with the words are all looked at. Of
    many, first among the newest that would be enough if they lay evenly in time; then among more, as it may be that old
    ones alone hold them."""
    if not question.query:
        return [Stretch()]
    tables = [(room, ages(room.reads.model._meta.db_table, room.at, now.date())) for room in _rooms.values()]
    longest, known = max(tables, key=lambda table: table[1].rows)
    if known.rows <= FIRST_ROWS:
        return [Stretch()]
    rows = expected(longest.reads.model._default_manager.filter(matches(question.query, column=longest.words)))
    if rows <= FEW:
        return [EVER]
    enough = READ_PER_FOUND * size * known.rows / rows
    return known.stretches(after.at if after else None, first=enough)


def _in_stretch(
    question: Question, reader: Any, now: datetime, after: Bound | None, stretch: Stretch, *, size: int
) -> Iterable[Any]:
    if question.is_anywhere and after is None:
        return _answers_to_words(question.query, question.rooms, reader, now, *stretch, size=size)
    return _answers(question, reader, now, after, stretch, size=size)


@prepared
def _answers_to_words(
    query: Planned,
    rooms: tuple[int, ...],
    reader: Any,
    now: datetime,
    since: Planned | None,
    before: Planned | None,
    *,
    size: int,
) -> QuerySet[Any, Any]:
    """What most people ask for. To keep the SQL of all that may be asked for would be too much."""
    return _answers(Question(query=query, rooms=rooms), reader, now, None, Stretch(since, before), size=size)


def _answers(
    question: Question, reader: Any, now: datetime, after: Bound | None, stretch: Stretch, *, size: int
) -> QuerySet[Any, Any]:
    one, *others = (
        _of_room(name, room, room.fitting(question, reader=reader, now=now), after=after, stretch=stretch, size=size)
        for name, room in sorted(_rooms.items())
    )
    return one.union(*others, all=True)


def _of_room(
    name: str, room: Room, fitting: QuerySet[Any], *, after: Bound | None, stretch: Stretch, size: int
) -> QuerySet[Any, Any]:
    """Its latest rows of a stretch, after a bound. Nothing is read of the others, however many fit."""
    there = fitting.filter(_of_stretch(stretch, at=room.at), _earlier(_bound_of(name, after), at=room.at))
    latest = _through_the_words(room.at) if stretch.before else F(room.at)
    keys = there.order_by(latest.desc(), "-pk").values("pk")[:size]
    columns = {"found_at": F(room.at), "found_in": Value(name), "found_key": F("pk"), "found": room.reads.column()}
    return room.reads.model._default_manager.filter(pk__in=keys).order_by().annotate(**columns).values_list(*columns)


def _of_stretch(stretch: Stretch, *, at: str) -> Q:
    since = PlannedValue if stretch.before else _Unforeseen
    ends = ((f"{at}__gte", stretch.since, since), (f"{at}__lt", stretch.before, PlannedValue))
    return Q(**{end: kind(moment, DateTimeField()) for end, moment, kind in ends if moment})


class _Unforeseen(PlannedValue):
    """A moment that PostgreSQL learns while it looks: it goes along the latest as it would without that end. Knowing of
    it, it would read all that the index says of a word, however common."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[()]]:
        sql, parameters = super().as_sql(compiler, connection)
        return f"(SELECT {sql})", parameters


def _through_the_words(at: str) -> ExpressionWrapper:
    """The moment, to order by, as no index has it: PostgreSQL goes through the index of words, not along the latest."""
    return ExpressionWrapper(F(at) + Value(timedelta(0)), DateTimeField())


def _bound_of(name: str, after: Bound | None) -> tuple[datetime, int] | None:
    if after is None:
        return None
    if name == after.room:
        return after.at, after.key
    return after.at, (0 if name > after.room else 2**63 - 1)


def terms_of(typed: str) -> list[Term]:
    """The words and “phrases” of what was typed, and -those that must not be there."""
    read = [
        Term((match["phrase"] or match["word"] or "").strip(), bool(match["without"]), match["phrase"] is not None)
        for match in TERM.finditer(typed.replace("“", '"').replace("”", '"').replace("\x00", ""))
    ]
    return [term for term in read if WORD.search(term.words)][:TERMS_MOST]


def are_wanted(terms: Iterable[Term]) -> bool:
    """Whether there is a word among them to look for, however small."""
    return any(not term.is_unwanted for term in terms)


def asked(question: Question, *, languages: Iterable[str] = ()) -> Question:
    """The question with its words made into queries, for texts in the reader's language, the site's and these.

    A word that says nothing in one of the languages ("the") is not looked for. One query, for words that this process
    has not heard yet.
    """
    terms = terms_of(question.words)
    if not are_wanted(terms):
        return question
    spoken = [get_language() or "", settings.LANGUAGE_CODE, *languages]
    stems = {CONFIGURATIONS.get(code.split("-")[0].lower(), "simple") for code in spoken}
    configurations = ["simple", *sorted(stems - {"simple"})]
    rows = _stems(tuple(folded(term.words) for term in terms), tuple(configurations))
    every: list[str] = []
    beginnings: list[str] = []
    marked: list[str] = []
    for place, term in enumerate(terms, start=1):
        ways = {configuration: text for at, configuration, text in rows if at == place}
        if not all(ways.values()):
            continue
        either = _either(ways, is_phrase=term.is_phrase)
        every.append(f"!({either})" if term.is_unwanted else f"({either})")
        if not term.is_unwanted:
            beginnings.append(_beginning(ways["simple"]))
            marked += [lexeme for text in ways.values() for lexeme in LEXEME.findall(text)]
    if not beginnings:
        return question
    query, begins = Planned(" & ".join(every)), Planned(" & ".join(beginnings))
    return replace(question, query=query, beginnings=begins, marked=tuple(sorted(set(marked))))


@lru_cache(maxsize=10_000)
def _stems(terms: tuple[str, ...], configurations: tuple[str, ...]) -> list[tuple[int, str, str]]:
    """What PostgreSQL's dictionaries make of each term, by its place; only a migration changes them."""
    with connection.cursor() as cursor:
        cursor.execute(_STEMS, [[*terms], [*configurations]])
        return cursor.fetchall()


def _either(ways: dict[str, str], *, is_phrase: bool) -> str:
    texts = dict.fromkeys(ways.values())
    if not is_phrase:
        texts |= {_beginning(text): None for name, text in ways.items() if name != "simple"}
    return " | ".join(f"({text})" for text in texts)


def _beginning(text: str) -> str:
    """A query that is content with words that only begin so, if enough of them is there."""
    return LEXEME.sub(lambda found: f"{found[0]}:*" if len(found[1]) >= STEM_SHORTEST else found[0], text)


class Words(Expression):
    """The generated column of a table with the words to find, `words` as a rule; Django never loads it."""

    def __init__(self, column: str = "words") -> None:
        super().__init__()
        self.column = column

    def resolve_expression(self, query: Any = None, *_args: Any, **_options: Any) -> Any:
        column = SearchVectorField()
        column.set_attributes_from_name(self.column)
        return Col(query.get_initial_alias(), column)


def matches(tsquery: Planned, *, column: str = "words") -> Q:
    """A condition on a model whose table has such a column.

    A plan for any words would go through the latest rows until enough of them have it: through all, if none has.
    """
    asked_for = PlannedValue(tsquery, SearchQueryField())
    return Q(_Matches(Words(column), "@@", asked_for, output_field=BooleanField()))


class _Matches(CombinedExpression):
    conditional = True


def _earlier(bound: tuple[datetime, int] | None, *, at: str) -> Q:
    """The rows before a bound, in the order of a moment and the key."""
    if bound is None:
        return Q()
    moment, key = bound
    return Q(**{f"{at}__lte": moment}) & (Q(**{f"{at}__lt": moment}) | Q(pk__lt=key))


def snippet(html: str, marked: Sequence[str]) -> SafeString:
    """Some words of safe HTML around the first that is looked for, with all of those marked."""
    words, begun = plain_text(html, limit=PLAIN_LONGEST).split(), _words_begun(tuple(marked))
    hit = begun.search(folded("\n".join(words)))
    begin = max(0, hit.string.count("\n", 0, hit.start()) - SNIPPET_BEFORE) if hit else 0
    end = begin + SNIPPET_WORDS
    shown = zip(words[begin:end], escape(" ".join(words[begin:end])).split(" "), strict=False)
    marked_up = (f"<mark>{safe}</mark>" if begun.search(folded(word)) else safe for word, safe in shown)
    return mark_safe(f"{'… ' if begin else ''}{' '.join(marked_up)}{' …' if end < len(words) else ''}")  # noqa: S308 - escaped


@lru_cache(maxsize=1000)
def _words_begun(beginnings: tuple[str, ...]) -> re.Pattern[str]:
    """What finds, in a folded text, words that begin so."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, beginnings)) or '(?!)'})")


def nearly(expression: Func | F, typed: str) -> Q:
    """A condition that a trigram index answers: the folded text, or some words of it, is nearly this folded one."""
    return _near(expression, "%%", typed) | holds_nearly(expression, typed)


def holds_nearly(expression: Func | F, typed: str) -> Q:
    """The same of some words of the text, not of all of it: far less to look at, where what was typed is short."""
    return _near(expression, "%%>", typed)


def has_nearly(expression: Func | F, typed: str) -> Q:
    """The same of words of the text, whole or in part: ten times as fast as `nearly`, where texts are long."""
    return holds_nearly(expression, typed) | _near(expression, "%%>>", typed)


def _near(expression: Func | F, operator: str, typed: str) -> Q:
    return Q(_Matches(expression, operator, Value(typed), output_field=BooleanField()))
