"""How keys and codes are shown, and how a page hands them to the browser."""

import json
from typing import Any

from django import template

register = template.Library()


@register.filter
def in_fours(code: str) -> str:
    """In groups of four, so that it can be read out and typed."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


@register.filter
def as_json(value: Any) -> str:
    """For a data attribute; the template escapes it."""
    return json.dumps(value)
