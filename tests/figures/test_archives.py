"""Real mailing lists read in: how fast, in how much memory, and what a kill -9 leaves behind."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from commons.config import services
from commons.mail import mbox

ROOT = Path(__file__).resolve().parents[2]
LISTS = ROOT.parent / "shared" / "data" / "mbox"
MESSAGES_A_SECOND = 300
MEMORY_MAX = 400  # MB
LARGE = 20_000
TABLES = (
    "forum_category",
    "forum_thread",
    "forum_post",
    "forum_importedmessage",
    "members_unclaimedauthor",
    "commons_event",
)
ESCAPE = re.compile(rb"(?m)^(>*From )")
IDS = re.compile(rb"(?im)^(?:message-id|references|in-reply-to)[ \t]*:.*(?:\r?\n[ \t].*)*")

pytestmark = [
    pytest.mark.figures,
    pytest.mark.timeout(900),
    pytest.mark.enable_socket,
    pytest.mark.skipif(not LISTS.is_dir(), reason="../shared/data is not here"),
]

WHAT_STANDS = """
    SELECT md5(string_agg(own.message_hash::text || coalesce(above.message_hash::text, '') || post.source
                          || post.depth || post.created_at, '' ORDER BY own.message_hash))
    FROM forum_importedmessage own JOIN forum_post post ON post.id = own.post_id
    LEFT JOIN forum_importedmessage above ON above.post_id = post.parent_id AND NOT above.is_missing
    WHERE NOT own.is_missing
"""
WRONG_COUNTERS = """
    SELECT count(*) FROM forum_thread thread
    LEFT JOIN LATERAL (
        SELECT count(*) AS posts, max(created_at) AS latest FROM forum_post WHERE thread_id = thread.id
    ) AS real ON true
    WHERE thread.merged_into_id IS NULL AND (thread.post_count, thread.last_post_at) IS DISTINCT FROM (real.posts, real.latest)
