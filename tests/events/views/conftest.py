"""What a browser would send."""

from collections.abc import Iterator

import pytest
import time_machine

from events.enums import ONLINE_FACTS, PLACE_FACTS
from tests.events.conftest import NOW

ANSWERS = dict.fromkeys((*PLACE_FACTS, *ONLINE_FACTS), "unknown")


def typed(**fields: object) -> dict[str, object]:
    """The form of an event, filled in."""
    return {
        "title": "Mending circle",
        "kind": "workshop",
        "source": "Bring *socks*.",
        "first_date": "2026-12-01",
        "start_time": "19:00",
        "end_time": "21:00",
        "time_zone": "Europe/Lisbon",
        "repeats": "once",
        "every": "1",
        "ends": "never",
        "attendance": "in-person",
        "place": "",
        "name": "The mill",
        "area": "Leeds",
        "visibility": "members",
        "do": "publish",
        **ANSWERS,
        **fields,
    }


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield
