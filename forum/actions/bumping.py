"""How a thread rises in the lists: with every reply, and slowly while it is heated."""

from collections.abc import Sequence
from datetime import datetime

from forum.enums import SLOW_BUMP_EVERY, Bump
from forum.heat import Spoken
from forum.models import Thread
from forum.nudges import heat_in
from forum.rules import guided_bump


def hold(thread: Thread, spoken: Sequence[Spoken], *, stood_at: datetime, now: datetime) -> None:
    """After a reply: let the thread rise, or hold it where it stood, at `stood_at`. The caller holds the thread's lock.

    `spoken` is what was said lately, the reply with it. The replies stay and are counted; only the place in the lists
    waits. One query if something changes.
    """
    held_at = _held_at(thread, spoken, stood_at=stood_at, now=now)
    if held_at != thread.held_at:
        thread.held_at = held_at
        thread.save(update_fields=["held_at"])


def _held_at(thread: Thread, spoken: Sequence[Spoken], *, stood_at: datetime, now: datetime) -> datetime | None:
    guided = guided_bump(thread, now=now)
    if not (guided == Bump.SLOW if guided else heat_in(spoken, now=now)):
        return None
    if thread.held_at is None:
        return stood_at
    return now if now - thread.held_at >= SLOW_BUMP_EVERY else thread.held_at
