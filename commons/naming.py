"""Whom a text may name with @. The rule is not the ground floor's: a room above gives it, once, at start."""

from collections.abc import Callable, Sequence
from typing import Any

type Finder = Callable[[Sequence[str], int | None], dict[str, Any]]

_finders: list[Finder] = []


def finds_people(finder: Finder) -> Finder:
    """Register who answers `people_named`: `(usernames, the author's key) -> {username: member}`."""
    _finders[:] = [finder]
    return finder


def people_named(usernames: Sequence[str], *, author: int | None) -> dict[str, Any]:
    """Of these names, those that `author` may make links of, each with the member."""
    return _finders[0](usernames, author) if usernames and _finders else {}
