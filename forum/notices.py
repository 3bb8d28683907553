"""How the inbox, letters and digests tell of the forum, and what of the forum can be followed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commons import markup
from commons.prepared import is_any_of, prepared
from forum import files, paths
from forum.enums import Visibility
from forum.models import (
    MODERATE,
    VIEW,
    Bookmark,
    Category,
    CategoryGroupPermission,
    CategoryUserPermission,
    MailedPost,
    Post,
    Thread,
    ThreadChange,
)
from members.models import Member
from members.people import queries as people
from notifications import envelopes
from notifications.enums import Level
from notifications.kinds import Described, Kind, MailingList, PlaceKind, Spot, place, register
from notifications.models import Notice

CATEGORY, THREAD, BRANCH, POST = "forum.category", "forum.thread", "forum.branch", "forum.post"
BOOKMARK = "forum.bookmark"
THANKS, CALM, REMOVAL = "forum.thanks", "forum.calm", "forum.removal"
WORDS_SHOWN = 280


def register_kinds() -> None:
    in_rooms = (Level.FOLLOWING, Level.ONCE, Level.MUTED, Level.EVERY_POST)
    register(
        Kind(POST, _posts, audience=_those_who_may_see),
        Kind(BOOKMARK, _reminders),
        Kind(THANKS, _thanks),
        Kind(CALM, _calls_for_calm),
        Kind(REMOVAL, _removals),
        PlaceKind(CATEGORY, _("A room of the forum"), _categories, levels=in_rooms),
        PlaceKind(THREAD, _("A thread"), _threads),
        PlaceKind(BRANCH, _("A branch of a thread"), _branches),
    )


def places_of(post: Post) -> list[str]:
    """Where a post can be followed, from wide to narrow: its room, its thread, and each post that it stands under."""
    above = [number for number in paths.numbers(bytes(post.path)) if number != post.number]
    keys = dict(_keys(post.thread_id, tuple(above))) if above else {}
    branches = [place(BRANCH, keys[number]) for number in above if number in keys]
    return [place(CATEGORY, post.thread.category_id), place(THREAD, post.thread_id), *branches]


@prepared
def _keys(thread_id: int, numbers: tuple[int, ...]) -> QuerySet[Post, Any]:
    return Post.objects.filter(is_any_of("number", numbers), thread=thread_id).values_list("number", "pk")


def _those_who_may_see(notice: Notice) -> QuerySet[Any, Any] | None:
    """The members whom a group's own room is for; None for the rooms of all."""
    category = int(notice.places[0].partition(":")[2])
    if not _of_a_group(category):
        return None
    granted = {"content_object": category, "permission__codename__in": (VIEW, MODERATE)}
    alone = CategoryUserPermission.objects.filter(user=OuterRef("pk"), **granted)
    in_group = CategoryGroupPermission.objects.filter(group__user=OuterRef("pk"), **granted)
    return Member.objects.filter(Q(Exists(alone)) | Q(Exists(in_group))).values("pk")


@prepared
def _of_a_group(category: int) -> QuerySet[Category, Any]:
    return Category.objects.filter(pk=category, visibility=Visibility.GROUP).values_list("pk")


def _posts(notices: Sequence[Notice], reader: Member) -> dict[int, Described]:
    keys = {notice.pk: _number(notice.subject) for notice in notices}
    rows = Post.objects.visible_to(reader).filter(pk__in=keys.values(), deleted_at=None, hidden_at=None)
    rows = rows.select_related("author", "unclaimed_author", "thread__category", "parent").annotate(
        mailed_as=_mailed_as(post=OuterRef("pk")),
        parent_mailed_as=_mailed_as(post=OuterRef("parent")),
        thread_mailed_as=_mailed_as(thread=OuterRef("thread")),
    )
    posts = {post.pk: post for post in rows}
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


