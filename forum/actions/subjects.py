"""Beginning a thread about a thing of another room."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from forum.actions.posts import Closed, Text, post_reply, start_thread
from forum.models import Category, Post, ThreadSubject
from members.models import Member


def begin_about(
    *, subject: str, category: Category, by: Member, title: str, text: Text, now: datetime, submission: UUID | None
) -> Post:
    """Say the first word about a thing: it begins the thread. Whoever comes second replies in it.

    Raises:
        Closed: the thread takes no replies, or is for others.
        RateLimited: too many threads or posts for now.
    """
    if not (there := _opening(subject)):
        try:
            with transaction.atomic():
                post = start_thread(category=category, by=by, title=title, text=text, now=now, submission=submission)
                ThreadSubject.objects.get_or_create(thread=post.thread, defaults={"subject": subject})
                return post
        except IntegrityError:
            there = _opening(subject)
    if there is None or not Post.objects.visible_to(by).filter(pk=there.pk).exists():
        raise Closed(_("This is being talked about in a room that is not open to you."))
    return post_reply(parent=there, by=by, text=text, now=now, submission=submission)


def _opening(subject: str) -> Post | None:
    about = ThreadSubject.objects.filter(subject=subject).order_by().values("thread")
    posts = Post.objects.filter(thread__in=about, parent=None)
    return posts.select_related("thread__category", "author").order_by("pk").first()
