"""Whether something waits for somebody, for the head of every page: kept in the cache, so that no page asks for it.

A lost cache shows nothing until the next notice, or until the inbox is opened.
"""

from collections.abc import Iterable

from django.core.cache import cache

from commons import journal

AGE = 90 * 24 * 3600


def set_for(members: Iterable[int]) -> None:
    """Something new waits for these members."""
    cache.set_many({_key(member): 1 for member in members}, AGE)


def settle(member: int, *, waits: bool) -> None:
    """Say for one member how it is."""
    if waits:
        set_for([member])
    else:
        cache.delete(_key(member))


def waits(member: int) -> bool:
    return journal.shows_mark(_key(member), is_set=bool(cache.get(_key(member))))


def _key(member: int) -> str:
    return f"notifications:waits:{member}"
