"""Every kind of work through a real PgBouncer that gives a connection away after each transaction."""

import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from commons.config import services
from tests.figures.site import Site, free_port, running_site, send, signed_in, until

pytestmark = [
    pytest.mark.figures,
    pytest.mark.timeout(400),
    pytest.mark.enable_socket,
    pytest.mark.skipif(not shutil.which("pgbouncer"), reason="pgbouncer is not installed; Debian has it"),
]

CONNECTIONS = 4
CLIENTS = ("ana", "olu", "mirela", "fenna", "adil", "ben", "jule", "tomasz")
PAGES = (
    "/",
    "/forum/",
    "/events/",
    "/people/",
    "/search/?q=bread",
    "/inbox/",
    "/me/data/",
    "/me/consent/",
    "/me/drafts/",
)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Site, int]]:
    port, var = free_port(), tmp_path / "v"
    monkeypatch.setenv("COMMONS_VAR", str(var))
    with services.running():
        pooler = subprocess.Popen(
            [*services._as_ordinary_user(), "pgbouncer", "--quiet", str(_configuration(tmp_path, port))],
            start_new_session=True,
        )
        url = f"postgresql://commons@127.0.0.1:{port}/commons"
        until(lambda: _answers(url))
        running = running_site(var, monkeypatch, DATABASE_URL=url, DATABASE_POOLER="1", DATABASE_POOL="8")
        try:
            yield next(running), port
            next(running, None)
        finally:
            pooler.terminate()
            pooler.wait(20)


def _configuration(folder: Path, port: int) -> Path:
    """Ours, without passwords, in front of the embedded PostgreSQL."""
    text = (Path(__file__).parents[2] / "deploy" / "nodes" / "pgbouncer.ini").read_text()
    version = subprocess.run(["pgbouncer", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    if tuple(map(int, version.split(".")[:2])) < (1, 21):
        text = text.replace("max_prepared_statements", "; max_prepared_statements")
    changes = {
        "host=db port=5432": f"host={services.socket_directory()}",
        "listen_addr = 0.0.0.0": "listen_addr = 127.0.0.1",
        "listen_port = 6432": f"listen_port = {port}",
        "auth_type = scram-sha-256": "auth_type = any",
        "commons = host": "commons = user=commons host",
        "max_db_connections = 60": f"max_db_connections = {CONNECTIONS}",
    }
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    path = folder / "pgbouncer.ini"
    path.write_text(text)
    return path


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url, prepare_threshold=None) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def test_pages_and_work_share_a_few_connections(site: tuple[Site, int]) -> None:
    running, port = site
    with psycopg.connect(f"postgresql://commons@127.0.0.1:{port}/commons", prepare_threshold=None) as pooled:
        assert pooled.execute("SHOW enable_memoize").fetchone() == ("off",)
    with psycopg.connect(services.database_url()) as database:
        opening = database.execute("SELECT id FROM forum_post WHERE number = 1 ORDER BY id DESC LIMIT 1").fetchone()[0]

    def use(name: str) -> list[int]:
        client = signed_in(running.address, name)
        for number in range(3):
            send(client, f"{running.address}/forum/posts/{opening}/reply/", {"source": f"{name} says {number}."})
        return [client.open(f"{running.address}{page}", timeout=30).status for page in PAGES * 3]

    with ThreadPoolExecutor(len(CLIENTS)) as pool:
        statuses = [status for found in pool.map(use, CLIENTS) for status in found]
    with psycopg.connect(services.database_url()) as database:
        waiting = "SELECT count(*) FROM commons_event WHERE handled_at IS NULL"
        until(lambda: database.execute(waiting).fetchone()[0] == 0, patience=90)
        replies = database.execute("SELECT count(*) FROM forum_post WHERE source ~ ' says [0-2]\\.$'").fetchone()[0]
        used = database.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = 'commons' AND pid <> pg_backend_pid()"
        ).fetchone()[0]

    print(
        f"\n{len(statuses)} pages and {replies} replies by {len(CLIENTS)} people over {used} connections of the database"
    )
    assert set(statuses) == {200}
    assert replies == len(CLIENTS) * 3
    assert used <= CONNECTIONS
