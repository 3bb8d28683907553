"""What rings on a device, when, and how often."""

import os
import signal
import threading
import time
from datetime import datetime, timedelta
from datetime import time as hour

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings as django_settings
from django.db import connections
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from members.models import Member
from notifications import actions as notifications
from notifications.devices import actions, delivery, queries, sealing
from notifications.devices.models import Device, Push
from notifications.enums import PushFor, Reason
from notifications.models import Notice, Telling
from tests.cast import says_no, says_yes
from tests.conftest import _work_after_commit
from tests.notifications.devices.conftest import NOON, add, choose, happens
from tests.notifications.devices.service import Browser, PushService, raw

MINUTE = timedelta(minutes=1)
RING = NOON + 2 * MINUTE


def ring(now: datetime = RING) -> None:
    """What the clock does."""
    delivery.hand_out_due(now=now)
    for push in queries.due(now=now):
        delivery.send(push, now=now)


def test_a_device_is_told_without_words(reader: Member, browser: Browser, service: PushService) -> None:
    happens(reader)

    ring(NOON)
    assert service.messages == [], "it waits a moment"
    ring()
    ring(RING + 30 * MINUTE)

    (message,) = service.messages
    assert browser.open(message.body) == {"title": "Somebody needs you", "body": "", "to": "/x:0/", "tag": "x:0"}
    assert message.path == "/one"
    assert Device.objects.get().told_at == RING
    assert Telling.objects.get().carried_by == "", "mail is told of by itself"


def test_the_push_service_can_check_who_speaks(reader: Member, browser: Browser, service: PushService) -> None:
    happens(reader)

    ring()

    (message,) = service.messages
    assert message.claims == {
        "aud": service.address,
        "exp": int((RING + timedelta(hours=12)).timestamp()),
        "sub": f"mailto:{django_settings.CONTROLLER_CONTACT}",
        "key": sealing.public_key(),
    }
    assert message.headers["ttl"] == "86400"
    assert message.headers["urgency"] == "high"
    assert message.headers["content-encoding"] == "aes128gcm"
    assert len(message.headers["topic"]) == 32
    assert b"Title" not in message.body


@pytest.mark.parametrize(
    ("happenings", "expected"),
    [
        ([Reason.REPLY], ("Ada answers you", "Title x:0", "/x:0/")),
        ([Reason.FOLLOWING], ("Title x:0", "Ada", "/x:0/")),
        ([Reason.FOLLOWING, Reason.REPLY], ("2 things are new for you", "Title x:1, Title x:0", "/inbox/")),
    ],
)
def test_words_are_said_to_whoever_wants_them(
    happenings: list[Reason], expected: tuple[str, str, str], reader: Member, browser: Browser, service: PushService
) -> None:
    choose(reader, push_for=PushFor.ALL, push_words=True)
    for reason in happenings:
        happens(reader, reason=reason)

    ring()

    (message,) = service.messages
    said = browser.open(message.body)
    assert (said["title"], said["body"], said["to"]) == expected


@pytest.mark.parametrize(
    ("push_for", "reason", "rings"),
    [
        (PushFor.NOTHING, Reason.REPLY, False),
        (PushFor.NEEDED, Reason.MESSAGE, True),
        (PushFor.NEEDED, Reason.FOLLOWING, False),
        (PushFor.ALL, Reason.FOLLOWING, True),
        (PushFor.ALL, Reason.EVERY_POST, False),
    ],
)
def test_only_what_was_chosen_rings(
    push_for: PushFor, reason: Reason, rings: bool, reader: Member, browser: Browser, service: PushService
) -> None:
    choose(reader, push_for=push_for)
    happens(reader, reason=reason)

    ring()

    assert bool(service.messages) is rings


def test_what_was_read_meanwhile_does_not_ring(reader: Member, browser: Browser, service: PushService) -> None:
    happens(reader)
    notifications.mark_read(member=reader, subjects=["x:0"], now=NOON)
    ring()

    happens(reader, at=RING)
    delivery.hand_out_due(now=RING + 2 * MINUTE)
    notifications.mark_read(member=reader, subjects=["x:1"], now=RING)
    ring(RING + 2 * MINUTE)

    assert service.messages == []
    assert not Push.objects.exists()


