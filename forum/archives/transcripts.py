"""A message as it will be stored: its words as Markdown and as HTML. A large archive is transcribed on all cores."""

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import batched
from multiprocessing import get_context, parent_process
from pathlib import Path
from types import TracebackType
from typing import Self

import django

from commons import markup
from commons.mail import headers, markdown, mbox, message
from commons.mail.addresses import Author

MANY = 1_500
"""From how many messages on it pays to start other processes, which takes them a second."""

PROCESSES_MAX = 4
AT_ONCE = 25

type Place = tuple[Path, int, int]
"""The file of a message, where it begins, and its size."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """All that is kept of a message; of one that is `skipped` only its id is of use."""

    message_id: str
    subject: str
    author: Author
    source: str = ""
    html: str = ""
    skipped: str = ""


class Transcribers:
    """Those who read messages while others are being stored."""

    def __init__(self, *, count: int, now: datetime) -> None:
        self.now = now
        processes = min(os.cpu_count() or 1, PROCESSES_MAX)
        self.pool: ProcessPoolExecutor | None = None
        if count >= MANY and processes > 1:
            # Not forked: the database's connections have threads of their own, which do not survive that.
            self.pool = ProcessPoolExecutor(processes, get_context("spawn"), initializer=django.setup)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self.pool:
            self.pool.shutdown(cancel_futures=True)

    def begin(self, places: Sequence[Place]) -> Callable[[], list[Transcript]]:
        """Have messages read; the transcripts are there when the answer is called."""
        if self.pool is None:
            return partial(transcribe, places, now=self.now)
        begun = [self.pool.submit(_transcribe_elsewhere, some, self.now) for some in batched(places, AT_ONCE)]
        return lambda: [transcript for future in begun for transcript in future.result()]


def transcribe(places: Sequence[Place], *, now: datetime) -> list[Transcript]:
    transcripts = []
    for path, offset, size in places:
        with path.open("rb") as file:
            raw = mbox.message_at(file, offset=offset, size=size)
        transcripts.append(_transcript(message.parse(raw, now=now)))
    return transcripts


def _transcript(found: message.Message) -> Transcript:
    known = Transcript(found.message_id, found.heading.subject, found.author, skipped=found.skipped)
    if found.skipped:
        return known
    source = markdown.source(found)
    prefix = f"m{headers.hashed(found.message_id).hex()[:8]}-"
    return Transcript(
        known.message_id, known.subject, known.author, source=source, html=markup.render(source, prefix=prefix).html
    )


def _transcribe_elsewhere(places: Sequence[Place], now: datetime) -> list[Transcript]:
    _end_with_parent()
    return transcribe(places, now=now)


@cache
def _end_with_parent() -> None:
    """A process whose parent was killed would wait for work for ever."""

    def wait() -> None:
        parent = parent_process()
        if parent:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
