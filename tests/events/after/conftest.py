"""A date that has been."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
import time_machine

from events.models import Event, Occurrence
from tests.events.conftest import NOW, begin

__all__ = ["begin"]


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def been(begin: Callable[..., Event]) -> Callable[..., Occurrence]:
    """`been(…)` publishes an event of Ada's that was on the first of November, and gives its date."""

    def made(**fields: object) -> Occurrence:
        event = begin(**{"visibility": "public", "first_date": date(2026, 11, 1), **fields})
        return event.occurrences.select_related("event").earliest("starts_at")

    return made
