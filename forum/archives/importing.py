"""Reading the archives of a mailing list into a category, as often as one likes.

First all headings are read and threaded, then the messages are stored thread by thread, a batch in a
transaction. Nothing else is kept between runs than the rows themselves: an import that was killed is
simply started again.
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.db import connection

from commons.mail import headers, mbox, message
from commons.mail.message import NOT_A_MESSAGE
from forum.archives.threading import Forest, Turn
from forum.archives.transcripts import Transcribers, Transcript
from forum.archives.writing import Letter, Writer
from forum.models import Category, ImportedMessage

BATCH = 200
AHEAD = 2
NO_DATE, DUPLICATE, IMPORTED_BEFORE = "no date", "duplicate", "imported before"
PATIENCE = 30.0  # seconds until the database has noticed that a killed import is gone


class AlreadyRunning(Exception):
    """Somebody else imports this list right now."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A message that becomes no post, and why."""

    file: Path
    offset: int
    message_id: str
    reason: str


@dataclass(slots=True)
class Outcome:
    """What was found and, unless the import was dry, stored."""

    messages: int = 0
    threads: int = 0
    posts: int = 0
    skipped: Counter[str] = field(default_factory=Counter)


class Bar(Protocol):
    def update(self, count: int, /) -> object: ...


type Track = Callable[[str, int, str], Bar]
"""Begins a progress bar: what is being done, how much there is, of what."""


@dataclass(slots=True)
class Import:
    """One import of files into a category, under the name of their list; `is_live` if they were written just now."""

    files: Sequence[Path]
    category: Category
    list_name: str
    now: datetime
    tell: Callable[[Skipped], None]
    track: Track
    is_live: bool = False
    outcome: Outcome = field(default_factory=Outcome)

    def run(self, *, apply: bool) -> Outcome:
        """Nothing is written unless `apply` is set. Nobody is told: no event is published and no mail sent."""
        with ExitStack() as stack:
            stack.enter_context(_alone(self.list_name))
            forest = stack.enter_context(Forest())
            self._read(forest)
            forest.grow(known_tags=_tags_of(self.list_name))
            writer = Writer(
                category=self.category,
                list_name=self.list_name,
                list_tags=forest.list_tags,
                is_live=self.is_live,
                is_first_import=not ImportedMessage.objects.filter(list_name=self.list_name).exists(),
            )
            self._store(forest, writer, apply=apply)
        return self.outcome

    def _read(self, forest: Forest) -> None:
        bar = self.track("Reading", sum(path.stat().st_size for path in self.files), "B")
        for number, path in enumerate(self.files):
            latest: datetime | None = None
            with path.open("rb") as file:
                for raw in mbox.messages(file):
                    latest = self._note(forest, raw, number=number, latest=latest)
                    bar.update(raw.size)

    def _note(self, forest: Forest, raw: mbox.RawMessage, *, number: int, latest: datetime | None) -> datetime | None:
        """Put one message into the forest. One without a date is as old as the one before it in the file."""
        self.outcome.messages += 1
        heading = message.heading(raw, now=self.now)
        if heading is None:
            reason = NOT_A_MESSAGE if raw.content.strip() else message.EMPTY
            self._skip(Skipped(self.files[number], raw.offset, "", reason))
            return latest
        sent_at = heading.sent_at or latest
        if sent_at is None:
            self._skip(Skipped(self.files[number], raw.offset, heading.message_id, NO_DATE))
            return None
        is_new = forest.add(
            headers.hashed(heading.message_id),
            map(headers.hashed, heading.references),
            file=number,
            offset=raw.offset,
            size=raw.size,
            sent_at=sent_at,
            subject=heading.subject,
        )
        if not is_new:
            self._skip(Skipped(self.files[number], raw.offset, heading.message_id, DUPLICATE))
        return sent_at

    def _store(self, forest: Forest, writer: Writer, *, apply: bool) -> None:
        bar = self.track("Writing" if apply else "Checking", forest.count(), "messages")
        with Transcribers(count=forest.count(), now=self.now) as transcribers:
            for turns, new, transcripts in self._transcribed(forest, writer, transcribers):
                letters = list(self._letters(forest, new, transcripts))
                if letters:
                    self.outcome.threads += writer.write(letters) if apply else writer.threads_begun_by(letters)
                    self.outcome.posts += len(letters)
                bar.update(turns)

    def _transcribed(
        self, forest: Forest, writer: Writer, transcribers: Transcribers
    ) -> Iterator[tuple[int, list[Turn], list[Transcript]]]:
        """Batches: how many messages, those that are new, and what they say. The next ones are read meanwhile."""
        begun: deque[tuple[int, list[Turn], Callable[[], list[Transcript]]]] = deque()
        for turns in forest.batches(BATCH):
            known = writer.known(turn.hash for turn in turns)
            new = [turn for turn in turns if turn.hash not in known or known[turn.hash].is_missing]
            self.outcome.skipped[IMPORTED_BEFORE] += len(turns) - len(new)
            places = [(self.files[turn.file], turn.offset, turn.size) for turn in new]
            begun.append((len(turns), new, transcribers.begin(places)))
            if len(begun) > AHEAD:
                count, first, transcripts = begun.popleft()
                yield count, first, transcripts()
        for count, rest, transcripts in begun:
            yield count, rest, transcripts()

    def _letters(self, forest: Forest, new: Sequence[Turn], transcripts: Sequence[Transcript]) -> Iterator[Letter]:
        """Those that say something; the others leave the forest, which may change what the rest stand below."""
        kept: dict[int, Transcript] = {}
        for turn, transcript in zip(new, transcripts, strict=True):
            if transcript.skipped:
                self._skip(Skipped(self.files[turn.file], turn.offset, transcript.message_id, transcript.skipped))
                forest.leave_out(turn.node)
            else:
                kept[turn.node] = transcript
        for turn in forest.turns(list(kept)):
            yield Letter(turn, kept[turn.node])

    def _skip(self, skipped: Skipped) -> None:
        self.outcome.skipped[skipped.reason] += 1
        self.tell(skipped)


def _tags_of(list_name: str) -> set[str]:
    """The `[tags]` that a list of this name would put before its subjects."""
    return {list_name.lower(), list_name.lower().partition("@")[0]}


@contextmanager
def _alone(list_name: str) -> Iterator[None]:
    """One import of a list at a time; the lock goes with the connection, so a killed import leaves none behind."""
    with connection.cursor() as cursor:
        deadline = time.monotonic() + PATIENCE
        while True:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext('forum.archives'), hashtext(%s))", [list_name])
            if cursor.fetchone()[0]:
                break
            if time.monotonic() > deadline:
                raise AlreadyRunning(list_name)
            time.sleep(0.5)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('forum.archives'), hashtext(%s))", [list_name])
