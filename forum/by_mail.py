"""The forum's doors for letters: an answer goes under the post that it answers, a letter to a room begins a thread."""

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from commons.access import Verdict
from commons.ratelimit import RateLimited
from forum import actions, queries, rules
from forum.actions.posts import Text
from forum.archives import titles
from forum.enums import TITLE_MIN_LENGTH
from forum.models import Category, MailedPost, Post
from forum.notices import CATEGORY, POST, THREAD
from notifications import envelopes
from notifications.bridge import doors
from notifications.bridge.doors import Door, NotTaken, NotYet, Words


def open_doors() -> None:
    doors.register(Door(POST, answer), Door(CATEGORY, write_to_room))
    doors.finds(room_at)


def room_at(local_part: str) -> str:
    """The room whose address begins so, if members can write to it by mail."""
    found = Category.objects.filter(slug=local_part, takes_letters=True).values_list("pk", flat=True).first()
    return f"{CATEGORY}:{found}" if found else ""


def answer(number: int, words: Words) -> str:
    """Post a letter under the post that it answers."""
    try:
        parent = queries.post(number, reader=words.by)
    except Http404:
        raise _not_there() from None
    return _reply(parent, words)


def write_to_room(number: int, words: Words) -> str:
    """A letter that answers a post of this room stands under it; any other begins a thread."""
    category = Category.objects.visible_to(words.by).filter(pk=number, takes_letters=True).first()
    if category is None:
        raise _not_there()
    if above := _answered(category, words):
        return answer(above, words)
    title = titles.clean(words.subject, list_tags=frozenset({category.slug}))
    if not titles.key(words.subject) or len(title) < TITLE_MIN_LENGTH:
        raise NotTaken(_("A thread needs a title: write it into the subject of your letter."))
    _require(rules.can_start_thread(words.by, category), rules.can_say(words.by, words.own))
    try:
        post = actions.start_thread(
            category=category,
            by=words.by,
            title=title,
            text=Text(words.source),
            now=words.now,
            submission=words.submission,
        )
    except RateLimited as error:
        raise NotYet(error.reason) from None
    return _kept(post, words)


def _reply(parent: Post, words: Words) -> str:
    _require(rules.can_reply(words.by, parent.thread), rules.can_say(words.by, words.own))
    try:
        post = actions.post_reply(
            parent=parent, by=words.by, text=Text(words.source), now=words.now, submission=words.submission
        )
    except RateLimited as error:
        raise NotYet(error.reason) from None
    except actions.Closed:
        raise NotTaken(_("This thread was closed while you wrote.")) from None
    return _kept(post, words)


def _kept(post: Post, words: Words) -> str:
    """Its address; its Message-ID is kept, so that the letters about it stand in the same thread."""
    actions.keep_message_id(post=post, message_id=words.message_id)
    return post.get_absolute_url()


def _answered(category: Category, words: Words) -> int | None:
    """The post of this room that a letter answers, by the nearest Message-ID that is known here."""
    for message_id in reversed(words.above):
        known = Post.objects.filter(_known_by(message_id), thread__category=category, deleted_at=None)
        if found := known.values_list("pk", flat=True).first():
            return found
    return None


def _known_by(message_id: str) -> Q:
    prefix, _colon, number = envelopes.key_of(message_id).partition(":")
    if prefix == THREAD:
        return Q(thread=int(number), parent=None)
    if prefix == POST:
        return Q(pk=int(number))
    return Q(pk__in=MailedPost.objects.filter(message_id=message_id).values("post"))


def _require(*verdicts: Verdict) -> None:
    for verdict in verdicts:
        if not verdict:
            raise NotTaken(verdict.reason)


def _not_there() -> NotTaken:
    return NotTaken(_("This is no longer there, or not for you."))
