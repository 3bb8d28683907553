"""Three web nodes, two workers, a replica five seconds behind: people write and read while a node and the replica die."""

import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from bench import front
from commons.config import services
from tests.figures.site import Site, answers, free_port, send, signed_in, until
from tests.support.standby import Standby

pytestmark = [
    pytest.mark.figures,
    pytest.mark.timeout(600),
    pytest.mark.enable_socket,
    pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed; Debian's nginx-light will do"),
]

HOSTS = ("127.0.0.1", "127.0.0.2", "127.0.0.3")
WRITERS = ("ana", "olu", "mirela", "fenna")
READERS = ("adil", "ben", "jule", "tomasz")
BEHIND = "5s"
PAUSE = 0.2
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Failure:
    """A request that did not get what it asked for, and when it was under way."""

    what: str
    began: float
    ended: float


@dataclass
class Seen:
    """What clients saw: how many requests, which of them failed, and own writes that they did not read."""

    requests: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    def ask(self, client: urllib.request.OpenerDirector, address: str, fields: dict[str, str] | None = None) -> str:
        """The page at the end of all redirects; empty if there was none."""
        data = urllib.parse.urlencode(fields).encode() if fields else None
        began, verb = time.monotonic(), "POST" if fields else "GET"
        self.requests[verb] += 1
        try:
            with client.open(address, data, timeout=30) as answer:
                page = answer.read().decode()
        except OSError as error:
            self.failures.append(Failure(f"{verb} {address}: {error}", began, time.monotonic()))
            return ""
        self.seconds.append(time.monotonic() - began)
        return page


@dataclass
class Nodes:
    """The running site, with all its parts."""

    site: Site
    standby: Standby
    webs: dict[str, subprocess.Popen[bytes]]
    address: str
    ports: dict[str, int]

    def start_web(self, host: str) -> None:
        self.webs[host] = self.site.start(
            "granian", "--interface", "wsgi", "--host", host, "--port", str(self.ports[host]), "--blocking-threads", "4",
            "--log-level", "error", "commons.config.wsgi:application",
        )  # fmt: skip

    def kill_web(self, host: str) -> None:
        os.killpg(self.webs[host].pid, signal.SIGKILL)
        self.webs[host].wait()

    def questions(self) -> dict[str, int]:
        """How often each server has looked into the tables of the forum."""
        asked = "SELECT sum(seq_scan + idx_scan)::int FROM pg_stat_user_tables WHERE relname IN ('forum_post', 'forum_thread')"
        found = {}
        for name, url in (("primary", services.database_url()), ("replica", self.standby.url("commons"))):
            with psycopg.connect(url) as connection:
                found[name] = connection.execute(asked).fetchone()[0]
        return found


@pytest.fixture
def nodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nodes]:
    monkeypatch.setenv("COMMONS_VAR", str(tmp_path / "v"))
    monkeypatch.delenv("COMMONS_EPHEMERAL", raising=False)
    standby = Standby(tmp_path / "r")
    site = Site(tmp_path / "v", DATABASE_POOL="4", REPLICA_URL=standby.url("commons"))
    with services.running(), contextlib.ExitStack() as stack:
        site.manage("migrate", "-v0")
        site.manage("demo")
        standby.start(delay=BEHIND)
        stack.callback(standby.stop)
        nodes = Nodes(site, standby, {}, f"http://127.0.0.1:{site.port}", {host: free_port() for host in HOSTS})
        workers = [
            site.start(
                "celery", "--quiet", "-A", "commons.config", "worker", "-l", "ERROR", "-c", "1", "-n", f"{name}@%h"
            )
            for name in ("one", "two")
        ]
        beat = site.start(
            "celery",
            "--quiet",
            "-A",
            "commons.config",
            "beat",
            "-l",
            "ERROR",
            f"--schedule={tmp_path}/beat",
            "--pidfile=",
        )
        for host in HOSTS:
            nodes.start_web(host)
        nginx = _front(nodes, tmp_path / "f")
        stack.callback(lambda: [_end(process) for process in (nginx, *nodes.webs.values(), beat, *workers)])
        until(lambda: answers(f"{nodes.address}/readyz"), pause=2)
        yield nodes


def _front(nodes: Nodes, folder: Path) -> subprocess.Popen[bytes]:
    (folder / "front").mkdir(parents=True)
    webs = [f"{host}:{port}" for host, port in nodes.ports.items()]
    text = front.configuration(
        front.CONFIGURATION.read_text(), port=nodes.site.port, spare=free_port(), webs=webs, folder=str(folder)
    )
    (folder / "nginx.conf").write_text(text)
    return subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf")], start_new_session=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    process.wait(30)


