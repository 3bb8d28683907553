"""Asks the forum's rules on behalf of a template, so that a control stands only where it works."""

from dataclasses import dataclass

from django import template
from django.template import Context

from commons import clock
from commons.access import Verdict
from forum import rules, unread
from forum.models import Post, Thread

register = template.Library()


@register.simple_tag(takes_context=True)
def can_edit(context: Context, post: Post) -> Verdict:
    return rules.can_edit(context["user"], post, now=clock.now())


@register.simple_tag(takes_context=True)
def can_delete(context: Context, post: Post) -> Verdict:
    return rules.can_delete(context["user"], post)


@register.simple_tag(takes_context=True)
def can_split(context: Context, post: Post) -> Verdict:
    return rules.can_split(context["user"], post)


@register.simple_tag(takes_context=True)
def new_in(context: Context, thread: Thread) -> int:
    """How many posts of a thread are new to the reader."""
    return unread.new_in(thread, context["user"], now=context["now"])


@dataclass(frozen=True)
class News:
    """A post that is new to the reader, and the new ones before and after it on the page."""

    before: int | None
    after: int | None


@register.simple_tag(takes_context=True)
def news(context: Context, post: Post) -> News | None:
    """What `News` says of a post, or None if the reader has seen it."""
    unread: list[int] = context["unread"]
    if post.pk not in unread:
        return None
    at = unread.index(post.pk)
    return News(before=unread[at - 1] if at else None, after=unread[at + 1] if at + 1 < len(unread) else None)
