"""The forum's part of search: posts by what they say, and threads by their titles."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commons.folding import folded, folded_sql
from commons.searching import Found, Question, Shelf, earlier, matches, nearly, snippet
from forum.enums import PUBLIC
from forum.models import Category, Post, Reader, Thread
from members.consent import gate
from members.enums import FORMER_KEYS_FROM
from members.models import Member

TITLES_SHOWN = 5
TITLE_SHORTEST = 4  # letters before titles are compared

HAS = {
    "link": (gettext_lazy("a link"), 'href="'),
    "quote": (gettext_lazy("a quote"), "<blockquote"),
    "list": (gettext_lazy("a list"), "<li"),
    "table": (gettext_lazy("a table"), "<table"),
    "code": (gettext_lazy("code"), "<code"),
}
"""What a post may be asked to have, in words, and the HTML that shows it."""


def found_posts(
    question: Question, *, reader: Reader, bound: tuple[datetime, int] | None, size: int, now: datetime
) -> Sequence[Found]:
    """The latest posts that fit and that the reader may read whole. Two queries, and one for a name."""
    posts = fitting(question, reader=reader, now=now).filter(earlier(bound)).order_by("-created_at", "-id")
    people = posts.select_related("author", "unclaimed_author", "thread__category").defer("source")[:size]
    return [_found(post, question) for post in people]


def fitting(question: Question, *, reader: Reader, now: datetime) -> QuerySet[Post]:
    """All posts that fit, of those that the reader may read whole."""
    posts = readable(reader, now=now, place=question.place)
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


def readable(reader: Reader, *, now: datetime, place: str = "") -> QuerySet[Post]:
    """Posts that are there, in categories that the reader sees; for visitors, by people who said yes to that.

    The categories are asked for first: PostgreSQL keeps no figures of so small a table and would
    begin with their threads.
    """
    categories = Category.objects.visible_to(reader).order_by("pk")
    seen = list((categories.filter(slug=place) if place else categories).values_list("pk", flat=True))
    posts = Post.objects.filter(deleted_at=None, hidden_at=None, thread__category__in=seen, thread__merged_into=None)
    return posts if isinstance(reader, Member) else posts.filter(_open_to_all(now))


def titled_shelf(question: Question, *, reader: Reader, now: datetime) -> Shelf | None:
    """Threads with these words in their titles; without any, those whose titles are nearly so."""
    if not question.is_anywhere:
        return None
    seen = _threads(reader, now=now).filter(matches(question.beginnings))
    titled = list(seen.order_by("-last_post_at", "-id")[:TITLES_SHOWN])
    if titled:
        return Shelf(_("Threads with this title"), [_found_thread(thread) for thread in titled])
    return Shelf(_("Did you mean"), [_found_thread(thread) for thread in similar(question.words, reader, now=now)])


def similar(title: str, reader: Reader, *, now: datetime) -> Sequence[Thread]:
    """Threads whose titles are nearly what was typed, the nearest first. One query."""
    if len(title.strip()) < TITLE_SHORTEST:
        return []
    near = _threads(reader, now=now).filter(nearly(folded_sql("title"), title))
    nearness = TrigramWordSimilarity(folded(title), folded_sql("title"))
    return list(near.order_by(nearness.desc(), "-last_post_at", "-id")[:TITLES_SHOWN])


def _threads(reader: Reader, *, now: datetime) -> QuerySet[Thread]:
    threads = Thread.objects.visible_to(reader).select_related("category", "author", "unclaimed_author")
    return threads if isinstance(reader, Member) else threads.filter(_open_to_all(now))


def _open_to_all(now: datetime) -> Q:
    old_letters = Q(author=None, unclaimed_author__lt=FORMER_KEYS_FROM)
    return old_letters | Q(author__in=gate.consenting(PUBLIC, now=now))


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