def test_a_node_and_the_replica_die_and_everybody_reads_what_they_wrote(nodes: Nodes) -> None:
    seen, stop = Seen(), threading.Event()
    devices = {name: [signed_in(nodes.address, name) for _device in range(2)] for name in WRITERS}
    readers = [signed_in(nodes.address, name) for name in READERS] + [urllib.request.build_opener()]
    openings, places = _begin(nodes, [writer for writer, _other in devices.values()]), _places(nodes)
    clients = [
        threading.Thread(target=_write, args=(nodes, seen, stop, *devices[name], openings)) for name in WRITERS
    ] + [threading.Thread(target=_read, args=(nodes, seen, stop, reader, places)) for reader in readers]
    before, began, phases = nodes.questions(), time.monotonic(), {}

    for client in clients:
        client.start()
    time.sleep(25)
    phases["replica 5 s behind"] = _share(before, before := nodes.questions())
    killed = time.monotonic()
    nodes.kill_web(HOSTS[1])
    time.sleep(15)
    phases["one web node killed"] = _share(before, nodes.questions())
    nodes.start_web(HOSTS[1])
    time.sleep(5)
    nodes.standby.stop()
    time.sleep(15)
    nodes.standby.start()
    time.sleep(12)
    before = nodes.questions()
    time.sleep(10)
    phases["replica back, a moment behind"] = _share(before, nodes.questions())
    stop.set()
    for client in clients:
        client.join()
    lasted = time.monotonic() - began

    in_flight = [failure for failure in seen.failures if failure.began <= killed <= failure.ended]
    beyond = [failure for failure in seen.failures if failure not in in_flight]
    seconds = sorted(seen.seconds)
    print(f"\n{sum(seen.requests.values())} requests in {lasted:.0f} s: {dict(seen.requests)}")
    print(f"{len(in_flight)} failed that were in flight when the node was killed; {len(beyond)} others: {beyond[:5]}")
    print(f"{len(seen.written)} replies written; {len(seen.missed)} not read at once by who wrote them, on two devices")
    print(
        f"{seconds[len(seconds) // 2] * 1000:.0f} ms in the middle, {seconds[len(seconds) * 99 // 100] * 1000:.0f} ms at the 99th"
    )
    for phase, share in phases.items():
        print(f"{share:.0%} of all looks into threads and posts were the replica's: {phase}")
    with psycopg.connect(services.database_url()) as database:
        stored = [
            database.execute("SELECT count(*) FROM forum_post WHERE source LIKE %s", [f"%{key}%"]).fetchone()[0]
            for key in seen.written
        ]
    assert beyond == []
    assert seen.missed == []
    assert set(stored) == {1}
    assert phases["replica 5 s behind"] > 0
    assert phases["replica back, a moment behind"] > 0


def _begin(nodes: Nodes, writers: list[urllib.request.OpenerDirector]) -> list[int]:
    """Threads to answer in; the posts that open them."""
    with psycopg.connect(services.database_url()) as database:
        (slug,) = database.execute(
            "SELECT slug FROM forum_category WHERE visibility = 'public' AND NOT is_greeting ORDER BY position LIMIT 1"
        ).fetchone()
        for writer in writers:
            fields = {"title": "A trial", "source": "Does it hold?", "submission": str(uuid.uuid4())}
            send(writer, f"{nodes.address}/forum/{slug}/new/", fields)
        found = database.execute("SELECT id FROM forum_post WHERE source = 'Does it hold?'").fetchall()
    return [opening for (opening,) in found]


def _places(nodes: Nodes) -> list[str]:
    """Where readers go: every thread that visitors may read, and the lists of them."""
    with psycopg.connect(services.database_url()) as database:
        openings = database.execute(
            """SELECT post.id FROM forum_post post JOIN forum_thread thread ON thread.id = post.thread_id
               JOIN forum_category category ON category.id = thread.category_id
               WHERE post.number = 1 AND category.visibility = 'public'"""
        ).fetchall()
    asking = urllib.request.build_opener()
    pages = [asking.open(f"{nodes.address}/forum/posts/{opening}/", timeout=30).url for (opening,) in openings]
    return [page.split("#")[0] for page in pages] + [f"{nodes.address}{place}" for place in ("/forum/", "/")]


def _write(
    nodes: Nodes,
    seen: Seen,
    stop: threading.Event,
    device: urllib.request.OpenerDirector,
    other: urllib.request.OpenerDirector,
    openings: list[int],
) -> None:
    """Answer, look at it on this device and on another; a form whose answer was lost is sent again."""
    while not stop.wait(PAUSE):
        key, form = str(uuid.uuid4()), f"{nodes.address}/forum/posts/{random.choice(openings)}/reply/"
        token = TOKEN.search(seen.ask(device, form))
        if token is None:
            continue
        fields = {"source": f"I say {key}.", "submission": key, "csrfmiddlewaretoken": token[1]}
        page = seen.ask(device, form, fields) or seen.ask(device, form, fields)
        if not page:
            continue
        seen.written.append(key)
        with psycopg.connect(services.database_url()) as database:
            post = database.execute("SELECT id FROM forum_post WHERE source LIKE %s", [f"%{key}%"]).fetchone()[0]
        pages = {"the answer": page}
        pages |= {
            name: _again(seen, one, f"{nodes.address}/forum/posts/{post}/")
            for name, one in (("here", device), ("there", other))
        }
        seen.missed += [f"{key} {name}" for name, page in pages.items() if key not in page]


def _again(seen: Seen, client: urllib.request.OpenerDirector, address: str) -> str:
    return seen.ask(client, address) or seen.ask(client, address)


def _read(
    nodes: Nodes,
    seen: Seen,
    stop: threading.Event,
    client: urllib.request.OpenerDirector,
    places: list[str],
) -> None:
    """Open pages; most have not been opened before, as far as the site can tell."""
    while not stop.wait(PAUSE / 4):
        query = random.choice(("", f"?n={random.randrange(10**6)}", f"?n={random.randrange(10**6)}"))
        seen.ask(client, f"{random.choice(places)}{query}")


def _share(before: dict[str, int], after: dict[str, int]) -> float:
    asked = {name: after[name] - before[name] for name in after}
    return asked["replica"] / sum(asked.values())
