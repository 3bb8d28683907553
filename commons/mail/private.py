"""Links and addresses in letters that stand for their reader: whoever has one can act as them, so none gets into a post."""

import re
from urllib.parse import unquote, urlsplit

from django.conf import settings

PRIVATE_PATHS = ("/u/", "/told/", "/letter/", "/consent/stop/")
LINK = re.compile(r"https?://[^\s<>\"']{1,2000}", re.IGNORECASE)
ADDRESS = re.compile(r"\b(?:[bru]\+[a-z2-7]{26}|m\+\d{1,9}\.[a-z2-7]{16})(?:(?:@|%40)[\w.-]{1,255})?", re.IGNORECASE)
WRAPPED = str.maketrans("-_", "%/")
"""How a mail filter writes an address that it has wrapped into one of its own."""
HIDDEN = "…"


def hidden(text: str) -> str:
    """The text without them, also where a mail filter has wrapped them into links of its own."""
    return ADDRESS.sub(HIDDEN, LINK.sub(lambda link: HIDDEN if _is_private(link[0]) else link[0], text))


def _is_private(link: str) -> bool:
    host = urlsplit(settings.SITE_URL).netloc.lower()
    for said in (unquote(unquote(link)), unquote(link.translate(WRAPPED))):
        if any(f"{host}{path}" in said.lower() for path in PRIVATE_PATHS):
            return True
    return False
