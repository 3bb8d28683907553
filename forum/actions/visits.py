"""Remembering where somebody was."""

from datetime import datetime
from typing import Any

from django.db import connection

from forum.enums import VISIT_LENGTH
from forum.models import Thread
from members.models import Member

_RECORD = """
    INSERT INTO forum_visit AS visit (member_id, thread_id, seen_number, current_number, visited_at)
    VALUES (%(member)s, %(thread)s, 0, %(last)s, %(now)s)
    ON CONFLICT (member_id, thread_id) DO UPDATE SET
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
