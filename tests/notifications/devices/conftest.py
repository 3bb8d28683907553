"""Bo, who said yes to being told on devices, with a push service on this machine."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from members.models import Member
from notifications import actions as notifications
from notifications import kinds
from notifications.devices import actions
from notifications.devices.actions import Subscription
from notifications.devices.models import Device
from notifications.enums import NEEDED, PushFor, Reason
from notifications.kinds import Described, Kind
from notifications.models import Notice
from tests.cast import says_yes
from tests.notifications.devices.service import Browser, PushService, raw

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)  # a Tuesday


@pytest.fixture(autouse=True)
def _a_kind_for_tests() -> None:
    def describe(notices: list[Notice], _reader: Member) -> dict[int, Described]:
        return {
            one.pk: Described(f"Title {one.subject}", f"/{one.subject}/", "Words", "Ada", "Room")
            for one in notices
            if "gone" not in one.subject
        }

    kinds.register(Kind("test.kind", describe))


@pytest.fixture
def service(settings: object) -> Iterator[PushService]:
    settings.LOOPBACK_ALLOWED = True  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    found = PushService()
    httpd = found.serve()
    yield found
    httpd.shutdown()
    httpd.server_close()


@pytest.fixture
def reader(bo: Member) -> Member:
    bo.last_login = NOON
    bo.save()
    choose(bo, push_for=PushFor.ALL)
    return says_yes(bo, "push.notify", now=NOON)


@pytest.fixture
def browser(reader: Member, service: PushService) -> Browser:
    """A browser of Bo's."""
    found = service.browser()
    add(reader, found)
    return found


def add(member: Member, browser: Browser, *, at: datetime = NOON) -> Device:
    said = browser.subscription
    subscription = Subscription(said["endpoint"], raw(said["p256dh"]), raw(said["auth"]))
    return actions.add(member=member, subscription=subscription, name="Firefox", now=at)


def choose(member: Member, **choices: object) -> None:
    given = {"quiet_from": None, "quiet_until": None, **choices}
    notifications.choose(member=member, choices=given, now=NOON)


def happens(
    member: Member, *, reason: Reason = Reason.REPLY, at: datetime = NOON, name: str = "x", bundle: str = ""
) -> Notice:
    """Something is announced and told, as rooms do it."""
    news = notifications.News(
        kind="test.kind",
        subject=f"{name}:{Notice.objects.count()}",
        bundle=bundle,
        directly={member.pk: reason},
    )
    notifications.announce(news, now=at)
    notice = Notice.objects.latest("pk")
    notifications.tell_all(notice=notice.pk, now=at)
    notice.tellings.update(is_needed=reason in NEEDED)
    return notice
