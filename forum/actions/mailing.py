"""What the forum keeps of letters."""

from datetime import datetime

from forum.enums import MESSAGE_ID_MAX_LENGTH
from forum.models import MailedPost, Mirror, Post


def keep_message_id(*, post: Post, message_id: str) -> None:
    """Remember by which letter a post came, unless its Message-ID is no use to others or taken."""
    if not message_id.isascii() or len(message_id) > MESSAGE_ID_MAX_LENGTH or "@" not in message_id:
        return
    thread = post.thread_id if post.is_opening else None
    MailedPost.objects.bulk_create(
        [MailedPost(post=post, thread_id=thread, message_id=message_id)], ignore_conflicts=True
    )


def note_copied(*, mirror: int, now: datetime) -> None:
    """The old list still writes."""
    Mirror.objects.filter(pk=mirror).update(last_letter_at=now)
