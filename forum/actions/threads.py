"""What moderators do to threads: each with a reason and a line in the thread's history."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from commons.outbox import publish
from forum import paths
from forum.enums import Bump, Change
from forum.models import Category, Post, Thread, ThreadChange, ThreadSubject
from members.models import Member

BATCH = 1000


def lock(*, thread: Thread, by: Member, reason: str, now: datetime) -> None:
    """Take no more replies, except from moderators."""
    _set(thread, Change.LOCKED, by=by, reason=reason, now=now, is_locked=True)


def unlock(*, thread: Thread, by: Member, reason: str, now: datetime) -> None:
    _set(thread, Change.UNLOCKED, by=by, reason=reason, now=now, is_locked=False)


def pin(*, thread: Thread, by: Member, reason: str, now: datetime) -> None:
    """Keep the thread at the top of its category."""
    _set(thread, Change.PINNED, by=by, reason=reason, now=now, is_pinned=True)


def unpin(*, thread: Thread, by: Member, reason: str, now: datetime) -> None:
    _set(thread, Change.UNPINNED, by=by, reason=reason, now=now, is_pinned=False)


def rename(*, thread: Thread, by: Member, title: str, reason: str, now: datetime) -> None:
    _set(thread, Change.RENAMED, by=by, reason=reason, now=now, detail=thread.title, title=title)


def pause(*, thread: Thread, until: datetime, by: Member, reason: str, now: datetime) -> None:
    """Let the thread rest until a moment: no replies, except from moderators. It ends by itself."""
    _set(thread, Change.PAUSED, by=by, reason=reason, now=now, detail=_until(until), paused_until=until)


def resume(*, thread: Thread, by: Member, reason: str, now: datetime) -> None:
    """End a rest before its time."""
    _set(thread, Change.RESUMED, by=by, reason=reason, now=now, paused_until=None)


def guide_bump(*, thread: Thread, bump: Bump, until: datetime | None, by: Member, reason: str, now: datetime) -> None:
    """Say how the thread rises in the lists until a moment; after that it rises by itself again.

    One that is made slow stays where it stands; one that is freed takes its place at once.
    """
    change = {Bump.SLOW: Change.SLOWED, Bump.FREE: Change.LIFTED, Bump.ITSELF: Change.UNGUIDED}[bump]
    until = until if bump else None
    with transaction.atomic():
        held = {Bump.SLOW: Coalesce("held_at", "last_post_at")}.get(bump)
        Thread.objects.filter(pk=thread.pk).update(held_at=held)
        detail = _until(until) if until else ""
        _set(thread, change, by=by, reason=reason, now=now, detail=detail, bump=bump, bump_until=until)


def ask_to_restate(*, thread: Thread, by: Member, reason: str, now: datetime) -> None:
    """From now on a reply says first what it heard."""
    _set(thread, Change.RESTATING, by=by, reason=reason, now=now, asks_restating=True)


def no_longer_ask_to_restate(*, thread: Thread, by: Member, reason: str, now: datetime) -> None:
    _set(thread, Change.FREE, by=by, reason=reason, now=now, asks_restating=False)


@transaction.atomic
def move(*, thread: Thread, to: Category, by: Member, reason: str, now: datetime) -> None:
    """Put the thread into another category; both categories' counters follow."""
    locked = Thread.objects.select_for_update(of=("self",)).select_related("category").get(pk=thread.pk)
    if locked.category_id == to.pk:
        return
    publish("forum.posts_moved", category=locked.category_id, posts=-locked.post_count, threads=-1)
    publish("forum.posts_moved", category=to.pk, posts=locked.post_count, threads=1)
    note_change(locked, Change.MOVED, by=by, reason=reason, now=now, detail=locked.category.name)
    Thread.objects.filter(pk=locked.pk).update(category=to)


@transaction.atomic
def merge(*, thread: Thread, into: Thread, by: Member, reason: str, now: datetime) -> None:
    """Make `thread` a branch under the opening post of `into`; its old address leads there."""
    source, target = _both_locked(thread, into)
    opening = Post.objects.get(thread=target, parent=None)
    posts = list(Post.objects.filter(thread=source).order_by("band", "path"))
    posts.sort(key=lambda post: bytes(post.path))
    _plant(posts, thread=target, under=opening)
    Post.objects.filter(pk=opening.pk).update(reply_count=F("reply_count") + 1)
    Thread.objects.filter(merged_into=source).update(merged_into=target)
    _carry_subject(source, target)
    publish("forum.posts_moved", category=source.category_id, posts=-source.post_count, threads=-1)
    publish("forum.posts_moved", category=target.category_id, posts=source.post_count, threads=0)
    note_change(target, Change.MERGED, by=by, reason=reason, now=now, detail=source.title)
    source.merged_into = target
    source.save(update_fields=["merged_into"])
    _recount([source, target])


