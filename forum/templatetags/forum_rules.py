"""Asks the forum on behalf of a template, so that a sign stands only where it says something."""

from django import template
from django.template import Context

from forum import unread
from forum.models import Thread

register = template.Library()


@register.simple_tag(takes_context=True)
def new_in(context: Context, thread: Thread) -> int:
    """How many posts of a thread are new to the reader."""
    return unread.new_in(thread, context["user"], now=context["now"])
