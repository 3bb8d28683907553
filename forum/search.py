"""The forum's part of search: posts by what they say, and threads by their titles."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import F, OrderBy, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commons.folding import folded
from commons.packed import Packed
from commons.prepared import Planned, is_any_of, prepared
from commons.searching import WORD, Found, Question, Room, Shelf, has_nearly, matches, nearly, snippet
from forum.models import Category, Post, Reader, Thread
from forum.visitors import note_words, open_to_all
from members.models import Member

TITLES_SHOWN = 5
TITLE_SHORTEST = 4  # letters before titles are compared
LATEST = ("-last_post_at", "-id")

HAS = {
    "link": (gettext_lazy("a link"), 'href="'),
    "quote": (gettext_lazy("a quote"), "<blockquote"),
    "list": (gettext_lazy("a list"), "<li"),
    "table": (gettext_lazy("a table"), "<table"),
    "code": (gettext_lazy("code"), "<code"),
}
"""What a post may be asked to have, in words, and the HTML that shows it."""


def fitting(question: Question, *, reader: Reader, now: datetime) -> QuerySet[Post]:
    """All posts that fit, of those that the reader may read whole. A query for a name."""
    posts = readable(question.rooms, now, is_by_all=isinstance(reader, Member))
    if question.query:
        posts = posts.filter(matches(question.query))
    if question.author:
        authors = Member.objects.filter(username=question.author).order_by("pk")
        posts = posts.filter(author__in=list(authors.values_list("pk", flat=True)))
    if question.thread:
        posts = posts.filter(thread=question.thread)
    if question.after:
        posts = posts.filter(created_at__gte=question.after)
    if question.before:
        posts = posts.filter(created_at__lt=question.before)
    if question.has:
        posts = posts.filter(html__contains=HAS[question.has][1])
    return posts


def told(posts: Sequence[Post], question: Question, *, reader: Reader, now: datetime) -> list[Found]:
    """What is found in these posts. For visitors two queries."""
    note_words(reader, (post.author_id for post in posts), now=now)
    return [_found(post, question) for post in posts]


READS = Packed(
    Post, "html", "parent", "created_at", "author__display_name", "author__is_active",
    "unclaimed_author__display_name", "thread__title", "thread__category__name",
)  # fmt: skip
ROOM = Room(fitting, READS, told, shows="forum.posts")


def in_rooms(question: Question, rooms: Sequence[Category]) -> Question:
    """The same question, asked of these categories, of which the reader sees each."""
    return replace(question, rooms=tuple(room.pk for room in rooms if question.place in {"", room.slug}))


def readable(rooms: Sequence[int], now: datetime, *, is_by_all: bool) -> QuerySet[Post]:
    """Posts that are there, in these categories: by all, or by people who said yes to visitors.

    The categories come with the question: PostgreSQL keeps no figures of so small a table and would begin with their
    threads.
    """
    posts = Post.objects.filter(is_any_of("thread__category", rooms), deleted_at=None, hidden_at=None)
    posts = posts.filter(thread__merged_into=None)
    return posts if is_by_all else posts.filter(open_to_all(now=now))


def titled_shelf(question: Question, *, reader: Reader, now: datetime) -> Shelf | None:
    """Threads with these words in their titles; without any, those whose titles are nearly so. A query for each; for
    visitors two more."""
    if not question.is_anywhere:
        return None
    is_by_all = isinstance(reader, Member)
    titled = _titled(question.beginnings, question.rooms, now, is_by_all=is_by_all)
    label = _("Threads with this title") if titled else _("Did you mean")
    threads = titled or similar(question.words, reader, rooms=question.rooms, now=now)
    note_words(reader, (thread.author_id for thread in threads), now=now)
    return Shelf(label, [_found_thread(thread) for thread in threads])


@prepared
def _titled(beginnings: Planned, rooms: tuple[int, ...], now: datetime, *, is_by_all: bool) -> QuerySet[Thread]:
    return _first(_threads(rooms, now, is_by_all=is_by_all).filter(matches(beginnings)), *LATEST)


def similar(title: str, reader: Reader, *, rooms: tuple[int, ...], now: datetime) -> Sequence[Thread]:
    """Threads in these categories whose titles are nearly what was typed, the nearest first. One query."""
    if len(title.strip()) < TITLE_SHORTEST:
        return []
    is_one_word = len(WORD.findall(title)) <= 1
    return _similar(folded(title), rooms, now, is_one_word=is_one_word, is_by_all=isinstance(reader, Member))


@prepared
def _similar(
    title: str, rooms: tuple[int, ...], now: datetime, *, is_one_word: bool, is_by_all: bool
) -> QuerySet[Thread]:
    is_nearly = has_nearly if is_one_word else nearly  # a whole title is seldom nearly one word
    near = _threads(rooms, now, is_by_all=is_by_all).filter(is_nearly(F("folded_title"), title))
    return _first(near, TrigramWordSimilarity(title, "folded_title").desc(), *LATEST)


def _first(threads: QuerySet[Thread], *order: OrderBy | str) -> QuerySet[Thread]:
    """The few that are shown, of however many, with whose they are: nothing is joined to those that are not."""
    shown = Thread.objects.filter(pk__in=threads.order_by(*order).values("pk")[:TITLES_SHOWN])
    return shown.select_related("category", "author", "unclaimed_author").order_by(*order)


def _threads(rooms: tuple[int, ...], now: datetime, *, is_by_all: bool) -> QuerySet[Thread]:
    """Threads in these categories, of which the reader sees each: by all, or by people who said yes to visitors."""
    threads = Thread.objects.filter(is_any_of("category", rooms), merged_into=None)
    return threads if is_by_all else threads.filter(open_to_all(now=now))


def _found(post: Post, question: Question) -> Found:
    return Found(
        at=post.created_at,
        key=post.pk,
        what=_("Thread") if post.is_opening else _("Post"),
        title=post.thread.title,
        address=post.get_absolute_url(),
        place=post.thread.category.name,
        by=post.by,
        snippet=snippet(post.html, question.marked),
    )


def _found_thread(thread: Thread) -> Found:
    return Found(
        at=thread.last_post_at,
        key=thread.pk,
        what=_("Thread"),
        title=thread.title,
        address=thread.get_absolute_url(),
        place=thread.category.name,
        by=thread.starter,
    )
