"""With 1,000,000 posts loaded: what stands behind each page, and how long it takes."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forum.models import Category, Post, Thread
from members.models import Member

pytestmark = [pytest.mark.figures, pytest.mark.timeout(900), pytest.mark.django_db(transaction=True)]

LONG = 200_000
SMALL, EACH = 8_000, 100
CHAIN = 7  # replies that answer each other before the next one answers the opening post

_THREADS = """
    INSERT INTO forum_thread (category_id, title, author_id, created_at, is_pinned, is_locked,
                              post_count, last_number, last_post_at, last_author_id)
    SELECT %(category)s, 'Thread ' || n, %(author)s, '2020-01-01', false, false, %(posts)s, %(posts)s,
           timestamptz '2020-01-01' + n * interval '1 minute', %(author)s
    FROM generate_series(1, %(threads)s) AS n
"""

_POSTS = """
    INSERT INTO forum_post (thread_id, parent_id, author_id, number, path, depth, band, reply_count, source, html,
                            renderer_version, language, content_note, licence, created_at)
    SELECT t.id, NULL, %(author)s, n, path.value, path.depth, greatest(0, (path.depth - 1) / 5), 1,
           'Words', '<p>Words</p>', 1, '', '', 'community', timestamptz '2020-01-01' + n * interval '1 second'
    FROM forum_thread t
    CROSS JOIN generate_series(1, t.post_count) AS n
    CROSS JOIN LATERAL (SELECT n - (n - 2) %% %(chain)s AS head) AS chain
    CROSS JOIN LATERAL (
        SELECT string_agg(substring(int8send((1577836800 + k) * 1000::bigint) FROM 3 FOR 6) || int4send(k), ''::bytea
                          ORDER BY k) AS value, count(*) - 1 AS depth
        FROM (SELECT 1 AS k UNION SELECT generate_series(greatest(2, chain.head), n) WHERE n > 1) AS steps
    ) AS path
"""

_PARENTS = """
    UPDATE forum_post child SET parent_id = parent.id FROM forum_post parent
    WHERE child.depth > 0 AND parent.thread_id = child.thread_id
      AND parent.number = CASE WHEN child.depth = 1 THEN 1 ELSE child.number - 1 END
"""


@pytest.fixture
def million(db: None) -> Iterator[Thread]:
    member = Member.objects.create(username="ada", display_name="Ada", standing="member")
    category = Category.objects.create(slug="much", name="Much", visibility="public")
    values = {"category": category.pk, "author": member.pk, "chain": CHAIN}
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE forum_post DROP CONSTRAINT forum_post_root_has_no_parent")
        cursor.execute(_THREADS, {**values, "threads": 1, "posts": LONG})
        cursor.execute(_THREADS, {**values, "threads": SMALL, "posts": EACH})
        cursor.execute(_POSTS, values)
        cursor.execute(_PARENTS)
        cursor.execute("VACUUM ANALYZE forum_post")
        cursor.execute("ANALYZE forum_thread")
    assert Post.objects.count() == LONG + SMALL * EACH
    yield Thread.objects.select_related("category").get(post_count=LONG)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE forum_post, forum_thread, forum_category, members_member CASCADE")
        cursor.execute(
            """ALTER TABLE forum_post ADD CONSTRAINT forum_post_root_has_no_parent
               CHECK ((parent_id IS NULL AND depth = 0) OR (parent_id IS NOT NULL AND depth > 0))"""
        )


def test_no_page_scans_or_sorts_a_whole_thread(million: Thread, client: Client) -> None:
    address, middle = million.get_absolute_url(), LONG // 2
    deep = Post.objects.filter(thread=million, depth=5).order_by("number")[1000]
    small = Thread.objects.select_related("category").filter(post_count=EACH).order_by("pk")[SMALL // 2]
    later = client.get("/forum/much/").context["after"]
    pages = {
        "small thread": small.get_absolute_url(),
        "tree, first page": address,
        "tree, middle": f"{address}?after={middle}",
        "tree, backwards": f"{address}?before={middle}",
        "tree, branch": f"{address}?branch={deep.number}",
        "line, first page": f"{address}?view=line",
        "line, middle": f"{address}?view=line&after={middle}",
        "line, last": f"{address}?view=line&before={LONG}",
        "post": deep.get_absolute_url(),
        "category": "/forum/much/",
        "category, later": f"/forum/much/?after={later}",
        "forum": "/forum/",
        "home": "/",
        "category feed": "/forum/much/feed.atom",
        "thread feed": f"{address}feed.atom",
    }
    figures = {}
    for name, page in pages.items():
        client.cookies.clear()
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            started = time.perf_counter()
            response = client.get(page)
            milliseconds = (time.perf_counter() - started) * 1000
        assert response.status_code in {200, 302}
        faults = [fault for query in queries for fault in _faults(query["sql"])]
        figures[name] = f"{len(queries)} queries, {milliseconds:.1f} ms"
        if faults:
            pytest.fail("\n".join([name, *faults]), pytrace=False)
    print(json.dumps(figures, indent=1))


def _faults(sql: str) -> list[str]:
    if not sql.startswith("SELECT") or "forum_" not in sql:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        plan = cursor.fetchone()[0][0]["Plan"]
    faults = [fault for node in _nodes(plan) for fault in _faults_of(node)]
    return [*faults, json.dumps(plan, indent=1), sql] if faults else []


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from _nodes(child)


def _faults_of(node: dict[str, Any]) -> Iterator[str]:
    rows = node["Actual Rows"] * node["Actual Loops"]
    if node["Node Type"] == "Seq Scan" and node["Relation Name"] in {"forum_post", "forum_thread"}:
        yield f"sequential scan of {node['Relation Name']}"
    if (
        "Sort" in node["Node Type"] and node["Plans"][0]["Actual Rows"] > 5_000
    ):  # a feed sorts its thirty threads' posts
        yield f"sort of {rows} rows"
    if node.get("Rows Removed by Filter", 0) > 5_000:
        yield f"{node['Rows Removed by Filter']} rows read in vain"