def _carry_subject(source: Thread, target: Thread) -> None:
    """What the one was about is from now on talked about in the other, unless that has a subject of its own."""
    about = ThreadSubject.objects.filter(thread=source)
    if ThreadSubject.objects.filter(thread=target).exists():
        about.delete()
    else:
        about.update(thread=target)


@transaction.atomic
def split(*, post: Post, title: str, by: Member, reason: str, now: datetime) -> Thread:
    """Make a post and everything under it a thread of its own, in the same category."""
    source = Thread.objects.select_for_update().get(pk=post.thread_id)
    post = Post.objects.select_related("author", "unclaimed_author").get(pk=post.pk)
    parent_id = post.parent_id or 0
    within = {"path__gte": post.path, "path__lt": paths.end(bytes(post.path))}
    branch = list(Post.objects.filter(thread=source, band__gte=post.band, **within))
    branch.sort(key=lambda one: bytes(one.path))
    thread = Thread.objects.create(
        category_id=source.category_id,
        title=title,
        author=post.author,
        unclaimed_author=post.unclaimed_author,
        created_at=post.created_at,
        last_post_at=post.created_at,
    )
    Post.objects.filter(pk=parent_id).update(reply_count=F("reply_count") - 1)
    _plant(branch, thread=thread, under=None)
    _recount([source, thread])
    publish("forum.posts_moved", category=source.category_id, posts=0, threads=1)
    note_change(source, Change.SPLIT_OFF, by=by, reason=reason, now=now, detail=title)
    note_change(thread, Change.SPLIT_FROM, by=by, reason=reason, now=now, detail=source.title)
    return thread


@transaction.atomic
def _set(
    thread: Thread, change: Change, *, by: Member, reason: str, now: datetime, detail: str = "", **fields: object
) -> None:
    """Change fields of a thread; nothing happens, and nothing is noted, if they are so already."""
    if Thread.objects.filter(pk=thread.pk).exclude(**fields).update(**fields):
        note_change(thread, change, by=by, reason=reason, now=now, detail=detail)


def _until(moment: datetime) -> str:
    return _("until %(date)s") % {"date": date_format(localtime(moment), "DATETIME_FORMAT")}


def note_change(
    thread: Thread, change: Change, *, by: Member, reason: str, now: datetime, detail: str = ""
) -> ThreadChange:
    """Leave a line in a thread's history."""
    return ThreadChange.objects.create(
        thread=thread, change=change, by=by, reason=reason, detail=detail, happened_at=now
    )


def save_counters(thread: Thread) -> None:
    """Store how many posts there are, whose the latest is that is still there, and when it was written."""
    latest = Post.objects.filter(thread=thread, deleted_at=None).order_by("-created_at", "-number").first()
    if latest:
        thread.last_post_at = latest.created_at
        thread.last_author_id, thread.last_unclaimed_author_id = latest.author_id, latest.unclaimed_author_id
    thread.save(update_fields=["post_count", "last_post_at", "last_author", "last_unclaimed_author"])


def _both_locked(one: Thread, other: Thread) -> tuple[Thread, Thread]:
    """Both rows locked in the order of their keys, so that two merges never wait for each other."""
    locked = Thread.objects.select_for_update().filter(pk__in=[one.pk, other.pk]).order_by("pk")
    by_key = {thread.pk: thread for thread in locked}
    return by_key[one.pk], by_key[other.pk]


def _plant(posts: Sequence[Post], *, thread: Thread, under: Post | None) -> None:
    """Move posts, given in tree order with their root first, to new numbers and paths in a thread."""
    planted: dict[int | None, bytes] = {}
    for post in posts:
        is_root = post is posts[0]
        parent_path = (bytes(under.path) if under else b"") if is_root else planted[post.parent_id]
        thread.last_number += 1
        post.thread, post.number = thread, thread.last_number
        post.path = planted[post.pk] = paths.below(parent_path, created_at=post.created_at, number=post.number)
        post.depth = paths.depth(post.path)
        post.band = paths.band(post.depth)
        if is_root:
            post.parent = under
    Post.objects.bulk_update(posts, ["thread", "parent", "number", "path", "depth", "band"], batch_size=BATCH)
    thread.save(update_fields=["last_number"])


def _recount(threads: Iterable[Thread]) -> None:
    """Bring the counters of threads whose posts have moved in line with their posts."""
    for thread in threads:
        thread.post_count = Post.objects.filter(thread=thread, deleted_at=None).count()
        save_counters(thread)
