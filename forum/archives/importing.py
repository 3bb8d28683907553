"""Reading the archives of a mailing list into a category, as often as one likes.

First all headings are read and threaded, then the messages are stored thread by thread, a batch in a
transaction. Nothing else is kept between runs than the rows themselves: an import that was killed is
simply started again.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from django.db import connection

from forum.archives import headers, mbox, message
from forum.archives.message import NOT_A_MESSAGE
from forum.archives.threading import Forest, Turn
from forum.archives.writing import Letter, Writer
from forum.models import Category, ImportedMessage

BATCH = 200
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
    """One import of files into a category, under the name of their list."""

    files: Sequence[Path]
    category: Category
    list_name: str
    now: datetime
    tell: Callable[[Skipped], None]
    track: Track
    outcome: Outcome = field(default_factory=Outcome)

    def run(self, *, apply: bool) -> Outcome:
        """Nothing is written unless `apply` is set. Nobody is told: no event is published and no mail sent."""
        with ExitStack() as stack:
            stack.enter_context(_alone(self.list_name))
            forest = stack.enter_context(Forest())
            opened = [stack.enter_context(path.open("rb")) for path in self.files]
            self._read(forest, opened)
            forest.grow(known_tags=_tags_of(self.list_name))
            writer = Writer(
                category=self.category,
                list_name=self.list_name,
                list_tags=forest.list_tags,
                is_first_import=not ImportedMessage.objects.filter(list_name=self.list_name).exists(),
            )
            self._store(forest, opened, writer, apply=apply)
        return self.outcome

    def _read(self, forest: Forest, opened: Sequence[BinaryIO]) -> None:
        bar = self.track("Reading", sum(path.stat().st_size for path in self.files), "B")
        for number, file in enumerate(opened):
            latest: datetime | None = None
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

    def _store(self, forest: Forest, opened: Sequence[BinaryIO], writer: Writer, *, apply: bool) -> None:
        bar = self.track("Writing" if apply else "Checking", forest.count(), "messages")
        for turns in forest.batches(BATCH):
            letters = list(self._letters(forest, opened, writer, turns))
            if letters:
                self.outcome.threads += writer.write(letters) if apply else writer.threads_begun_by(letters)
                self.outcome.posts += len(letters)
            bar.update(len(turns))

    def _letters(
        self, forest: Forest, opened: Sequence[BinaryIO], writer: Writer, turns: Sequence[Turn]
    ) -> Iterator[Letter]:
        """Those of a batch that are new and say something."""
        known = writer.known(turn.hash for turn in turns)
        new = [turn for turn in turns if turn.hash not in known or known[turn.hash].is_missing]
        self.outcome.skipped[IMPORTED_BEFORE] += len(turns) - len(new)
        read = {turn.node: self._message(opened[turn.file], turn) for turn in new}
        for node in [node for node, found in read.items() if found.skipped]:
            turn = next(turn for turn in new if turn.node == node)
            self._skip(Skipped(self.files[turn.file], turn.offset, read[node].message_id, read.pop(node).skipped))
            forest.leave_out(node)
        for turn in forest.turns(list(read)) if len(read) < len(new) else new:
            yield Letter(turn, read[turn.node])

    def _message(self, file: BinaryIO, turn: Turn) -> message.Message:
        return message.parse(mbox.message_at(file, offset=turn.offset, size=turn.size), now=self.now)

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
