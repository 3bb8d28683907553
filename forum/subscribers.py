"""What the forum does when something has happened: outside the request, exactly once."""

from datetime import datetime

from django.db.models import F, QuerySet
from django.db.models.functions import Greatest

from commons import clock, markup
from commons.naming import people_named
from commons.outbox import subscribes
from commons.prepared import Update, prepared, prepared_change
from forum import actions, notices
from forum.models import Category, Mention, Post
from members.consent import uses
from members.consent.enums import STANDING
from notifications import actions as notifications
from notifications.enums import Reason
from notifications.kinds import place


@subscribes("forum.post_created")
def count_post(*, category: int, written_at: str, is_opening: bool, **_payload: object) -> None:
    """The category's counters. They follow the thread's own, so that a busy category has no hot row."""
    _count(category, int(is_opening), datetime.fromisoformat(written_at))


@prepared_change
def _count(category: int, threads: int, written_at: datetime) -> Update:
    counted = {"post_count": F("post_count") + 1, "thread_count": F("thread_count") + threads}
    return Category.objects.filter(pk=category), {**counted, "last_post_at": Greatest("last_post_at", written_at)}


@subscribes("forum.posts_moved")
def count_moved_posts(*, category: int, posts: int, threads: int) -> None:
    Category.objects.filter(pk=category).update(
        post_count=F("post_count") + posts, thread_count=F("thread_count") + threads
    )


@subscribes("forum.post_created")
def note_mentions(*, post: int, **_payload: object) -> None:
    _note_mentions(post)


@subscribes("forum.post_edited")
def note_new_mentions(*, post: int) -> None:
    _note_mentions(post)


@subscribes("forum.post_created")
def tell_of_post(*, post: int, **_payload: object) -> None:
    """Those whom it answers or mentions, and those who follow its place."""
    found = _with_its_place.first(post)
    if found is None or found.author_id is None:
        return
    mentioned = people_named(markup.mentioned(found.source), author=found.author_id).values()
    directly = {member.pk: Reason.MENTION for member in mentioned}
    if found.parent and found.parent.author_id:
        directly[found.parent.author_id] = Reason.REPLY
    thread, now = place(notices.THREAD, found.thread_id), clock.now()
    news = notifications.News(
        kind=notices.POST,
        subject=place(notices.POST, found.pk),
        places=notices.places_of(found),
        actor=found.author_id,
        bundle=thread,
        directly=directly,
    )
    notifications.announce(news, now=now)
    notifications.follow_by_taking_part(member=found.author_id, place=thread, now=now)


@prepared
def _with_its_place(post_id: int) -> QuerySet[Post]:
    return Post.objects.filter(pk=post_id).select_related("thread", "parent")


@subscribes("forum.posts_deleted")
def take_notices_back(*, posts: list[int]) -> None:
    notifications.retract(subjects=[place(notices.POST, post) for post in posts])


@subscribes("members.author_claimed")
def hand_over_posts(*, author: int, member: int) -> None:
    """The letters of somebody who has joined become their posts."""
    Post.objects.filter(unclaimed_author=author, author=None).update(author=member)


@subscribes("consent.changed")
def forget_mentions(*, member: int, purpose: str, state: str, **_payload: object) -> None:
    """Whoever no longer wants to be mentioned becomes plain text where they were."""
    if purpose == "contact.mention" and state not in STANDING:
        actions.forget_mentions(member=member)


def _note_mentions(post_id: int) -> None:
    post = _with_its_place.first(post_id)
    if post is None:
        return
    people = people_named(markup.mentioned(post.source), author=post.author_id).values()
    Mention.objects.bulk_create([Mention(post=post, member=member) for member in people], ignore_conflicts=True)
    now = clock.now()
    for member in people:
        uses.use(member, "mention", now=now)