def test_what_may_no_longer_be_seen_does_not_ring(reader: Member, browser: Browser, service: PushService) -> None:
    happens(reader, name="gone")

    ring()

    assert service.messages == []


def test_each_device_rings_and_a_new_one_not_for_what_was_before(
    reader: Member, browser: Browser, service: PushService
) -> None:
    add(reader, service.browser("two"))
    happens(reader)
    ring()
    assert sorted(message.path for message in service.messages) == ["/one", "/two"]

    Device.objects.all().delete()
    happens(reader, at=RING)
    add(reader, service.browser("three"), at=RING + MINUTE)
    ring(RING + 5 * MINUTE)

    assert len(service.messages) == 2


def test_one_bundle_has_one_topic(reader: Member, browser: Browser, service: PushService) -> None:
    for minutes in (0, 10, 20):
        happens(reader, at=NOON + minutes * MINUTE, bundle="thread" if minutes < 20 else "other")
        ring(NOON + (minutes + 2) * MINUTE)

    first, second, third = [message.headers["topic"] for message in service.messages]
    assert first == second != third


def test_what_is_over_before_the_quiet_hours_end_rings_at_once(
    reader: Member, browser: Browser, service: PushService
) -> None:
    choose(reader, push_for=PushFor.ALL, quiet_from=hour(11), quiet_until=hour(18))
    notice = happens(reader)
    Notice.objects.filter(pk=notice.pk).update(closes_at=NOON.replace(hour=17))

    ring()

    assert len(service.messages) == 1


def test_quiet_hours_hold_it_to_the_morning(reader: Member, browser: Browser, service: PushService) -> None:
    choose(reader, push_for=PushFor.ALL, quiet_from=hour(11), quiet_until=hour(18))
    happens(reader)

    ring()
    assert service.messages == []
    ring(NOON.replace(hour=18))

    assert len(service.messages) == 1


def test_somebody_who_needs_me_rings_if_i_said_so(reader: Member, browser: Browser, service: PushService) -> None:
    choose(reader, push_for=PushFor.ALL, quiet_from=hour(11), quiet_until=hour(18), always_if_needed=True)
    happens(reader, reason=Reason.FOLLOWING)
    happens(reader)

    ring()

    (message,) = service.messages
    assert browser.open(message.body)["to"] == "/x:1/"


def test_a_pause_and_the_budget_hold(reader: Member, browser: Browser, service: PushService) -> None:
    choose(reader, push_for=PushFor.ALL, mails_a_day=1)
    happens(reader)
    ring()
    happens(reader, at=RING)
    ring(RING + 30 * MINUTE)
    assert len(service.messages) == 1

    notifications.pause(member=reader, until=NOON + timedelta(days=3), now=RING)
    ring(NOON + timedelta(days=1))
    assert len(service.messages) == 1
    ring(NOON + timedelta(days=3))

    assert len(service.messages) == 2


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_takes_nothing_more_is_forgotten(
    status: int, reader: Member, browser: Browser, service: PushService
) -> None:
    service.answers = [(status, {})]
    happens(reader)

    ring()

    assert not Device.objects.exists()


@pytest.mark.parametrize(
    ("answer", "rest"),
    [
        ((429, {"Retry-After": "600"}), 10 * MINUTE),
        ((503, {"Retry-After": f"{RING + 20 * MINUTE:%a, %d %b %Y %H:%M:%S} GMT"}), 20 * MINUTE),
        ((500, {}), MINUTE),
        ((500, {"Retry-After": "soon"}), MINUTE),
    ],
)
def test_a_busy_service_is_left_alone_for_as_long_as_it_says(
    answer: tuple[int, dict[str, str]], rest: timedelta, reader: Member, browser: Browser, service: PushService
) -> None:
    service.answers = [answer, (201, {})]
    happens(reader)
    ring()

    ring(RING + rest - timedelta(seconds=1))
    assert len(service.messages) == 1
    ring(RING + rest)
    ring(RING + rest + timedelta(hours=1))

    assert len(service.messages) == 2


def test_a_service_that_stays_away_is_given_up_within_a_day(
    reader: Member, browser: Browser, service: PushService
) -> None:
    service.answers = [(503, {})]
    happens(reader)

    for minutes in range(0, 3 * 24 * 60, 10):
        ring(RING + minutes * MINUTE)

    assert 5 <= len(service.messages) <= 8
    assert not Push.objects.exists()


