"""Saying thank you for a post, and saying whether one was heard."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from forum.enums import Heard
from forum.models import Post, Restatement
from forum.notices import POST, THANKS
from members.models import Member
from members.people import actions as people
from notifications import actions as notifications
from notifications.enums import Reason
from notifications.kinds import place


@transaction.atomic
def thank_for(*, post: Post, by: Member, words: str, is_public: bool, submission: UUID, now: datetime) -> None:
    """Thank whoever wrote a post, once for each post, and tell them.

    Raises:
        Refused: they may not.
        RateLimited: too many thanks for today.
    """
    assert post.author
    thanks = people.give_thanks(
        giver=by,
        receiver=post.author,
        words=words,
        is_public=is_public,
        submission=submission,
        about=place(POST, post.pk),
        now=now,
    )
    news = notifications.News(
        kind=THANKS, subject=place(THANKS, thanks.pk), actor=by.pk, directly={post.author.pk: Reason.THANKS}
    )
    notifications.announce(news, now=now)


def answer_restatement(*, post: Post, answer: Heard, now: datetime) -> None:
    """The person who was heard says whether that is it; they may change their mind."""
    Restatement.objects.filter(post=post).update(answer=answer, answered_at=now)
