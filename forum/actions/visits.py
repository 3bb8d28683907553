"""Remembering where somebody was."""

from datetime import datetime
from typing import Any

from django.db import connection

from commons.prepared import Statement, Update, prepared_change
from forum.enums import VISIT_LENGTH
from forum.models import Category, CaughtUp, Post, Thread, Visit
from members.models import Member

_RECORD = """
    INSERT INTO forum_visit AS visit (member_id, thread_id, seen_number, current_number, visited_at)
    VALUES (%(member)s, %(thread)s, 0, %(last)s, %(now)s)
    ON CONFLICT (member_id, thread_id) DO UPDATE SET
        seen_at = CASE WHEN visit.visited_at < %(now)s - %(length)s
                       THEN visit.visited_at ELSE visit.seen_at END,
        seen_number = CASE WHEN visit.visited_at < %(now)s - %(length)s
                           THEN visit.current_number ELSE visit.seen_number END,
        current_number = %(last)s,
        visited_at = %(now)s
    RETURNING seen_number
"""


def record_visit(*, member: Member, thread: Thread, now: datetime) -> int:
    """Remember that a member is here, in one statement.

    Returns the number of the last post that they had seen before this visit; posts above it are new.
    A pause of half an hour begins a new visit.
    """
    parameters: dict[str, Any] = {
        "member": member.pk,
        "thread": thread.pk,
        "last": thread.last_number,
        "now": now,
        "length": VISIT_LENGTH,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, parameters)
        return cursor.fetchone()[0]


def catch_up(*, member: Member, category: Category | None = None, until: datetime) -> None:
    """Call everything read that was there at that moment, in a category or everywhere."""
    CaughtUp.objects.update_or_create(member=member, category=category, defaults={"until": until})


def leave_unread(*, member: Member, post: Post, now: datetime) -> None:
    """Keep a thread new from this post on, to come back to it."""
    before = {"seen_number": post.number - 1, "current_number": post.number - 1, "visited_at": now}
    Visit.objects.update_or_create(member=member, thread_id=post.thread_id, defaults=before)


def own_read(member: Member, thread: Thread, number: int) -> Statement:
    """The change by which whoever had read everything and adds a post with this number has still read everything."""
    return _read_on.statement(member.pk, thread.pk, number - 1, number)


@prepared_change
def _read_on(member: int, thread_id: int, before: int, after: int) -> Update:
    return Visit.objects.filter(member=member, thread=thread_id, current_number=before), {"current_number": after}
