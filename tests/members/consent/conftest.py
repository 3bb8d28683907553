"""A clock that tests can move, and words that change."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import connection

from members.consent import publishing, purposes
from members.consent.models import PurposeVersion


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 3, 12, tzinfo=UTC)


@contextmanager
def changed_words(code: str, *, material: bool, now: datetime) -> Iterator[PurposeVersion]:
    """A release in which the words of a purpose are other ones."""
    old = purposes.PURPOSES[code]
    new = replace(old, version=old.version + 1, notice=f"{old.notice} And more.", is_material=material)
    purposes.PURPOSES[code] = new
    try:
        yield publishing.publish_version(new, approved_by="a test", now=now)
    finally:
        purposes.PURPOSES[code] = old


@pytest.fixture
def at_once() -> Callable[[list[Callable[[], object]]], None]:
    """Does all of it at the same time, each in a connection of its own."""

    def one(work: Callable[[], object]) -> None:
        try:
            work()
        finally:
            connection.close()

    def do(works: list[Callable[[], object]]) -> None:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(one, works))

    return do
