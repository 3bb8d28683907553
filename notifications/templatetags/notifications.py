"""For the head of every page."""

from django import template

from members.models import Member
from notifications import marks

register = template.Library()


@register.simple_tag(takes_context=True)
def something_waits(context: template.Context) -> bool:
    """Whether the reader's inbox has something new; asked of the cache alone."""
    reader = context.get("user")
    return isinstance(reader, Member) and marks.waits(reader.pk)
