"""A post in a room with 50,000 followers: its author does not wait, and everybody is told once, whoever is killed."""

import time
import uuid
from functools import partial
from statistics import median

import psycopg
import pytest

from commons.config import services
from tests.figures.site import Site, send, signed_in, site, until

__all__ = ["site"]

pytestmark = [pytest.mark.figures, pytest.mark.timeout(300), pytest.mark.enable_socket]

FOLLOWERS, POSTS, KILLS = 50_000, 12, 3
_FILL = """
    INSERT INTO members_member (password, is_superuser, username, display_name, email, standing, roles, language,
                                is_active, date_joined)
    SELECT '', false, 'crowd' || n, 'Crowd ' || n, '', 'member', '{}', '', true, now()
    FROM generate_series(1, %(followers)s) AS n;
    INSERT INTO notifications_follow (member_id, place, level, since)
    SELECT id, 'forum.category:' || %(category)s, 'following', now() FROM members_member WHERE username LIKE 'crowd%%';
    ANALYZE members_member, notifications_follow;
"""
_TOLD = "SELECT count(*) FROM notifications_telling WHERE reason = 'following'"


def test_fifty_thousand_are_told(site: Site) -> None:
    database = psycopg.connect(services.database_url(), autocommit=True, cursor_factory=psycopg.ClientCursor)
    rooms = dict(database.execute("SELECT category_id, max(id) FROM forum_thread GROUP BY 1 ORDER BY 2").fetchall())
    openings = {
        room: database.execute("SELECT id FROM forum_post WHERE thread_id = %s AND parent_id IS NULL", [thread])
        for room, thread in rooms.items()
    }
    (loud, loud_post), (quiet, quiet_post) = [(room, found.fetchone()[0]) for room, found in openings.items()][:2]
    database.execute("DELETE FROM notifications_follow")
    database.execute(_FILL, {"followers": FOLLOWERS, "category": loud})
    client = signed_in(site.address, "olu")

    spent = {quiet: [], loud: []}
    for number in range(POSTS):
        for room, post in ((quiet, quiet_post), (loud, loud_post)):
            begun = time.perf_counter()
            path = f"{site.address}/forum/posts/{post}/reply/"
            send(client, path, {"source": f"Hello {number} {uuid.uuid4()}", "submission": str(uuid.uuid4())})
            spent[room].append(time.perf_counter() - begun)
        until(lambda: _untold(database) == 0)
        database.execute("DELETE FROM notifications_telling")
    ratio = median(spent[loud]) / median(spent[quiet])

    begun = time.perf_counter()
    send(client, f"{site.address}/forum/posts/{loud_post}/reply/", {"source": "One", "submission": str(uuid.uuid4())})
    until(lambda: database.execute(_TOLD).fetchone()[0] == FOLLOWERS, patience=30, pause=0.05)
    seconds = time.perf_counter() - begun

    database.execute("DELETE FROM notifications_telling")
    send(client, f"{site.address}/forum/posts/{loud_post}/reply/", {"source": "Two", "submission": str(uuid.uuid4())})
    reached = []
    while len(reached) < KILLS:
        until(partial(_is_beyond, database, len(reached) * FOLLOWERS // 5), patience=60, pause=0.005)
        site.kill_worker()
        reached.append(database.execute(_TOLD).fetchone()[0])
        site.start_worker()
    until(lambda: _untold(database) == 0, patience=120)
    told = database.execute(_TOLD).fetchone()[0]

    print(
        f"\nposting to {FOLLOWERS:,} followers: {ratio:.2f} times a quiet room; all told in {seconds:.1f} s; "
        f"killed at {reached}, then {told:,}"
    )
    assert ratio < 1.3
    assert seconds < 10
    assert told == FOLLOWERS
    database.close()


def _is_beyond(database: psycopg.Connection, number: int) -> bool:
    return database.execute(_TOLD).fetchone()[0] > number


def _untold(database: psycopg.Connection) -> int:
    waiting = """
        SELECT (SELECT count(*) FROM notifications_notice WHERE told_at IS NULL)
             + (SELECT count(*) FROM commons_event WHERE handled_at IS NULL)
    """
    return database.execute(waiting).fetchone()[0]
