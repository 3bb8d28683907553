"""Many posts by one person, written by the database itself."""

from datetime import UTC, datetime

from django.db import connection

from forum.models import Category, Thread
from members.models import Member

START = datetime(2026, 1, 1, tzinfo=UTC)

_POSTS = """
    INSERT INTO forum_post (thread_id, parent_id, author_id, number, path, depth, band, reply_count, source, html,
                            renderer_version, language, content_note, licence, created_at)
    SELECT %(thread)s, NULL, %(author)s, n, int8send(n), 0, 0, 0, %(source)s, '<p>' || n || '</p>',
           1, 'en', '', 'community', timestamptz '2026-01-01' + n * interval '1.000001 second'
    FROM generate_series(1, %(posts)s) AS n
"""


def write_posts(author: Member, category: Category, posts: int, *, source: str = "") -> Thread:
    """One thread with so many posts of one author."""
    thread = Thread.objects.create(
        category=category, title="Much", author=author, created_at=START, last_post_at=START, last_author=author,
        post_count=posts, last_number=posts,
    )  # fmt: skip
    words = source or "Soup — “with leeks”, \n\n> and a quote\n\n" * 20
    with connection.cursor() as cursor:
        cursor.execute(_POSTS, {"thread": thread.pk, "author": author.pk, "posts": posts, "source": words})
    return thread
