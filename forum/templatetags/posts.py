"""The posts of a thread, from one compiled template."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import template
from django.template import Context, engines
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from commons import clock
from forum import rules
from forum.enums import View
from forum.models import Post
from forum.queries import Node
from members.templatetags.people import initials, tone

register = template.Library()


@dataclass(frozen=True)
class News:
    """A post that is new to the reader, and the new ones before and after it on the page."""

    before: int | None
    after: int | None


@register.simple_tag(takes_context=True)
def posts(context: Context, nodes: Sequence[Node]) -> SafeString:
    """Inputs of the context: thread, can_reply, unread, user; and, on a thread's own page, page, composer, here."""
    reader, page = context["user"], context.get("page")
    given = {
        "nodes": nodes,
        "thread": context["thread"],
        "user": reader,
        "here": context.get("here", ""),
        "can_reply": context["can_reply"],
        "composer": context.get("composer"),
        "is_tree": page is None or page.view != View.LINE,
        "news": partial(_news, context["unread"]),
        "can_edit": partial(rules.can_edit, reader, now=clock.now()),
        "can_delete": partial(rules.can_delete, reader),
        "can_split": partial(rules.can_split, reader),
        "initials": initials,
        "tone": tone,
        "with_context": partial(_with_context, context),
    }
    return mark_safe(engines["jinja2"].get_template("forum/posts.html").render(given))  # noqa: S308 (escapes)


def _news(unread: Sequence[int], post: Post) -> News | None:
    if post.pk not in unread:
        return None
    at = unread.index(post.pk)
    return News(before=unread[at - 1] if at else None, after=unread[at + 1] if at + 1 < len(unread) else None)


def _with_context(context: Context, name: str, **given: Any) -> SafeString:
    """A Django template, for what is seldom there."""
    return render_to_string(name, given, context["request"])
