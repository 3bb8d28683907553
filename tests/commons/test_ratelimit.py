from datetime import UTC, datetime, timedelta

import pytest

from commons.models import RateLimit
from commons.ratelimit import LIMITS, RateLimited, spend, spend_or_refuse
from members.rights.actions import run_rule

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_burst_is_fine_and_a_flood_is_not(db: None) -> None:
    allowed = [bool(spend("forum.post", key="1", now=NOON)) for _ in range(8)]

    assert allowed == [True] * 6 + [False] * 2


def test_the_bucket_refills_evenly(db: None) -> None:
    for _ in range(6):
        spend("forum.post", key="1", now=NOON)

    assert not spend("forum.post", key="1", now=NOON + timedelta(seconds=4))
    assert spend("forum.post", key="1", now=NOON + timedelta(seconds=5))
    assert not spend("forum.post", key="1", now=NOON + timedelta(seconds=5))


def test_people_and_actions_have_buckets_of_their_own(db: None) -> None:
    for _ in range(7):
        spend("forum.post", key="1", now=NOON)

    assert spend("forum.post", key="2", now=NOON)
    assert spend("forum.edit", key="1", now=NOON)


def test_refusing_says_that_nothing_is_lost(db: None) -> None:
    for _ in range(3):
        spend_or_refuse("forum.thread.first_day", key="1", now=NOON)

    with pytest.raises(RateLimited, match="What you wrote is safe"):
        spend_or_refuse("forum.thread.first_day", key="1", now=NOON)


def test_limits_can_be_switched_off_for_a_load_test(db: None, settings: object) -> None:
    settings.RATE_LIMITS = False  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting

    assert all(spend("forum.post", key="1", now=NOON) for _ in range(50))


def test_every_limit_lets_something_through() -> None:
    assert all(rate.count > 0 and rate.interval > timedelta(0) for rate in LIMITS.values())


def test_empty_buckets_are_forgotten(db: None) -> None:
    spend("forum.post", key="1", now=NOON)
    run_rule("operation.limits", now=NOON + timedelta(days=1))

    assert not RateLimit.objects.exists()


def test_a_long_wait_is_said_in_days(db: None) -> None:
    for _ in range(3):
        spend("trust.vouch", key="1", now=NOON)

    assert "in 1\xa0week." in spend("trust.vouch", key="1", now=NOON).reason
