"""The site as production runs it, on ports of this machine: services of its own, web, worker, yardstick and front."""

import contextlib
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from bench.sizes import Size
from commons.config import services

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent
WORKERS, THREADS = 2, 3
QUARTER = 6  # the niceness that gives a process a quarter of another's share
PATIENCE = 60.0
HEADERS = {
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "en",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "127.0.0.1",
}
"""What a browser says, as in `wrk.lua`, and what the front tells the site of whoever asks."""

LEAST = "least"
LEAST_PAGES = {("thread", "visitor"), ("post", "member")}
"""What `bench/least.py` has, with who asks for it."""

WITHOUT_CACHES = {"READY_PAGES": "0"}
"""The environment of a site that makes every page anew."""


def var() -> Path:
    """Where the measured communities live; BENCH_VAR names another place, so that large ones need be filled once."""
    return Path(os.environ.get("BENCH_VAR") or ROOT / "var" / "bench").resolve()


def tuning() -> dict[str, str]:
    """PostgreSQL as an operator would set it on this machine; every commit waits for the disk."""
    megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {
        "shared_buffers": f"{megabytes // 4}MB",
        "effective_cache_size": f"{megabytes * 6 // 10}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "512MB",
        "max_wal_size": "8GB",
        "checkpoint_completion_target": "0.9",
        "random_page_cost": "1.1",
        "effective_io_concurrency": "32",
        "jit": "off",
        "synchronous_commit": "on",
        "huge_pages": "try",
    }


@contextlib.contextmanager
def running_services() -> Iterator[None]:
    """PostgreSQL and Valkey in `var/bench`, tuned; up while the block runs."""
    var().mkdir(parents=True, exist_ok=True)
    os.environ["COMMONS_VAR"] = str(var())
    with services.running():
        if _tune():
            server = services.Postgres()
            server.stop()
            server.start()
        yield


def _tune() -> bool:
    """Whether something has changed, so that PostgreSQL must start anew to take it up."""
    kept, wanted = var() / "tuning.json", json.dumps(tuning(), indent=1)
    if kept.exists() and kept.read_text() == wanted:
        return False
    with psycopg.connect(services.database_url(), autocommit=True) as connection:
        for name, value in tuning().items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    kept.write_text(wanted)
    return True


def make_database(size: Size) -> None:
    with psycopg.connect(services.database_url(), autocommit=True) as connection:
        names = connection.execute("SELECT datname FROM pg_database").fetchall()
        if (size.database,) not in names:
            connection.execute(f'CREATE DATABASE "{size.database}"')


