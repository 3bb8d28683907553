"""Whether a filled database is what the site itself would have written: all of it counted and rendered anew."""

from collections.abc import Iterator

from django.db import connection

from commons import markup
from forum import paths
from forum.models import Post
from members.consent import checking

SAMPLE = 500

COUNTED = {
    "posts of a thread": """
        SELECT t.id FROM forum_thread t
        JOIN (SELECT thread_id, count(*) FILTER (WHERE deleted_at IS NULL) AS posts,
                     max(number) AS last, count(*) AS whole
              FROM forum_post GROUP BY 1) p ON p.thread_id = t.id
        WHERE (t.post_count, t.last_number, t.last_number) <> (p.posts, p.last, p.whole)
    """,
    "threads without a post": """
        SELECT id FROM forum_thread t WHERE NOT EXISTS (SELECT FROM forum_post WHERE thread_id = t.id)
    """,
    "last post of a thread": """
        SELECT t.id FROM forum_thread t JOIN forum_post p ON p.thread_id = t.id AND p.number = t.last_number
        WHERE (t.last_post_at, t.last_author_id, t.bumped_at) IS DISTINCT FROM (p.created_at, p.author_id, p.created_at)
    """,
    "opening post": """
        SELECT t.id FROM forum_thread t JOIN forum_post p ON p.thread_id = t.id AND p.number = 1
        WHERE p.parent_id IS NOT NULL OR (t.created_at, t.author_id) IS DISTINCT FROM (p.created_at, p.author_id)
    """,
    "replies to a post": """
        SELECT p.id FROM forum_post p
        LEFT JOIN (SELECT parent_id, count(*) AS replies FROM forum_post GROUP BY 1) r ON r.parent_id = p.id
        WHERE p.reply_count <> coalesce(r.replies, 0)
    """,
    "answers elsewhere, or before what they answer": """
        SELECT c.id FROM forum_post c JOIN forum_post p ON p.id = c.parent_id
        WHERE p.thread_id <> c.thread_id OR p.number >= c.number OR p.created_at >= c.created_at
    """,
    "counts of a category": """
        SELECT c.id FROM forum_category c
        LEFT JOIN (SELECT t.category_id, count(DISTINCT t.id) AS threads, max(p.created_at) AS latest,
                          count(*) FILTER (WHERE p.deleted_at IS NULL) AS posts
                   FROM forum_thread t JOIN forum_post p ON p.thread_id = t.id GROUP BY 1) n ON n.category_id = c.id
        WHERE (c.thread_count, c.post_count, c.last_post_at)
              IS DISTINCT FROM (coalesce(n.threads, 0), coalesce(n.posts, 0), n.latest)
    """,
    "words to search": """
        SELECT id FROM (SELECT * FROM forum_post ORDER BY id LIMIT 500) p WHERE words <> commons_words(language, source)
    """,
    "tellings of nothing": """
        SELECT 1 FROM notifications_telling t
        WHERE NOT EXISTS (SELECT FROM notifications_notice WHERE id = t.notice_id)
    """,
}


def faults() -> Iterator[str]:
    """What is not as it should be, in words."""
    with connection.cursor() as cursor:
        for name, sql in COUNTED.items():
            cursor.execute(f"SELECT count(*) FROM ({sql}) AS wrong")  # noqa: S608 (our own statements)
            if wrong := cursor.fetchone()[0]:
                yield f"{name}: {wrong} wrong"
        cursor.execute("SELECT count(*) FROM bench.dropped WHERE NOT is_made")
        if missing := cursor.fetchone()[0]:
            yield f"indexes and constraints: {missing} are missing"
    yield from _posts()
    if fault := checking.check_ledger().fault:
        yield f"consent ledger: {fault}"


def _posts() -> Iterator[str]:
    posts = Post.objects.filter(deleted_at=None).select_related("parent").order_by("pk")[:SAMPLE]
    for post in posts:
        if markup.render(post.source).html != post.html:
            yield f"post {post.pk} renders to something else"
        above = bytes(post.parent.path) if post.parent else b""
        path = paths.below(above, created_at=post.created_at, number=post.number)
        if (bytes(post.path), post.depth, post.band) != (path, paths.depth(path), paths.band(paths.depth(path))):
            yield f"post {post.pk} stands elsewhere in its tree"
