"""What the forum does when something has happened: outside the request, exactly once."""

from django.db.models import F
from django.db.models.functions import Greatest

from commons import clock, markup
from commons.naming import people_named
from commons.outbox import subscribes
from forum import actions
from forum.models import Category, Mention, Post
from members.consent import uses
from members.consent.enums import STANDING


@subscribes("forum.post_created")
def count_post(*, post: int, category: int, is_opening: bool, **_payload: object) -> None:
    """The category's counters. They follow the thread's own, so that a busy category has no hot row."""
    written_at = Post.objects.filter(pk=post).values_list("created_at", flat=True).first()
    Category.objects.filter(pk=category).update(
        post_count=F("post_count") + 1,
        thread_count=F("thread_count") + int(is_opening),
        last_post_at=Greatest("last_post_at", written_at),
    )


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
    post = Post.objects.filter(pk=post_id).first()
    if post is None:
        return
    people = people_named(markup.mentioned(post.source), author=post.author_id).values()
    Mention.objects.bulk_create([Mention(post=post, member=member) for member in people], ignore_conflicts=True)
    now = clock.now()
    for member in people:
        uses.use(member, "mention", now=now)
