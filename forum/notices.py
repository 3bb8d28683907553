"""How the inbox, letters and digests tell of the forum, and what of the forum can be followed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from commons import markup
from forum import files, paths
from forum.enums import Visibility
from forum.models import (
    MODERATE,
    VIEW,
    Bookmark,
    Category,
    CategoryGroupPermission,
    CategoryUserPermission,
    Post,
    Thread,
)
from members.models import Member
from notifications.enums import Level
from notifications.kinds import Described, Kind, PlaceKind, Spot, place, register
from notifications.models import Notice

CATEGORY, THREAD, BRANCH, POST = "forum.category", "forum.thread", "forum.branch", "forum.post"
BOOKMARK = "forum.bookmark"
WORDS_SHOWN = 280


def register_kinds() -> None:
    in_rooms = (Level.FOLLOWING, Level.ONCE, Level.MUTED, Level.EVERY_POST)
    register(
        Kind(POST, _posts, audience=_those_who_may_see),
        Kind(BOOKMARK, _reminders),
        PlaceKind(CATEGORY, _("A room of the forum"), _categories, levels=in_rooms),
        PlaceKind(THREAD, _("A thread"), _threads),
        PlaceKind(BRANCH, _("A branch of a thread"), _branches),
    )


def places_of(post: Post) -> list[str]:
    """Where a post can be followed, from wide to narrow: its room, its thread, and each post that it stands under."""
    above = [number for number in paths.numbers(bytes(post.path)) if number != post.number]
    keys = dict(Post.objects.filter(thread=post.thread_id, number__in=above).values_list("number", "pk"))
    branches = [place(BRANCH, keys[number]) for number in above if number in keys]
    return [place(CATEGORY, post.thread.category_id), place(THREAD, post.thread_id), *branches]


def _those_who_may_see(notice: Notice) -> QuerySet[Any, Any] | None:
    """The members whom a group's own room is for; None for the rooms of all."""
    category = int(notice.places[0].partition(":")[2])
    if not Category.objects.filter(pk=category, visibility=Visibility.GROUP).exists():
        return None
    granted = {"content_object": category, "permission__codename__in": (VIEW, MODERATE)}
    alone = CategoryUserPermission.objects.filter(user=OuterRef("pk"), **granted)
    in_group = CategoryGroupPermission.objects.filter(group__user=OuterRef("pk"), **granted)
    return Member.objects.filter(Q(Exists(alone)) | Q(Exists(in_group))).values("pk")


def _posts(notices: Sequence[Notice], reader: Member) -> dict[int, Described]:
    keys = {notice.pk: _number(notice.subject) for notice in notices}
    rows = Post.objects.visible_to(reader).filter(pk__in=keys.values(), deleted_at=None, hidden_at=None)
    posts = {post.pk: post for post in rows.select_related("author", "unclaimed_author", "thread__category", "parent")}
    files.attach(posts.values())
    return {notice: _described(posts[key]) for notice, key in keys.items() if key in posts}


def _reminders(notices: Sequence[Notice], reader: Member) -> dict[int, Described]:
    keys = {notice.pk: _number(notice.subject.rpartition(":")[0]) for notice in notices}
    rows = Bookmark.objects.filter(pk__in=keys.values(), member=reader, post__in=Post.objects.visible_to(reader))
    found = {row.pk: row for row in rows.select_related("post__thread__category")}
    return {
        notice: Described(
            title=found[key].post.thread.title,
            address=found[key].post.get_absolute_url(),
            words=found[key].note,
            room=str(_("Bookmarks")),
        )
        for notice, key in keys.items()
        if key in found
    }


def _described(post: Post) -> Described:
    thread = post.thread
    return Described(
        title=thread.title,
        address=post.get_absolute_url(),
        words=post.content_note or markup.plain_text(post.html, limit=WORDS_SHOWN),
        who=str(post.by),
        room=thread.category.name,
        html=post.html + files.linked(post),
        language=post.language or thread.category.language,
        key=place(POST, post.pk),
        answers=(place(THREAD, thread.pk), *((place(POST, post.parent_id),) if post.parent_id else ())),
    )


def _categories(keys: Sequence[int], reader: Member) -> dict[int, Spot]:
    rows = Category.objects.visible_to(reader).filter(pk__in=keys)
    return {row.pk: Spot(row.name, row.get_absolute_url()) for row in rows}


def _threads(keys: Sequence[int], reader: Member) -> dict[int, Spot]:
    rows = Thread.objects.visible_to(reader).filter(pk__in=keys).select_related("category")
    return {row.pk: Spot(row.title, row.get_absolute_url()) for row in rows}


def _branches(keys: Sequence[int], reader: Member) -> dict[int, Spot]:
    rows = Post.objects.visible_to(reader).filter(pk__in=keys).select_related("thread", "author", "unclaimed_author")
    words = _("What answers %(name)s in “%(thread)s”")
    return {row.pk: Spot(words % {"name": row.by, "thread": row.thread.title}, row.get_absolute_url()) for row in rows}


def subjects_of(posts: Iterable[Post]) -> list[str]:
    """The keys by which notices know these posts."""
    return [place(POST, post.pk) for post in posts]


def _number(key: str) -> int:
    return int(key.partition(":")[2])
