"""Lengths of time as people say them."""

from datetime import timedelta

from django import template
from django.utils.translation import ngettext

register = template.Library()

HOUR = 3600


@register.filter
def in_words(length: timedelta) -> str:
    """Whole hours, or minutes if it is less than one."""
    seconds = int(length.total_seconds())
    if seconds < HOUR:
        minutes = max(1, seconds // 60)
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours = round(seconds / HOUR)
    return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
