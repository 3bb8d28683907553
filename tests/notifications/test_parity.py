"""What reaches somebody by digest is what reaches them at once, whatever they chose. A month of a thousand: figures."""

import pytest

from notifications import delivery
from tests.notifications.devices.conftest import service
from tests.notifications.devices.service import PushService
from tests.notifications.parity import Community, faults, figures

__all__ = ["service"]

pytestmark = pytest.mark.django_db


@pytest.mark.slow  # people live for days
@pytest.mark.timeout(240)
def test_some_days_of_some_people(service: PushService, monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters are made short, so that they leave out something."""
    monkeypatch.setattr(delivery, "DIGEST_LINES", 4)
    monkeypatch.setattr(delivery, "LETTER_LINES", 2)
    community = Community(seed=7, people=12, rooms=2, threads=2, service=service)

    community.live(days=1, events=24)

    assert faults(community) == []
    found = figures(community)
    assert min(found.values()) > 0, found
