"""200 replies by 8 clients at once, while Valkey and the worker are killed and come back."""

import http.cookiejar
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import redis

from commons.config import services
from pages.demo import PASSWORD

pytestmark = [pytest.mark.figures, pytest.mark.timeout(300), pytest.mark.enable_socket]

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ["ana", "olu", "mirela", "fenna", "adil", "ben", "jule", "tomasz"]
REPLIES_EACH = 25


class Site:
    """The real thing: services, web, worker and beat as processes of their own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "commons.config.settings",
            "COMMONS_VAR": str(folder),
            "RATE_LIMITS": "0",
            "PORT": str(self.port),
        }
        self.programs = Path(sys.executable).parent
        self.worker = self.beat = self.web = None

    def manage(self, *command: str) -> None:
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=self.environment, check=True)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self.programs / command[0], *command[1:]], cwd=ROOT, env=self.environment, start_new_session=True
        )

    def start_worker(self) -> None:
        self.worker = self.start("celery", "--quiet", "-A", "commons.config", "worker", "-l", "ERROR", "-c", "2")

    def kill_worker(self) -> None:
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker.wait()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    site = Site(tmp_path)
    for name in ("COMMONS_VAR", "RATE_LIMITS"):
        monkeypatch.setenv(name, site.environment[name])
    with services.running():
        site.manage("migrate", "-v0")
        site.manage("demo")
        site.start_worker()
        beat_file = f"--schedule={tmp_path}/beat"
        site.beat = site.start(
            "celery", "--quiet", "-A", "commons.config", "beat", "-l", "ERROR", beat_file, "--pidfile="
        )
        site.web = site.start(
            "granian",
            "--interface",
            "wsgi",
            "--port",
            str(site.port),
            "--blocking-threads",
            "8",
            "--log-level",
            "error",
            "commons.config.wsgi:application",
        )
        _until(lambda: _answers(f"{site.address}/readyz"))
        yield site
        for process in (site.web, site.beat, site.worker):
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def test_replies_while_the_broker_and_the_worker_are_killed(site: Site) -> None:
    database = psycopg.connect(services.database_url(), autocommit=True)
    thread, category, posts_before, counted_before = database.execute(
        """SELECT t.id, t.category_id, t.post_count, c.post_count FROM forum_thread t
           JOIN forum_category c ON c.id = t.category_id WHERE t.title LIKE 'Welcome, and%'"""
    ).fetchone()
    parents = [row[0] for row in database.execute("SELECT id FROM forum_post WHERE thread_id = %s", [thread])]
    _until(lambda: _waiting(database) == 0)
    deliveries_before = _count(database, "commons_delivery")

    with ThreadPoolExecutor(len(CLIENTS) + 1) as pool:
        chaos = pool.submit(_chaos, site, database, thread, posts_before)
        for done in [pool.submit(_reply_often, site.address, name, parents) for name in CLIENTS]:
            done.result()
        chaos.result()
    _until(lambda: _waiting(database) == 0, patience=120)

    total = len(CLIENTS) * REPLIES_EACH
    thread_row = database.execute("SELECT post_count, last_number FROM forum_thread WHERE id = %s", [thread]).fetchone()
    numbers = [
        row[0] for row in database.execute("SELECT number FROM forum_post WHERE thread_id = %s ORDER BY 1", [thread])
    ]
    replies = database.execute("SELECT sum(reply_count) FROM forum_post WHERE thread_id = %s", [thread]).fetchone()[0]
    counted = database.execute("SELECT post_count FROM forum_category WHERE id = %s", [category]).fetchone()[0]
    assert numbers == list(range(1, posts_before + total + 1))
    assert thread_row == (posts_before + total, posts_before + total)
    assert replies == posts_before + total - 1
    assert counted == counted_before + total
    assert _count(database, "commons_delivery") == deliveries_before + 2 * total
    database.close()


def _chaos(site: Site, database: psycopg.Connection, thread: int, before: int) -> None:
    """Kill both once a quarter of the replies is there; bring them back after some have been written without."""
    _until(lambda: _posts(database, thread) >= before + 50)
    os.kill(_valkey_pid(), signal.SIGKILL)
    site.kill_worker()
    _until(lambda: _posts(database, thread) >= before + 120)
    services.Valkey().start()
    site.start_worker()


def _valkey_pid() -> int:
    with redis.Redis.from_url(services.redis_url()) as broker:
        return broker.info("server")["process_id"]


def _reply_often(address: str, name: str, parents: list[int]) -> None:
    client = _signed_in(address, name)
    for _number in range(REPLIES_EACH):
        path = f"{address}/forum/posts/{random.choice(parents)}/reply/"
        key = str(uuid.uuid4())
        for _attempt in range(2):  # each form is sent twice, as after a lost answer
            _send(client, path, {"source": f"{name} {key}", "submission": key})


def _signed_in(address: str, name: str) -> urllib.request.OpenerDirector:
    client = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    _send(client, f"{address}/account/login/", {"login": name, "password": PASSWORD})
    return client


def _send(client: urllib.request.OpenerDirector, path: str, fields: dict[str, str]) -> None:
    for _attempt in range(20):
        try:
            page = client.open(path, timeout=30).read().decode()
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
            data = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
            client.open(path, data, timeout=30).read()
        except OSError:
            time.sleep(0.5)
        else:
            return
    pytest.fail(f"{path} could not be posted to")


def _posts(database: psycopg.Connection, thread: int) -> int:
    return database.execute("SELECT count(*) FROM forum_post WHERE thread_id = %s", [thread]).fetchone()[0]


def _waiting(database: psycopg.Connection) -> int:
    return database.execute("SELECT count(*) FROM commons_event WHERE handled_at IS NULL").fetchone()[0]


def _count(database: psycopg.Connection, table: str) -> int:
    return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def _answers(address: str) -> bool:
    try:
        return urllib.request.urlopen(address, timeout=5).status == 200
    except OSError:
        return False


def _until(condition: Callable[[], bool], *, patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.2)
