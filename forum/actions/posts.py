"""Writing, changing and taking back posts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from commons import ratelimit
from commons.access import Allowed, Verdict
from commons.contributions import rendered
from commons.outbox import publish
from commons.prepared import Statement, Update, insert, prepared, prepared_change
from forum import paths, queries, talk
from forum.actions.bumping import hold
from forum.actions.files import NO_FILES, Files, forget_files_of, put_into_post
from forum.actions.threads import note_change, rename, save_counters
from forum.actions.visits import own_read
from forum.advice import heat_around
from forum.enums import EDIT_GRACE_PERIOD, IN_A_ROW_MAX_NEWCOMER, SAME_AGAIN, Change
from forum.heat import words_in
from forum.models import Category, Mention, Post, PostRevision, Restatement, Thread, ThreadChange
from forum.notices import REMOVAL
from forum.rules import can_say_more, is_moderator_of, is_paused
from members.models import Member
from notifications import actions as notifications
from notifications.enums import Reason
from notifications.kinds import place

REWRITE_BATCH = 200


class Closed(Exception):
    """The thread was locked, merged or split, or the post deleted, since the page was opened."""


class Heated(Exception):
    """The text is to be read once more; `words` are those in it, maybe none, that ask for it."""

    def __init__(self, words: list[str]) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True)
class Text:
    """What a post says, as its form hands it over; `heard` is what a reply has heard from the one it answers."""

    source: str
    content_note: str = ""
    language: str = ""
    heard: str = ""


def start_thread(
    *,
    category: Category,
    by: Member,
    title: str,
    text: Text,
    now: datetime,
    files: Files = NO_FILES,
    submission: UUID | None = None,
) -> Post:
    """Begin a thread with its opening post, and tell the listeners.

    A form sent twice begins one thread, and so do the same words sent again after going back.

    Raises:
        RateLimited: too many threads for now.
    """
    begun = Post.objects.filter(parent=None, thread__category=category, thread__title=title)
    if earlier := _submitted(by, submission):
        return earlier
    if earlier := _just_said(begun, by=by, text=text, now=now):
        return _said_once(earlier, place=f"thread:{category.pk}", by=by, files=files, now=now)
    try:
        with transaction.atomic():
            post = _start_thread(category=category, by=by, title=title, text=text, now=now, submission=submission)
            _finish_draft(post, place=f"thread:{category.pk}", by=by, files=files, now=now)
            return post
    except IntegrityError:
        if earlier := _submitted(by, submission):
            return earlier
        raise


def post_reply(
    *,
    parent: Post,
    by: Member,
    text: Text,
    now: datetime,
    files: Files = NO_FILES,
    submission: UUID | None = None,
    asks_where_heated: bool = False,
) -> Post:
    """Answer a post: under the thread's lock, so that every counter is right, and tell the listeners.

    A form sent twice makes one post, and so do the same words sent again after going back.

    Raises:
        Heated: the branch is heated, and the caller wants to ask before anything is posted there.
        Closed: the thread was locked or merged in the meantime.
        RateLimited: too many posts for now.
    """
    with transaction.atomic():
        [thread] = _locked(parent.thread_id)
        answered, earlier = _answered_and_answer(parent.pk, by=by, text=text, submission=submission, now=now)
        if earlier and submission is not None and earlier.submission == submission:
            return earlier
        if earlier:
            return _said_once(earlier, place=f"reply:{parent.pk}", by=by, files=files, now=now)
        is_closed = thread.is_locked or is_paused(thread, now=now)
        if thread.merged_into_id or (is_closed and not is_moderator_of(by, parent.thread.category)):
            raise Closed(_("This thread was closed while you wrote. Your text is safe in your drafts."))
        if answered.thread_id != thread.pk:
            raise Closed(_("What you answer was moved while you wrote. Please send it once more; your text is safe."))
        if not (verdict := _may_say_more(by, answered, thread=thread)):
            raise ratelimit.RateLimited(verdict.reason)
        lately = talk.spoken_lately(thread, now=now)
        if asks_where_heated and heat_around(answered, lately, now=now):
            raise Heated(words_in(text.source))
        _spend(by, now=now)
        stood_at = thread.last_post_at
        post = _add(thread, parent=answered, by=by, text=text, now=now, submission=submission)
        hold(thread, [*lately, talk.spoken(post, answered)], stood_at=stood_at, now=now)
        if text.heard:
            Restatement.objects.create(post=post, heard=text.heard)
        _finish_draft(post, place=f"reply:{parent.pk}", by=by, files=files, now=now)
        return post


def edit_post(*, post: Post, by: Member, text: Text, now: datetime, title: str = "", files: Files = NO_FILES) -> Post:
    """Change what a post says. After the grace period the earlier text stays readable in its history.

    Args:
        title: of the thread, where the post opens it; its history names the earlier one.
    """
    with transaction.atomic():
        ratelimit.spend_or_refuse("forum.edit", key=str(by.pk), now=now)
        if title:
            rename(thread=post.thread, by=by, title=title, reason="", now=now)
        post = Post.objects.select_for_update().get(pk=post.pk)
        if post.deleted_at:
            raise Closed(_("This post was deleted while you wrote. Your text is safe in your drafts."))
        _finish_draft(post, place=f"edit:{post.pk}", by=by, files=files, now=now)
        if (text.source, text.content_note, text.language) == (post.source, post.content_note, post.language):
            return post
        if now - post.created_at > EDIT_GRACE_PERIOD:
            PostRevision.of(post, post=post, replaced_at=now, replaced_by=by).save()
            post.edited_at = now
        post.source, post.content_note, post.language = text.source, text.content_note, text.language
        post.html = post.rendered()
        post.save(update_fields=["source", "content_note", "language", "html", "renderer_version", "edited_at"])
        publish("forum.post_edited", post=post.pk)
        return post


def delete_post(*, post: Post, by: Member, now: datetime, reason: str = "") -> None:
    """Take a post back: its text and its history go at once, a tombstone stays so that the branch stands.

    Of somebody else's post, the reason stands in the thread's history, and they are told of it.
    """
    with transaction.atomic():
        thread = Thread.objects.select_for_update().get(pk=post.thread_id)
        fields = {"source": "", "html": "", "content_note": "", "deleted_at": now, "deleted_by": by}
        if not Post.objects.filter(pk=post.pk, thread=thread, deleted_at=None).update(**fields):
            return
        PostRevision.objects.filter(post=post).delete()
        Restatement.objects.filter(post=post).delete()
        forget_files_of(post)
        thread.post_count -= 1
        save_counters(thread)
        publish("forum.posts_moved", category=thread.category_id, posts=-1, threads=0)
        publish("forum.posts_deleted", posts=[post.pk])
        if post.author_id != by.pk:
            _say_why(post, note_change(thread, Change.REMOVED, by=by, reason=reason, now=now))


def _say_why(post: Post, removal: ThreadChange) -> None:
    """To the person who wrote it, if they are with us; whatever they want to do with the moderator otherwise."""
    if post.author_id is None:
        return
    publish("forum.post_removed", post=post.pk, author=post.author_id)
    news = notifications.News(
        kind=REMOVAL,
        subject=f"{place(REMOVAL, removal.pk)}:{post.pk}",
        directly={post.author_id: Reason.REMOVAL},
    )
    notifications.announce(news, now=removal.happened_at)


def forget_mentions(*, member: int) -> None:
    """Make plain text of every mention of a member, a batch at a time."""
    mentions = Mention.objects.filter(member=member)
    while batch := list(mentions.order_by("pk").values_list("post", flat=True)[:REWRITE_BATCH]):
        with transaction.atomic():
            posts = list(Post.objects.select_for_update().filter(pk__in=batch).order_by("pk"))
            for post in posts:
                post.html = post.rendered()
            Post.objects.bulk_update(posts, ["html"])
            mentions.filter(post__in=batch).delete()


def _start_thread(
    *, category: Category, by: Member, title: str, text: Text, now: datetime, submission: UUID | None
) -> Post:
    _spend(by, now=now, is_thread=True)
    thread = Thread.objects.create(
        category=category, title=title, author=by, created_at=now, last_post_at=now, last_author=by
    )
    return _add(thread, parent=None, by=by, text=text, now=now, submission=submission)


@transaction.atomic
def _said_once(earlier: Post, *, place: str, by: Member, files: Files, now: datetime) -> Post:
    """The post that says this already; what came with the second sending is not lost."""
    _finish_draft(earlier, place=place, by=by, files=files, now=now)
    return earlier


def _finish_draft(post: Post, *, place: str, by: Member, files: Files, now: datetime) -> None:
    """The files that waited with the draft go to the post, and the draft goes. One query, if there is none of both."""
    draft = queries.draft(by, place=place)
    put_into_post(post=post, by=by, draft=draft, given=files, now=now)
    if draft:
        draft.delete()


def _submitted(by: Member, submission: UUID | None) -> Post | None:
    if submission is None:
        return None
    return Post.objects.filter(author=by, submission=submission).select_related("thread__category").first()


def _just_said(posts: QuerySet[Post], *, by: Member, text: Text, now: datetime) -> Post | None:
    """The post among these that says the same, by the same person, moments ago."""
    recent = posts.filter(_says_so(text.source, since=now - SAME_AGAIN), author=by)
    return recent.select_related("thread__category").order_by("pk").first()


def _answered_and_answer(
    post_id: int, *, by: Member, text: Text, submission: UUID | None, now: datetime
) -> tuple[Post, Post | None]:
    """What is answered, as it is now, and the answer that came with the same form, or that says the same, by the same
    person, moments ago. One query, and one more where there is such an answer."""
    found: list[Any] = _with_same_answers(post_id, by, text.source, now - SAME_AGAIN, submission)
    [answered] = [post for post in found if post.pk == post_id]
    same = [post.pk for post in found if post.is_same_answer][:1]
    return answered, Post.objects.filter(pk__in=same).select_related("thread__category").first() if same else None


@prepared
def _with_same_answers(
    parent_id: int, by: Member, source: str, since: datetime, submission: UUID | None
) -> QuerySet[Post]:
    is_same = Q(parent=parent_id) & _says_so(source, since=since)
    if submission is not None:
        is_same |= Q(submission=submission)
    is_same &= Q(author=by)
    return Post.objects.filter(Q(pk=parent_id) | is_same).annotate(is_same_answer=is_same).order_by("pk")


def _says_so(source: str, *, since: datetime) -> Q:
    return Q(source=source, created_at__gt=since, deleted_at=None)


@prepared
def _locked(thread_id: int) -> QuerySet[Thread]:
    return Thread.objects.select_related("category").select_for_update(of=("self",)).filter(pk=thread_id)


def _counted(thread: Thread, parent: Post | None, *, number: int, by: Member, now: datetime) -> list[Statement]:
    """The changes that a post with this number brings along: its thread, what it answers, how far its author read."""
    of_thread = _note_last.statement(thread.pk, number, now, by.pk)
    return [of_thread, _count_reply.statement(parent.pk), own_read(by, thread, number)] if parent else [of_thread]


@prepared_change
def _count_reply(parent_id: int) -> Update:
    return Post.objects.filter(pk=parent_id), {"reply_count": F("reply_count") + 1}


@prepared_change
def _note_last(thread_id: int, number: int, written_at: datetime, by: int) -> Update:
    """The thread has one post more, its last."""
    last = {"last_number": number, "last_post_at": written_at, "last_author": by, "last_unclaimed_author": None}
    return Thread.objects.filter(pk=thread_id), {**last, "post_count": F("post_count") + 1}


def _may_say_more(by: Member, parent: Post, *, thread: Thread) -> Verdict:
    """The rule on replies in a row; two queries, for newcomers only."""
    if not by.is_newcomer:
        return Allowed()
    last = Post.objects.filter(thread=thread, number__gt=thread.last_number - IN_A_ROW_MAX_NEWCOMER)
    authors = list(last.filter(parent__isnull=False).order_by("number").values_list("author", flat=True))
    in_a_row = len(authors) if set(authors) == {by.pk} else 0
    return can_say_more(by, parent, in_a_row=in_a_row, has_answered=parent.replies.filter(author=by).exists())


def _spend(by: Member, *, now: datetime, is_thread: bool = False) -> None:
    key = str(by.pk)
    ratelimit.spend_or_refuse("forum.post.newcomer" if by.is_newcomer else "forum.post", key=key, now=now)
    if is_thread:
        ratelimit.spend_or_refuse("forum.thread.first_day" if by.is_on_first_day else "forum.thread", key=key, now=now)
    elif by.is_on_first_day:
        ratelimit.spend_or_refuse("forum.reply.first_day", key=key, now=now)


def _add(
    thread: Thread, *, parent: Post | None, by: Member, text: Text, now: datetime, submission: UUID | None
) -> Post:
    """A post at the thread's next number, with all that it counts; the caller holds the thread's lock."""
    now = max(now, thread.last_post_at)
    number = thread.last_number + 1
    path = paths.below(bytes(parent.path) if parent else b"", created_at=now, number=number)
    depth = paths.depth(path)
    post = insert(
        Post(
            thread=thread,
            parent=parent,
            author=by,
            number=number,
            path=path,
            depth=depth,
            band=paths.band(depth),
            source=text.source,
            html=rendered(text.source, author=by.pk),
            content_note=text.content_note,
            language=text.language,
            submission=submission,
            created_at=now,
        )
    )
    thread.last_number = number
    thread.post_count += 1
    thread.last_post_at, thread.last_author, thread.last_unclaimed_author = now, by, None
    publish(
        "forum.post_created",
        *_counted(thread, parent, number=number, by=by, now=now),
        post=post.pk,
        category=thread.category_id,
        thread=thread.pk,
        author=by.pk,
        written_at=now.isoformat(),
        address=post.get_absolute_url(),
        is_opening=parent is None,
        is_greeting=parent is None and thread.category.is_greeting,
    )
    return post
