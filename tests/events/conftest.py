"""Events to look at."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from events import actions
from events.actions import Details
from events.enums import Repeats
from events.models import Event
from events.wording import Choices, recurrence_of
from members.models import Member

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
"""A Wednesday."""

EVENING = {"first_date": date(2026, 12, 1), "start_time": time(19), "duration": timedelta(hours=2)}
"""A Tuesday."""


def details(**fields: object) -> Details:
    given = {"title": "Mending circle", "source": "Bring *socks*.", "time_zone": "Europe/Lisbon", **EVENING, **fields}
    return Details(**given)


def every_week(first: date = EVENING["first_date"], at: time = time(19), **chosen: object) -> object:
    return recurrence_of(Choices(**{"repeats": Repeats.WEEKS, **chosen}), first=datetime.combine(first, at))


@pytest.fixture
def begin(ada: Member) -> Callable[..., Event]:
    """`begin(…)` publishes an event of Ada's; `is_published=False` leaves it a draft."""

    def prepared(*, by: Member = ada, now: datetime = NOW, is_published: bool = True, **fields: object) -> Event:
        draft = actions.prepare(by=by, details=details(**fields), now=now)
        return actions.publish(event=draft, now=now) if is_published else draft

    return prepared
