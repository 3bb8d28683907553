"""What a member has not read yet: told by comparing numbers, so that it costs the same in a thread of any length."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Greatest

from commons import pagination
from commons.pagination import Page
from forum.enums import UNREAD_HORIZON
from forum.models import Reader, Thread, ThreadQuerySet, Visit
from members.models import Member
from notifications.enums import Level
from notifications.models import Follow
from notifications.queries import place_key

NEWS_BY = ("-last_post_at", "-id")


def new_in(thread: Thread, reader: Reader, *, now: datetime) -> int:
    """How many posts of a thread are new to the reader: all of a thread that they have not opened yet."""
    if not isinstance(reader, Member) or thread.last_post_at <= known_until(thread, reader, now=now):
        return 0
    if thread.read_number is None:
        return thread.post_count
    return max(0, thread.last_number - thread.read_number)


def known_until(thread: Thread, reader: Member, *, now: datetime) -> datetime:
    """Before this, nothing is called new: the reader said so, or had not joined, or it was long ago."""
    times = [now - UNREAD_HORIZON, thread.caught_up_at]
    if thread.read_number is None:
        times.append(reader.date_joined)
    return max(time for time in times if time)


def news(reader: Member, *, now: datetime) -> ThreadQuerySet:
    """The threads with something new for the reader, but for those they have muted."""
    threads = Thread.objects.visible_to(reader).with_unread(reader)
    since = now - UNREAD_HORIZON
    return threads.filter(
        Q(read_number=None, last_post_at__gt=max(since, reader.date_joined)) | Q(last_number__gt=F("read_number")),
        last_post_at__gt=Greatest(Value(since), Coalesce("caught_up_at", Value(since))),
    ).exclude(Q(pk__in=_muted(reader, "forum.thread")) | Q(category__in=_muted(reader, "forum.category")))


def news_page(reader: Member, *, after: str = "", now: datetime) -> Page[Thread]:
    """One page of what is new, the latest first. One query."""
    threads = news(reader, now=now).with_people().select_related("category")
    return pagination.page(threads, by=NEWS_BY, after=pagination.decode(after, length=2) if after else None)


def next_new(reader: Member, *, besides: int, now: datetime) -> Thread | None:
    """Another thread with something new."""
    found = news(reader, now=now).exclude(pk=besides).select_related("category")
    return found.order_by("-last_post_at", "-pk").first()


def since_visit(thread: Thread, member: Member) -> Visit | None:
    return Visit.objects.filter(member=member, thread=thread).first()


def _muted(reader: Member, prefix: str) -> Any:
    muted = Follow.objects.filter(member=reader, level=Level.MUTED, place__startswith=f"{prefix}:")
    return muted.annotate(key=place_key()).values("key")