def test_a_try_that_falls_into_quiet_hours_waits(reader: Member, browser: Browser, service: PushService) -> None:
    choose(reader, push_for=PushFor.ALL, quiet_from=hour(12, 3), quiet_until=hour(18))
    service.answers = [(503, {"Retry-After": "600"}), (201, {})]
    happens(reader)
    ring()

    ring(RING + 11 * MINUTE)
    assert len(service.messages) == 1
    ring(NOON.replace(hour=18))

    assert len(service.messages) == 2


def test_a_service_that_is_not_there_is_tried_again(reader: Member, service: PushService) -> None:
    add(reader, Browser("http://127.0.0.1:9/nobody"))
    happens(reader)

    ring()

    assert Push.objects.get().try_at == RING + MINUTE


def test_an_address_of_our_own_network_is_forgotten(reader: Member, browser: Browser, settings: object) -> None:
    settings.LOOPBACK_ALLOWED = False  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    happens(reader)

    ring()

    assert not Device.objects.exists()


def test_another_refusal_is_not_repeated(reader: Member, browser: Browser, service: PushService) -> None:
    service.answers = [(400, {})]
    happens(reader)

    ring()
    ring(RING + timedelta(hours=2))

    assert len(service.messages) == 1
    assert Device.objects.get().told_at is None


def test_a_test_comes_at_once_in_quiet_hours_too(reader: Member, browser: Browser, service: PushService) -> None:
    choose(reader, quiet_from=hour(0), quiet_until=hour(23, 59))

    with time_machine.travel(NOON, tick=False):
        actions.ask_for_test(device=Device.objects.get(), now=NOON)
        _work_after_commit()

    (message,) = service.messages
    assert browser.open(message.body)["tag"] == "test"


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["happens", "rings", "busy", "withdraws", "agrees"]), max_size=12))
@pytest.mark.slow  # a yes and a no are links of a sealed chain, and there are many
def test_without_a_yes_nothing_is_told_and_nothing_kept(
    steps: list[str], reader: Member, browser: Browser, service: PushService
) -> None:
    service.messages.clear()
    says_yes(reader, "push.notify", now=NOON)
    add(reader, browser)
    now, is_yes = NOON, True
    for step in [*steps, "withdraws", "happens", "rings"]:
        now += 10 * MINUTE
        before = len(service.messages)
        if step == "happens":
            happens(reader, at=now)
        elif step == "withdraws":
            says_no(reader, "push.notify", now=now)
            _work_after_commit()
            is_yes = False
        elif step == "agrees":
            says_yes(reader, "push.notify", now=now)
            add(reader, browser, at=now)
            is_yes = True
        else:
            service.answers = [(503, {})] if step == "busy" else [(201, {})]
            ring(now + 2 * MINUTE)
        assert is_yes or len(service.messages) == before
        assert is_yes or not Device.objects.exists()
        assert is_yes or not Push.objects.exists()


@pytest.mark.slow  # a worker is started, and killed
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_tells_nobody_twice(reader: Member, browser: Browser, service: PushService) -> None:
    dead = threading.Event()
    service.on_message = lambda: dead.wait(10)
    with time_machine.travel(NOON, tick=False):
        happens(reader)
    delivery.hand_out_due(now=RING)
    (push,) = queries.due(now=RING)
    connections.close_all()
    worker = os.fork()
    if not worker:
        delivery.send(push, now=RING)
        time.sleep(20)
    deadline = time.monotonic() + 10
    while not service.messages:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    dead.set()

    ring(RING + timedelta(hours=1))

    assert len(service.messages) == 1


def test_two_workers_tell_once(reader: Member, browser: Browser, service: PushService) -> None:
    happens(reader)
    delivery.hand_out_due(now=RING)
    (push,) = queries.due(now=RING)

    delivery.send(push, now=RING)
    delivery.send(push, now=RING)

    assert len(service.messages) == 1


def test_the_browser_of_these_tests_opens_the_example_of_the_standard() -> None:
    """RFC 8291, 5."""
    key = ec.derive_private_key(int.from_bytes(raw("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")), ec.SECP256R1())
    browser = Browser("", key=key, secret=raw("BTBZMqHH6r4Tts7J_aSIgg"))
    body = (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
        "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )

    assert browser.opened(raw(body)) == b"When I grow up, I want to be a watermelon"