def _thanks(notices: Sequence[Notice], reader: Member) -> dict[int, Described]:
    """Words of thanks for posts; those that were taken back are left out."""
    keys = {notice.pk: _number(notice.subject) for notice in notices}
    given = people.thanks_by_key(keys.values(), reader)
    posts = {_number(word.about) for word in given.values()}
    rows = Post.objects.visible_to(reader).filter(pk__in=posts).select_related("thread")
    found = {place(POST, post.pk): post for post in rows}
    return {
        notice: Described(
            title=found[word.about].thread.title,
            address=found[word.about].get_absolute_url(),
            words=word.words,
            who=str(word.giver),
            room=str(_("Thanks")),
        )
        for notice, key in keys.items()
        if (word := given.get(key)) and word.about in found
    }


def _calls_for_calm(notices: Sequence[Notice], reader: Member) -> dict[int, Described]:
    keys = {notice.pk: _number(notice.subject.rpartition(":")[0]) for notice in notices}
    rows = Thread.objects.visible_to(reader).filter(pk__in=keys.values()).select_related("category")
    found = {thread.pk: thread for thread in rows}
    return {
        notice: Described(
            title=found[key].title,
            address=found[key].get_absolute_url(),
            words=str(_("Somebody who takes part asks for calm here. A word from you may help; so may a pause.")),
            room=found[key].category.name,
        )
        for notice, key in keys.items()
        if key in found
    }


def _removals(notices: Sequence[Notice], reader: Member) -> dict[int, Described]:
    """Posts of theirs that a moderator took away, with the reason."""
    keys = {notice.pk: _number(notice.subject.rpartition(":")[0]) for notice in notices}
    posts = {notice.pk: int(notice.subject.rpartition(":")[2]) for notice in notices}
    rows = ThreadChange.objects.filter(pk__in=keys.values(), thread__in=Thread.objects.visible_to(reader))
    found = {row.pk: row for row in rows.select_related("thread__category", "by").order_by("pk")}
    return {
        notice: Described(
            title=found[key].thread.title,
            address=reverse("forum:post", args=[posts[notice]]),
            words=found[key].reason,
            who=str(found[key].by or ""),
            room=found[key].thread.category.name,
        )
        for notice, key in keys.items()
        if key in found
    }


def _described(post: Post) -> Described:
    thread, category = post.thread, post.thread.category
    return Described(
        title=thread.title,
        address=post.get_absolute_url(),
        words=post.content_note or markup.plain_text(post.html, limit=WORDS_SHOWN),
        who=str(post.by),
        room=category.name,
        note=post.content_note,
        text=post.source + files.told_in_text(post),
        html=post.html + files.linked(post),
        language=post.language or category.language,
        key=_in_brackets(post.mailed_as) or _key(post),
        answers=_above(post),
        answer_to=place(POST, post.pk),
        mailing=MailingList(
            key=category.slug,
            name=category.name,
            place=place(CATEGORY, category.pk),
            archive=category.get_absolute_url(),
            takes_letters=category.takes_letters,
        ),
    )


def _key(post: Post) -> str:
    """What letters know a post by: the opening post is its thread."""
    return place(THREAD, post.thread_id) if post.is_opening else place(POST, post.pk)


def _above(post: Post) -> tuple[str, ...]:
    """What letters know the opening post and the one that this answers by, each once."""
    if post.parent is None:
        return ()
    opening = _in_brackets(post.thread_mailed_as) or place(THREAD, post.thread_id)
    above = _in_brackets(post.parent_mailed_as) or _key(post.parent)
    return tuple(dict.fromkeys([opening, above]))


def _in_brackets(message_id: str | None) -> str:
    return f"<{message_id}>" if message_id else ""


def _mailed_as(**post: OuterRef) -> Subquery:
    """The Message-ID of a post that came by mail."""
    return Subquery(MailedPost.objects.filter(**post).values("message_id")[:1])


def _categories(keys: Sequence[int], reader: Member) -> dict[int, Spot]:
    rows = Category.objects.visible_to(reader).filter(pk__in=keys)
    return {row.pk: Spot(row.name, row.get_absolute_url(), _letters_to(row)) for row in rows}


def _letters_to(category: Category) -> str:
    takes_letters = category.takes_letters and settings.MAIL_DOMAIN
    return envelopes.list_address(category.slug) if takes_letters else ""


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
