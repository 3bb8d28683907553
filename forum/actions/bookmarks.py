"""Keeping a post to find it again, with a reminder or without."""

from datetime import datetime

from django.db import transaction

from forum.models import Bookmark, Post
from forum.notices import BOOKMARK
from members.models import Member
from notifications import actions as notifications
from notifications.enums import Reason
from notifications.kinds import place

BATCH = 200


def bookmark(*, member: Member, post: Post, note: str, remind_at: datetime | None, now: datetime) -> None:
    """Keep a post, or change the note and the reminder of one that is kept."""
    Bookmark.objects.update_or_create(
        member=member,
        post=post,
        defaults={"note": note, "remind_at": remind_at},
        create_defaults={"note": note, "remind_at": remind_at, "created_at": now},
    )


def remove_bookmark(*, member: Member, post: int) -> None:
    Bookmark.objects.filter(member=member, post=post).delete()


@transaction.atomic
def remind(*, now: datetime) -> int:
    """Tell everybody whose reminder is due, once; how many."""
    due = Bookmark.objects.select_for_update(skip_locked=True).filter(remind_at__lte=now).order_by("remind_at")
    bookmarks = list(due[:BATCH])
    for one in bookmarks:
        news = notifications.News(
            kind=BOOKMARK,
            subject=f"{place(BOOKMARK, one.pk)}:{one.remind_at:%Y%m%d%H%M}",
            directly={one.member_id: Reason.REMINDER},
        )
        notifications.announce(news, now=now)
    Bookmark.objects.filter(pk__in=[one.pk for one in bookmarks]).update(remind_at=None)
    return len(bookmarks)
