"""Threads about things of other rooms, for `commons.subjects`."""

from collections.abc import Collection, Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.urls import Resolver404, resolve

from commons import subjects
from commons.ratelimit import RateLimited
from commons.subjects import Room, Subject, Talk, Talks, Unsaid
from forum import actions, queries, rules, visitors
from forum.actions.posts import Text
from forum.models import Category, Reader, Thread
from members.models import Member


def hold() -> None:
    subjects.holds_talks(Talks(rooms=rooms, find=find, begin=begin, among=among, key_of=key_of))


def rooms(person: Member, *, is_public: bool) -> Sequence[Room]:
    """The rooms with just these readers in which the person may begin a thread. One query."""
    found = queries.rooms_seen_by_all(person, is_public=is_public)
    return [Room(one.pk, one.name) for one in found if rules.can_start_thread(person, one)]


def find(subject: Subject, *, reader: Reader) -> Talk | None:
    """One query."""
    thread = queries.thread_about(str(subject), reader=reader)
    if thread is None:
        return None
    return _talk(thread) if thread.is_seen else Talk()


def begin(
    subject: Subject,
    *,
    room: int,
    by: Member,
    title: str,
    source: str,
    now: datetime,
    submission: UUID | None = None,
) -> str:
    category: Category = queries.category_by_key(room, reader=by)
    for verdict in (rules.can_start_thread(by, category), rules.can_say(by, source)):
        if not verdict:
            raise Unsaid(verdict.reason)
    try:
        post = actions.begin_about(
            subject=str(subject),
            category=category,
            by=by,
            title=title,
            text=Text(source),
            now=now,
            submission=submission,
        )
    except RateLimited as error:
        raise Unsaid(error.reason) from error
    except actions.Closed as error:
        raise Unsaid(str(error)) from error
    return post.get_absolute_url()


def among(keys: Collection[int], *, reader: Reader, now: datetime) -> dict[int, Talk]:
    """One query if there are keys; one more for visitors, who read only the titles that are for them."""
    threads = list(queries.threads_by_key(keys, reader=reader)) if keys else []
    visitors.show(reader, threads=threads, now=now)
    return {thread.pk: _talk(thread) for thread in threads}


def key_of(address: str, *, reader: Member) -> int | None:
    """The thread that an address of this site leads to, if the reader may see it."""
    try:
        parts = urlsplit(address.strip())
        match = resolve(parts.path)
    except (Resolver404, ValueError):
        return None
    if parts.netloc not in {"", urlsplit(settings.SITE_URL).netloc}:
        return None
    if match.view_name != "forum:thread":
        return None
    thread = queries.threads_by_key([match.kwargs["thread_id"]], reader=reader).first()
    return thread.pk if thread else None


def _talk(thread: Thread) -> Talk:
    return Talk(address=thread.get_absolute_url(), title=thread.title, replies=thread.reply_count)
