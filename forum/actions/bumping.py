"""How a thread rises in the lists: with every reply, and slowly while it is heated."""

from datetime import datetime

from forum import heat, talk
from forum.enums import HEAT_LOOK_BACK, SLOW_BUMP_EVERY, Bump
from forum.models import Thread
from forum.nudges import heat_in
from forum.rules import guided_bump


def hold(thread: Thread, *, stood_at: datetime, now: datetime) -> None:
    """After a reply: let the thread rise, or hold it where it stood, at `stood_at`. The caller holds the thread's lock.

    The replies stay and are counted; only the place in the lists waits. One query if the talk goes on, none if it was
    quiet before; one more if something changes.
    """
    held_at = _held_at(thread, stood_at=stood_at, now=now)
    if held_at != thread.held_at:
        thread.held_at = held_at
        thread.save(update_fields=["held_at"])


def _held_at(thread: Thread, *, stood_at: datetime, now: datetime) -> datetime | None:
    if not _rises_slowly(thread, stood_at, now):
        return None
    if thread.held_at is None:
        return stood_at
    return now if now - thread.held_at >= SLOW_BUMP_EVERY else thread.held_at


def _rises_slowly(thread: Thread, stood_at: datetime, now: datetime) -> bool:
    if guided := guided_bump(thread, now=now):
        return guided == Bump.SLOW
    if not heat.may_be(thread.post_count, last_at=stood_at, now=now):
        return False
    return bool(heat_in(talk.last_spoken(thread, look_back=HEAT_LOOK_BACK), now=now))
