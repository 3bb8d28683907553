"""Nudges that were shown, and asking for calm."""

from datetime import datetime

from django.db import transaction

from commons import ratelimit
from forum.enums import Nudge
from forum.models import NudgeShown, Thread
from forum.notices import CALM
from members.models import Member
from notifications import actions as notifications
from notifications.enums import Reason
from notifications.kinds import place


def note_nudge(*, member: Member, thread: Thread, nudge: Nudge, now: datetime) -> bool:
    """Remember that a nudge is shown now. False if it was shown before: then it must not be again."""
    return NudgeShown.objects.get_or_create(member=member, thread=thread, nudge=nudge, defaults={"shown_at": now})[1]


def hush(*, member: Member, thread: Thread, now: datetime) -> None:
    """Show this person no nudges any more in this thread."""
    note_nudge(member=member, thread=thread, nudge=Nudge.ALL, now=now)


@transaction.atomic
def ask_for_calm(*, thread: Thread, by: Member, moderators: list[int], now: datetime) -> None:
    """Tell the moderators that somebody in the thread asks for calm, once a day for each thread; not who.

    Raises:
        RateLimited: asked too often today.
    """
    ratelimit.spend_or_refuse("forum.calm", key=str(by.pk), now=now)
    news = notifications.News(
        kind=CALM,
        subject=f"{place(CALM, thread.pk)}:{now:%Y%m%d}",
        directly=dict.fromkeys(moderators, Reason.CALM),
    )
    notifications.announce(news, now=now)