def drop_database(size: Size) -> None:
    with psycopg.connect(services.database_url(), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{size.database}" WITH (FORCE)')


def environment(size: Size) -> dict[str, str]:
    """What production sets, for one community; the secrets are made once and stay in `var/bench`."""
    return {
        "DJANGO_SETTINGS_MODULE": "commons.config.settings",
        "COMMONS_VAR": str(var()),
        "COMMONS_DEBUG": "0",
        "COMMONS_DEVELOPMENT": "0",
        "DATABASE_URL": f"postgresql://commons@/{size.database}?host={services.socket_directory()}",
        "REDIS_URL": services.redis_url(),
        "SECRET_KEY": _secret("secret-key"),
        "LASTING_KEY": _secret("lasting-key"),
        "SITE_URL": "https://127.0.0.1",
        "ALLOWED_HOSTS": "127.0.0.1",
        "BEHIND_PROXY": "1",
        "STATIC_ROOT": str(var() / "static"),
        "LOG_LEVEL": "WARNING",
    }


def _secret(name: str) -> str:
    path = var() / name
    if not path.exists():
        path.write_text(secrets.token_urlsafe(50))
        path.chmod(0o600)
    return path.read_text()


@dataclass
class Target:
    """Something that answers on a port; `via` is how a row of the results names it."""

    via: str
    port: int
    process: subprocess.Popen[bytes] | None = None
    has: Callable[[Any], bool] = lambda _page: True
    """Whether a page (`bench.pages.Page`) is asked for there."""
    visits: int = 0
    """How often everybody has read a page there before it is measured."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait(self, path: str = "/") -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._answers(path):
            if time.monotonic() > deadline or (self.process and self.process.poll() is not None):
                msg = f"{self.via} does not answer at {self.address}{path}."
                raise RuntimeError(msg)
            time.sleep(0.1)

    def pids(self) -> list[int]:
        """The process and its children."""
        if self.process is None:
            return []
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def ask(self, method: str, path: str, *, cookie: str = "", body: str = "") -> int:
        """Ask for a page, or send a form, as a browser does; the status of the answer."""
        headers = {**HEADERS, **({"Cookie": cookie} if cookie else {})}
        if body:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://127.0.0.1:{self.port}"}
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(asking):
            asking.request(method, path, body=body or None, headers=headers)
            answer = asking.getresponse()
            answer.read()
            return answer.status

    def _answers(self, path: str) -> bool:
        try:
            return self.ask("GET", path) == http.HTTPStatus.OK
        except (http.client.HTTPException, OSError):
            return False


@dataclass
class Site:
    """Everything that runs while we measure: `app` is the site itself, `others` are other ways to it, and the least."""

    size: Size
    yardstick: Target
    app: Target
    worker: subprocess.Popen[bytes]
    others: list[Target] = field(default_factory=list)

    def ways(self, page: Any) -> list[Target]:
        """The site itself comes last, since its workers are busy after it."""
        return [target for target in (*self.others, self.app) if target.has(page)]


@contextlib.contextmanager
def running(size: Size) -> Iterator[Site]:
    """Web, worker, the yardstick and, where nginx is installed, the front."""
    given = {**os.environ, **environment(size)}
    with contextlib.ExitStack() as stack:

        def start(command: Sequence[str], **more: str) -> subprocess.Popen[bytes]:
            process = subprocess.Popen(command, cwd=ROOT, env={**given, **more}, start_new_session=True)
            stack.callback(end, process)
            return process

        def serve(via: str, application: str, *more: str, **extra: str) -> Target:
            target = Target(via, free_port())
            target.process = start(granian(target.port, application, *more), **extra)
            return target

        yardstick = serve("yardstick", "bench.yardstick:application", "--factory", DJANGO_SETTINGS_MODULE="")
        pool = {"DATABASE_POOL": str(THREADS)}
        app = serve("app", "commons.config.wsgi:application", **pool)
        app.visits = 1
        site = Site(size, yardstick, app, _after_pages(start(_worker())))
        cold = serve("app without caches", "commons.config.wsgi:application", **pool, **WITHOUT_CACHES)
        least = serve(LEAST, "bench.least:application", "--factory", **pool)
        cold.has, least.has = is_read, is_least
        site.others += [cold, least]
        if front := _front(app, start):
            site.others.append(front)
        for target in (yardstick, app, *site.others):
            target.wait("/" if target is yardstick else "/healthz")
        yield site


def is_read(page: Any) -> bool:
    return bool(page.status == http.HTTPStatus.OK)


def is_read_by_visitors(page: Any) -> bool:
    return is_read(page) and page.reader == "visitor"


def is_least(page: Any) -> bool:
    return (page.name, page.reader) in LEAST_PAGES


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def granian(port: int, application: str, *more: str) -> list[str]:
    """As the Dockerfile starts it, with two workers."""
    return [
        str(PROGRAMS / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-access-log",
        "--log-level", "warning", "--workers", str(WORKERS), "--blocking-threads", str(THREADS), *more, application,
    ]  # fmt: skip


def _worker() -> list[str]:
    return [
        str(PROGRAMS / "celery"), "--quiet", "-A", "commons.config", "worker", "--loglevel", "ERROR",
        "--concurrency", "1", "--without-gossip", "--without-mingle",
    ]  # fmt: skip


def _after_pages(worker: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    """A quarter of a page's share of the processors, as docker-compose.yml gives it.

    Where Linux shares them among sessions first (autogroup), niceness counts for nothing outside a process's own.
    """
    os.setpriority(os.PRIO_PROCESS, worker.pid, QUARTER)
    session = Path(f"/proc/{worker.pid}/autogroup")
    with contextlib.suppress(OSError):
        session.write_text(str(QUARTER))
    return worker


def end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _front(app: Target, start: object) -> Target | None:
    from bench import front

    return front.started(app, start) if shutil.which("nginx") else None  # type: ignore[arg-type] # a local function
