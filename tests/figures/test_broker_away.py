"""200 replies by 8 clients at once, while Valkey and the worker are killed and come back."""

import os
import random
import signal
import uuid
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import redis

from commons.config import services
from tests.figures.site import Site, send, signed_in, site, until

__all__ = ["site"]

pytestmark = [pytest.mark.figures, pytest.mark.timeout(300), pytest.mark.enable_socket]

CLIENTS = ["ana", "olu", "mirela", "fenna", "adil", "ben", "jule", "tomasz"]
REPLIES_EACH = 25
HANDLED = "SELECT count(*) FROM commons_event WHERE name = 'forum.post_created' AND handled_at IS NOT NULL"


def test_replies_while_the_broker_and_the_worker_are_killed(site: Site) -> None:
    database = psycopg.connect(services.database_url(), autocommit=True)
    thread, category, posts_before, counted_before = database.execute(
        """SELECT t.id, t.category_id, t.post_count, c.post_count FROM forum_thread t
           JOIN forum_category c ON c.id = t.category_id WHERE t.title LIKE 'Welcome, and%'"""
    ).fetchone()
    parents = [row[0] for row in database.execute("SELECT id FROM forum_post WHERE thread_id = %s", [thread])]
    until(lambda: _waiting(database) == 0)
    handled_before = database.execute(HANDLED).fetchone()[0]

    with ThreadPoolExecutor(len(CLIENTS) + 1) as pool:
        chaos = pool.submit(_chaos, site, database, thread, posts_before)
        for done in [pool.submit(_reply_often, site.address, name, parents) for name in CLIENTS]:
            done.result()
        chaos.result()
    until(lambda: _waiting(database) == 0, patience=120)

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
    assert database.execute(HANDLED).fetchone()[0] == handled_before + total
    database.close()


def _chaos(site: Site, database: psycopg.Connection, thread: int, before: int) -> None:
    """Kill both once a quarter of the replies is there; bring them back after some have been written without."""
    until(lambda: _posts(database, thread) >= before + 50)
    os.kill(_valkey_pid(), signal.SIGKILL)
    site.kill_worker()
    until(lambda: _posts(database, thread) >= before + 120)
    services.Valkey().start()
    site.start_worker()


def _valkey_pid() -> int:
    with redis.Redis.from_url(services.redis_url()) as broker:
        return broker.info("server")["process_id"]


def _reply_often(address: str, name: str, parents: list[int]) -> None:
    client = signed_in(address, name)
    for _number in range(REPLIES_EACH):
        path = f"{address}/forum/posts/{random.choice(parents)}/reply/"
        key = str(uuid.uuid4())
        for _attempt in range(2):  # each form is sent twice, as after a lost answer
            send(client, path, {"source": f"{name} {key}", "submission": key})


def _posts(database: psycopg.Connection, thread: int) -> int:
    return database.execute("SELECT count(*) FROM forum_post WHERE thread_id = %s", [thread]).fetchone()[0]


def _waiting(database: psycopg.Connection) -> int:
    return database.execute("SELECT count(*) FROM commons_event WHERE handled_at IS NULL").fetchone()[0]
