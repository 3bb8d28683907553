"""What visitors read: the words and names of those who said yes to that, and otherwise only that a post is there.

Asked at the moment of reading, so that a yes taken back counts with the next page.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from forum.enums import INDEXED, PUBLIC
from forum.models import Post, Reader, Thread
from members.consent import gate, uses
from members.enums import FORMER_KEYS_FROM
from members.models import Member


def open_to_all(*, now: datetime) -> Q:
    """A condition on posts and threads: by people who said yes to visitors, or old letters of a public list."""
    old_letters = Q(author=None, unclaimed_author__lt=FORMER_KEYS_FROM)
    return old_letters | Q(gate.consents("author", PUBLIC, now=now))


class Somebody:
    """A member who shares their words with members only, as a visitor meets them."""

    def __str__(self) -> str:
        return _("A member")

    def get_absolute_url(self) -> str:
        return ""


def show(reader: Reader, *, threads: Iterable[Thread] = (), posts: Iterable[Post] = (), now: datetime) -> bool:
    """Withhold from a visitor what is not for them; whether search engines may list the page. One query.

    Changes the rows in memory. Members see everything, and what they see is not for search engines.
    """
    if isinstance(reader, Member):
        return False
    threads, posts = list(threads), list(posts)
    named = {post.author_id for post in posts} | {key for thread in threads for key in _named(thread)}
    writers = {key for key in named if key is not None}
    standing = gate.standing_events(writers, (PUBLIC, INDEXED), now=now)
    for post in posts:
        _withhold_post(post, open_to=standing[PUBLIC].keys())
    for thread in threads:
        _withhold_thread(thread, open_to=standing[PUBLIC].keys())
    is_indexable = writers <= standing[PUBLIC].keys() & standing[INDEXED].keys()
    uses.note({"public_post": standing[PUBLIC], "indexable": standing[INDEXED] if is_indexable else {}}, now=now)
    return is_indexable


def note_words(reader: Reader, writers: Iterable[int | None], *, now: datetime) -> None:
    """A line for each of these people, whose words a visitor is shown because they said yes. One query."""
    if not isinstance(reader, Member):
        standing = gate.standing_events((key for key in writers if key is not None), (PUBLIC,), now=now)
        uses.note({"public_post": standing[PUBLIC]}, now=now)


def note_shown(reader: Reader, post_id: int, *, now: datetime) -> None:
    """A line for whoever wrote a post, when a visitor is handed a file of it."""
    if not isinstance(reader, Member):
        show(reader, posts=Post.objects.filter(pk=post_id).select_related("parent"), now=now)


def _named(thread: Thread) -> set[int | None]:
    return {thread.author_id, thread.last_author_id}


def _is_for_members(author: int | None, unclaimed: int | None, open_to: Iterable[int]) -> bool:
    """Who has not said yes, and who has left and so says yes no more. Old letters of a public list stay public."""
    if author is None:
        return unclaimed is not None and unclaimed >= FORMER_KEYS_FROM
    return author not in open_to


def _withhold_post(post: Post, *, open_to: Iterable[int]) -> None:
    if _is_for_members(post.author_id, post.unclaimed_author_id, open_to):
        post.source = post.html = post.content_note = ""
        post.stand_in = Somebody()
    if post.parent and _is_for_members(post.parent.author_id, post.parent.unclaimed_author_id, open_to):
        post.parent.stand_in = Somebody()


def _withhold_thread(thread: Thread, *, open_to: Iterable[int]) -> None:
    if _is_for_members(thread.author_id, thread.unclaimed_author_id, open_to):
        thread.title = _("A conversation among members")
        thread.starter_stand_in = Somebody()
    if _is_for_members(thread.last_author_id, thread.last_unclaimed_author_id, open_to):
        thread.last_stand_in = Somebody()