"""


class Site:
    """A site of its own, with nothing in it but a category."""

    def __init__(self, folder: Path) -> None:
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "commons.config.settings",
            "COMMONS_VAR": str(folder),
            "COMMONS_DEVELOPMENT": "1",
        }

    def manage(self, *command: str) -> None:
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=self.environment, check=True)

    def start_import(self, files: list[Path]) -> subprocess.Popen[str]:
        names = [str(path) for path in files]
        return subprocess.Popen(
            [sys.executable, "manage.py", "import_mbox", *names, "--category", "list", "--apply", "--json"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def import_all(self, files: list[Path]) -> dict[str, Any]:
        """The figures of an import, with the peak of the memory of all its processes in MB."""
        process = self.start_import(files)
        peak = [0]
        watching = threading.Thread(target=watch, args=(process.pid, peak))
        watching.start()
        said = process.communicate()[0].rstrip("\n").split("\n")
        watching.join()
        assert process.returncode == 0
        return json.loads(said[-1]) | {"megabytes": peak[0] >> 20}

    def ask(self, query: str) -> Any:
        with psycopg.connect(services.database_url()) as connection:
            return connection.execute(query).fetchall()

    def do(self, statement: str) -> None:
        with psycopg.connect(services.database_url()) as connection:
            connection.execute(statement)

    def add_category(self) -> None:
        self.do(
            "INSERT INTO forum_category (slug, name, description, position, visibility, language, thread_count, post_count)"
            " VALUES ('list', 'The list', '', 0, 'public', '', 0, 0)"
        )

    def empty(self) -> None:
        self.do(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        self.add_category()

    def counts(self) -> dict[str, int]:
        return {table: self.ask(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}

    def rows(self) -> list[Any]:
        """Changes with any write, also one that changes nothing."""
        return [
            self.ask(f"SELECT md5(string_agg(t::text || xmin::text, '' ORDER BY ctid)) FROM {table} t")
            for table in TABLES
        ]


def watch(pid: int, peak: list[int]) -> None:
    """Note the most memory that a process and its children have taken together."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        while process.status() != psutil.STATUS_ZOMBIE:
            family = [process, *process.children(recursive=True)]
            peak[0] = max(peak[0], sum(one.memory_info().rss for one in family))
            time.sleep(0.1)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("COMMONS_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("COMMONS_EPHEMERAL", raising=False)
    site = Site(tmp_path / "var")
    with services.running():
        site.manage("migrate", "-v0")
        site.add_category()
        yield site


def test_every_archive_is_imported_once(site: Site) -> None:
    files = sorted(LISTS.rglob("*.mbox"))

    figures = site.import_all(files)

    before = site.rows()
    again = site.import_all(files)
    print(f"\nall archives: {figures}, {figures['messages'] / figures['seconds']:.0f} messages/s\nagain: {again}")
    assert figures["messages"] == figures["posts"] + sum(figures["skipped"].values())
    assert figures["messages"] / figures["seconds"] >= MESSAGES_A_SECOND
    assert figures["megabytes"] < MEMORY_MAX
    assert (again["threads"], again["posts"]) == (0, 0)
    assert site.rows() == before


def test_a_large_list_is_imported_in_little_memory(site: Site, tmp_path: Path) -> None:
    path = large_archive(tmp_path / "large.mbox", size=LARGE)

    figures = site.import_all([path])

    rate = figures["messages"] / figures["seconds"]
    print(f"\n{path.stat().st_size >> 20} MB, all different: {figures}, {rate:.0f} messages/s")
    assert figures["posts"] > LARGE * 0.95
    assert rate >= MESSAGES_A_SECOND
    assert figures["megabytes"] < MEMORY_MAX
    assert site.ask(WRONG_COUNTERS) == [(0,)]


def test_an_import_killed_again_and_again_ends_like_one_that_was_not(site: Site, tmp_path: Path) -> None:
    path = large_archive(tmp_path / "large.mbox", size=LARGE // 5)
    kills = 0
    for share in (0.05, 0.3, 0.6):
        process = site.start_import([path])
        while process.poll() is None and site.ask("SELECT count(*) FROM forum_post")[0][0] < share * LARGE / 5:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
        kills += process.wait() == -signal.SIGKILL
        assert process.stdout
        process.stdout.close()
    figures = site.import_all([path])
    resumed = (
        site.counts(),
        site.ask(WHAT_STANDS),
        site.ask("SELECT thread_count, post_count, last_post_at FROM forum_category"),
    )

    site.empty()
    clean = site.import_all([path])

    print(f"\nkilled {kills} times, then: {figures}\nin one go: {clean}")
    assert kills == 3
    assert (
        site.counts(),
        site.ask(WHAT_STANDS),
        site.ask("SELECT thread_count, post_count, last_post_at FROM forum_category"),
    ) == resumed
    assert site.ask(WRONG_COUNTERS) == [(0,)]


def large_archive(path: Path, *, size: int) -> Path:
    """The letters of all archives over and over, each time with other ids, so that all are different."""
    letters = list(_letters())
    with path.open("wb") as file:
        for number in range(size):
            times, which = divmod(number, len(letters))
            copy = b"-%d@" % times
            content = IDS.sub(lambda header, copy=copy: header[0].replace(b"@", copy), letters[which])
            file.write(b"From archiver@example.org Mon Mar  6 09:00:00 2017\n" + content.rstrip() + b"\n\n")
    return path


def _letters() -> Iterator[bytes]:
    met = set()
    for archive in sorted(LISTS.rglob("*.mbox")):
        with archive.open("rb") as file:
            for raw in mbox.messages(file):
                own = re.search(rb"(?im)^message-id[ \t]*:\s*(\S+@\S+)", raw.content)
                if own and own[1] not in met:
                    met.add(own[1])
                    yield ESCAPE.sub(rb">\1", raw.content)
