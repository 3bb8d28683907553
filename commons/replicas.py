"""Pages that a replica makes, and that are as true as those which the database itself would make at that moment.

A replica follows a moment behind. So only pages that `made_once` marks are read there: all that they show is in the
journal, and the journal stands in the database itself. Before the page is made, the journal is asked whether the
replica has seen all that the reader's own pages depend on; after it is made, whether it has seen all that stands on the
page. If not, if it is anything but a page, or if the replica does not answer, the database makes it anew.

Everything else is read where it is written: what stands in a transaction, tasks, sessions, limits, every other page.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection, connections
from django.http import HttpResponseBase

from commons import journal

type Made = tuple[HttpResponseBase, journal.Shown]

log = logging.getLogger(__name__)

ALIAS = "replica"
REST = 5.0
"""Seconds for which a process does not ask a replica that has not answered."""
LAG_MOST = timedelta(minutes=1)
"""Far less than the journal goes back. Worker and clock write more often, so that a quiet site does not seem behind."""

SEEN = """
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text
    WHERE pg_is_in_recovery() AND pg_last_xact_replay_timestamp() > now() - make_interval(secs => %s)
"""

_is_read: ContextVar[bool] = ContextVar("is_read", default=False)
_resting_until = 0.0


class Router:
    """Reads of a page go to the replica while `made` makes it there; all else goes to the database itself."""

    def db_for_read(self, _model: Any, **_hints: Any) -> str:
        return ALIAS if _is_read.get() and not connection.in_atomic_block else DEFAULT_DB_ALIAS

    def db_for_write(self, _model: Any, **_hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, _one: Any, _other: Any, **_hints: Any) -> bool:
        return True

    def allow_migrate(self, database: str, _app: str, **_hints: Any) -> bool:
        return database == DEFAULT_DB_ALIAS


def made(make: Callable[[str], Made], *own: str) -> Made | None:
    """The page from the replica, or None if the database itself must make it.

    Args:
        make: makes the page from a snapshot on.
        own: the subjects that the reader changes by coming here; what they changed before must be on the page.
    """
    seen = _seen() if settings.REPLICA_URL and time.monotonic() >= _resting_until else None
    if seen is None or _is_another(own, since=seen):
        return None
    try:
        with _reading():
            response, shown = make(seen)
    except (OperationalError, InterfaceError) as error:
        _rest(error)
        return None
    except Exception:  # noqa: BLE001 (what is missing or in the way may be there, or gone, in the database itself)
        return None
    is_whole = response.status_code == HTTPStatus.OK and not shown.is_for_now
    return (response, shown) if is_whole and not _is_another(shown.subjects.difference(own), since=seen) else None


def _seen() -> str | None:
    """The snapshot of what the replica has seen for certain, or None if it is too far behind.

    A replica's own snapshot leaves out which transactions were still open, and would call them seen. So all that began
    later than the oldest open one counts as unseen.
    """
    try:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(SEEN, [LAG_MOST.total_seconds()])
            row = cursor.fetchone()
    except (OperationalError, InterfaceError) as error:
        _rest(error)
        return None
    return f"{row[0]}:{row[0]}:" if row else None


def _is_another(subjects: Any, *, since: str) -> bool:
    return bool(subjects) and journal.look(subjects, since=since)[1]


@contextmanager
def _reading() -> Iterator[None]:
    token = _is_read.set(True)
    try:
        yield
    finally:
        _is_read.reset(token)


def _rest(error: Exception) -> None:
    global _resting_until  # noqa: PLW0603 (one memory for the whole process is the point)
    _resting_until = time.monotonic() + REST
    log.warning("replica away, the database itself is asked: %s", error)
