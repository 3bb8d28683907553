"""Talking about an event, in the forum."""

from datetime import datetime
from uuid import UUID

from commons import subjects
from commons.subjects import Subject
from events.enums import SUBJECT
from events.models import Event
from members.models import Member


def begin_talk(*, event: Event, room: int, by: Member, source: str, now: datetime, submission: UUID | None) -> str:
    """Say the first word about an event, which begins its thread there; the address of what was said.

    Raises:
        Unsaid: the forum did not take it, and says why.
    """
    return subjects.talks().begin(
        Subject(SUBJECT, event.pk), room=room, by=by, title=event.title, source=source, submission=submission, now=now
    )
