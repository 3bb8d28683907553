"""For the head of every page, and for letters."""

import re

from django import template
from django.utils.safestring import SafeString, mark_safe

from commons import markup
from members.models import Member
from notifications import waiting

LINK_HERE = re.compile(r"(\]\()/(?!/)")

register = template.Library()


@register.simple_tag(takes_context=True)
def something_waits(context: template.Context) -> bool:
    """Whether the reader's inbox has something new."""
    reader = context.get("user")
    return isinstance(reader, Member) and waiting.something_waits(reader)


@register.filter
def whole_links(text: str, base: str) -> str:
    """What somebody typed, with links that lead here from a mailbox."""
    return LINK_HERE.sub(rf"\1{base}/", text)


@register.filter
def for_letters(html: str, base: str) -> SafeString:
    """What `commons.markup` made of somebody's words, with links that lead here from a mailbox."""
    return mark_safe(markup.absolute(html, base=base))  # noqa: S308 (rendered and sanitised at write)
