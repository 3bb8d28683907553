"""What could make a description more useful. Hints, never errors: a short one is better than none."""

import re

from django.utils.translation import gettext as _

from commons.files.enums import DESCRIPTION_LONG, DESCRIPTION_SHORT
from commons.files.names import is_like_a_name

BEGINS_WITH_PICTURE = re.compile(
    r"^(?:an?\s+|the\s+)?(?:image|picture|photo|photograph|graphic)\s+(?:of|showing)\b", re.IGNORECASE
)


def hint(text: str) -> str:
    """One hint about a description, or none."""
    text = text.strip()
    if not text:
        return ""
    if is_like_a_name(text):
        return _("This looks like the name of a file. Say what is to be seen instead.")
    if BEGINS_WITH_PICTURE.match(text):
        return _("“Picture of” can go: everybody is told that it is a picture.")
    if len(text) < DESCRIPTION_SHORT:
        return _("A few words more would help: who or what is to be seen, and what matters about it?")
    if len(text) > DESCRIPTION_LONG:
        return _("This is long to listen to. Could the longer part stand in your text?")
    return ""
