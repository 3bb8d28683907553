"""Controls that forms of several rooms use."""

from functools import lru_cache
from typing import Any

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language


class LongSelect(forms.Select):
    """One of dozens of choices, without groups: their options are written once for each reader's language."""

    template_name = "components/long_select.html"

    def optgroups(self, *_args: Any) -> list[Any]:
        return []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        choices = tuple(self.choices)
        chosen = frozenset(context["widget"]["value"]).intersection(str(code) for code, _label in choices)
        context["widget"]["options"] = _options(choices, chosen, get_language())
        return context


@lru_cache(maxsize=1000)
def _options(choices: tuple[tuple[Any, Any], ...], chosen: frozenset[str], _language: str | None) -> SafeString:
    selected = SafeString(" selected")
    options = ((code, selected if str(code) in chosen else "", label) for code, label in choices)
    return format_html_join("", '\n  <option value="{}"{}>{}</option>', options)
