"""Asks the consent gate on behalf of a template."""

from django import template
from django.template import Context

from commons import clock
from members.consent import queries
from members.consent.purposes import PURPOSES, Purpose
from members.models import Member

register = template.Library()


@register.simple_tag(takes_context=True)
def to_ask(context: Context, purpose: str) -> Purpose | None:
    """The purpose, if the reader may be asked about it in passing; else None."""
    reader = context["user"]
    if not isinstance(reader, Member) or not queries.may_ask(reader, purpose, now=clock.now()):
        return None
    return PURPOSES[purpose]
