"""Where the reader stands with a date, on the event's page."""

from django import template
from django.template import Context

from commons import clock
from events.joining import queries
from events.joining.queries import Standing
from events.models import Occurrence

register = template.Library()


@register.simple_tag(takes_context=True)
def joining_of(context: Context, occurrence: Occurrence | None) -> Standing | None:
    """None where there is no date yet."""
    if occurrence is None:
        return None
    return queries.standing(occurrence, reader=context["user"], now=clock.now())
