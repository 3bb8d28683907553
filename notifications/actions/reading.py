"""What was read is no longer new, wherever it was read."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from members.models import Member
from notifications import waiting
from notifications.models import Notice, Telling


def mark_read(*, member: Member, now: datetime, subjects: Iterable[str] = (), bundle: str = "") -> None:
    """What was told of these subjects, or of a whole bundle, was read."""
    unread = Telling.objects.filter(member=member).unread()
    about = Q(bundle=bundle) if bundle else Q(subject__in=list(subjects))
    if unread.filter(notice__in=Notice.objects.filter(about).values("pk")).update(read_at=now):
        waiting.forget(member)


def mark_all_read(*, member: Member, until: int, now: datetime) -> None:
    """Everything up to the notice that the reader saw last; what came in the meantime stays new."""
    Telling.objects.filter(member=member, notice__lte=until).unread().update(read_at=now)
    waiting.forget(member)
