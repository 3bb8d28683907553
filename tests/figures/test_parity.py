"""A month of a thousand people with every setting: what reached each is what reached their twin in real time."""

import pytest

from tests.notifications.devices.conftest import service
from tests.notifications.devices.service import PushService
from tests.notifications.parity import Community, faults, figures

__all__ = ["service"]

pytestmark = [pytest.mark.figures, pytest.mark.timeout(10_800), pytest.mark.django_db, pytest.mark.enable_socket]

PEOPLE, DAYS, EVENTS = 1000, 30, 8


def test_a_month_of_a_thousand(service: PushService) -> None:
    community = Community(seed=20260310, people=PEOPLE, rooms=24, threads=3, service=service)

    community.live(days=DAYS, events=EVENTS)

    found = faults(community)
    print(f"\n{PEOPLE} people, {DAYS} days: {figures(community)}; faults: {len(found)}")
    assert found == []
