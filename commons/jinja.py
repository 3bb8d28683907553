"""Jinja, for parts that stand on a page a hundred times: it compiles a template to Python (ADR 22)."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import Environment, StrictUndefined

from commons.addresses import address
from commons.templatetags.icons import icon

_filters: dict[str, Callable[..., Any]] = {}


def filters(**given: Callable[..., Any]) -> None:
    """Give templates/jinja2 filters of a room, once the room is ready."""
    _filters.update(given)


def environment(**options: Any) -> Environment:
    """What templates/jinja2 may use. `_` takes plain words: `_("Post %(number)s")|format(number=3)`."""
    made = Environment(
        loader=options["loader"],
        auto_reload=options["auto_reload"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(gettext, ngettext, newstyle=False)  # type: ignore[attr-defined] # of the extension
    made.globals |= {"address": address, "icon": icon}
    made.filters |= {"date": date, **_filters}
    return made


def date(moment: datetime, pattern: str) -> str:
    """As Django's filter of that name writes it."""
    return _written(moment, pattern, get_language(), get_current_timezone())


@lru_cache(maxsize=10_000)
def _written(moment: datetime, pattern: str, _language: str | None, zone: tzinfo) -> str:
    return date_format(localtime(moment, zone), pattern)
