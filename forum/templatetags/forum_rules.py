"""Asks the forum's rules on behalf of a template, so that a control stands only where it works."""

from django import template
from django.template import Context

from commons import clock
from commons.access import Verdict
from forum import rules
from forum.models import Post

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
def is_new(context: Context, post: Post) -> bool:
    """New since the reader's last visit, and not their own."""
    seen = context["seen"]
    return bool(seen) and post.number > seen and post.author_id != context["user"].pk
