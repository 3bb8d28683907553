"""A streaming replica of the embedded PostgreSQL, which lags as far as a test says."""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
from django.db import connection

from commons.config import services

PATIENCE = 30.0
PATIENCE_OTHERS = 100.0
"""As long as another test may have a transaction open."""


class Standby(services.Postgres):
    """Follows the embedded PostgreSQL that is running, from a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "standby"
        self.log = folder / "standby.log"
        self.sockets = folder / "run"

    def url(self, database: str) -> str:
        return f"postgresql://commons@/{database}?host={self.sockets}"

    def start(self, *, delay: str = "0") -> None:
        if not (self.data / "PG_VERSION").exists():
            self.copy()
        options = f"-h '' -k {self.sockets} -c max_connections=200 -c recovery_min_apply_delay={delay}"
        started = self._pg_ctl("start", "-w", "-l", str(self.log), "-o", options)
        assert started.returncode == 0, self.log.read_text()

    def pause(self) -> None:
        """Take nothing in any more, at a moment when nothing that was taken in keeps others out."""
        _until(self._is_paused_open)

    def _is_paused_open(self) -> bool:
        self._ask("SELECT pg_wal_replay_pause()")
        _until(lambda: self._ask("SELECT pg_get_wal_replay_pause_state()") == "paused")
        with contextlib.suppress(psycopg.OperationalError):
            _ask(f"{self.url(connection.settings_dict['NAME'])}&connect_timeout=2", "SELECT 1")
            return True
        self._ask("SELECT pg_wal_replay_resume()")
        return False

    def disconnect(self) -> None:
        """End everybody's connections, as a restart does."""
        self._ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test%'")

    def catch_up(self) -> None:
        """Follow, and know of nothing open that began before now, in whichever database: other tests have theirs."""
        last = _ask(services.database_url(), "SELECT pg_current_xact_id()::text")
        self.follow()
        _until(lambda: self._ask(f"SELECT pg_snapshot_xmin(pg_current_snapshot()) > '{last}'::xid8"), PATIENCE_OTHERS)

    def follow(self) -> None:
        """Take everything in that has been committed by now."""
        if self._ask("SELECT pg_is_wal_replay_paused()"):
            self._ask("SELECT pg_wal_replay_resume()")
        end = _ask(
            services.database_url(),
            "SET synchronous_commit = on",
            "SELECT pg_logical_emit_message(true, 'standby', '')",
            "SELECT pg_current_wal_insert_lsn()::text",
        )
        _until(lambda: self._ask(f"SELECT pg_last_wal_replay_lsn() >= '{end}'"))

    def copy(self) -> None:
        self.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        source = ("-h", str(services.socket_directory()), "-U", "commons")
        copied = self._run("pg_basebackup", *source, "-D", str(self.data), "-R", "-c", "fast", "--no-sync")
        assert copied.returncode == 0, copied.stderr

    def _ask(self, *questions: str) -> object:
        return _ask(self.url("commons"), *questions)


@contextlib.contextmanager
def following(folder: Path) -> Iterator[Standby]:
    standby = Standby(folder)
    standby.start()
    try:
        yield standby
    finally:
        standby.stop()


def _ask(url: str, *questions: str) -> object:
    """The answer to the last question."""
    with psycopg.connect(url, autocommit=True) as asked:
        answers = [asked.execute(question) for question in questions]
        row = answers[-1].fetchone()
    return row[0] if row else None


def _until(condition: Callable[[], object], patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "the standby does not come along"
        time.sleep(0.02)
