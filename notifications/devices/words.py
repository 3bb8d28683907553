"""What a device shows. Without the owner's wish for words it says that, and never who or where."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.devices.enums import WORDS_MAX_LENGTH
from notifications.queries import Line

INBOX = "inbox"


def of_test() -> dict[str, str]:
    return {
        "title": _("This is how it will be"),
        "body": _("%(site)s can tell you here.") % {"site": settings.SITE_NAME},
        "to": reverse("notifications:preferences"),
        "tag": "test",
    }


def of_lines(lines: Sequence[Line], *, with_words: bool) -> dict[str, str]:
    """One message for all that waits; several things lead to the inbox."""
    is_one = len(lines) == 1
    title, body = _spoken(lines) if with_words else (_unspoken(lines), "")
    return {
        "title": _cut(title),
        "body": _cut(body),
        "to": lines[0].newest.address if is_one else reverse("notifications:inbox"),
        "tag": about(lines),
    }


def about(lines: Sequence[Line]) -> str:
    """What a later message on the same takes the place of an earlier one."""
    return lines[0].tellings[0].notice.bundle if len(lines) == 1 else INBOX


def _unspoken(lines: Sequence[Line]) -> str:
    return _("Somebody needs you") if any(line.is_needed for line in lines) else _("Something new in what you follow")


def _spoken(lines: Sequence[Line]) -> tuple[str, str]:
    first = lines[0]
    if len(lines) > 1:
        count = ngettext("%(count)d thing is new for you", "%(count)d things are new for you", len(lines))
        return count % {"count": len(lines)}, ", ".join(dict.fromkeys(line.newest.title for line in lines))
    if first.is_needed and first.names:
        return f"{first.names[0]} {first.reason}", first.newest.title
    return first.newest.title, ", ".join(first.names)


def _cut(text: str) -> str:
    return Truncator(text).chars(WORDS_MAX_LENGTH)
