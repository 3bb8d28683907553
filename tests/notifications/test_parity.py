"""What reaches somebody by digest is what reaches them at once, whatever they chose. A month of a thousand: figures."""

import pytest

from tests.notifications.devices.conftest import service
from tests.notifications.devices.service import PushService
from tests.notifications.parity import Community, faults, figures

__all__ = ["service"]

pytestmark = pytest.mark.django_db


@pytest.mark.slow  # people live for days
@pytest.mark.timeout(90)
@pytest.mark.parametrize("seed", [1])
def test_some_days_of_some_people(seed: int, service: PushService) -> None:
    community = Community(seed=seed, people=24, rooms=3, threads=2, service=service)

    community.live(days=3, events=20)

    assert faults(community) == []
    found = figures(community)
    assert min(found.values()) > 0, found
