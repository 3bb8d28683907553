"""How a person without a picture is shown: initials on a soft colour that stays theirs."""

from hashlib import sha256
from itertools import islice

from django import template

register = template.Library()

TONES = 12


@register.filter
def initials(person: object) -> str:
    """The first letters of the first and the last word of a name, in any script."""
    words = str(person).split()
    letters = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in islice(letters, 2)).upper()


@register.filter
def tone(person: object) -> int:
    """One of twelve soft colours (`avatar--tone-N`), always the same for the same name."""
    return int.from_bytes(sha256(str(person).encode()).digest()[:4]) % TONES
