"""Addresses of pages by their names, for pages that hold hundreds of them."""

from functools import cache

from django.urls import reverse

MARK = 1_000_000_007
"""A number that stands in no route, to see where a number goes."""


def address(name: str, *keys: int) -> str:
    """What `reverse(name, args=keys)` answers, for routes whose arguments are all numbers."""
    return _route(name, len(keys)) % keys


@cache
def _route(name: str, count: int) -> str:
    marks = [MARK + at for at in range(count)]
    route = reverse(name, args=marks).replace("%", "%%")
    for mark in marks:
        route = route.replace(str(mark), "%d")
    return route
