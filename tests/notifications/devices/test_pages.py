"""Devices as pages: adding this browser, naming, testing, removing; and the worker that a browser keeps."""

import json

import pytest
from django.test import Client

from members.models import Member
from notifications.devices.enums import DEVICES_MAX
from notifications.devices.models import Device, Push
from tests.cast import says_no
from tests.notifications.devices.conftest import add
from tests.notifications.devices.service import Browser, PushService

PAGE = "/me/notifications/"
HERE = "https://push.example/here"


def test_a_device_is_asked_for_before_anything_else(bo: Member, as_bo: Client) -> None:
    page = as_bo.get(PAGE).content.decode()
    assert "Tell me on my devices?" in page
    assert "Tell me in this browser" not in page
    assert as_bo.post("/me/notifications/devices/", Browser(HERE).subscription).status_code == 403

    as_bo.post("/me/consent/push.notify/", {"answer": "yes", "next": PAGE})

    assert "None yet." in as_bo.get(PAGE).content.decode()


def test_a_no_is_respected(bo: Member, as_bo: Client) -> None:
    says_no(bo, "push.notify")

    page = as_bo.get(PAGE).content.decode()

    assert "You said no to being told on devices" in page
    assert "Tell me on my devices?" not in page


def test_a_browser_is_added_by_what_it_says_itself(reader: Member, as_bo: Client) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

    answer = as_bo.post("/me/notifications/devices/", Browser(HERE).subscription, headers={"User-Agent": agent})

    assert answer["Location"] == "/me/notifications/#devices"
    page = as_bo.get(PAGE).content.decode()
    assert "Firefox on Linux" in page
    assert "This browser is on the list now." in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "http://push.example/"},
        {"endpoint": "https://me@push.example/"},
        {"endpoint": ""},
        {"p256dh": "AAAA"},
        {"p256dh": "not base64!"},
        {"p256dh": "Bg" + "A" * 85},
        {"auth": "AAAA"},
        {"auth": ""},
    ],
)
def test_a_strange_answer_adds_nothing(wrong: dict[str, str], reader: Member, as_bo: Client) -> None:
    as_bo.post("/me/notifications/devices/", {**Browser(HERE).subscription, **wrong})

    assert "Please try another one." in as_bo.get(PAGE).content.decode()
    assert not Device.objects.exists()


def test_adding_twice_is_adding_once_and_a_browser_is_whoever_was_there_last(
    reader: Member, cleo: Member, as_bo: Client
) -> None:
    browser = Browser(HERE)
    add(cleo, browser)

    for _n in range(2):
        as_bo.post("/me/notifications/devices/", browser.subscription)

    assert Device.objects.get().member_id == reader.pk


def test_there_is_a_last_device(reader: Member, as_bo: Client) -> None:
    for number in range(DEVICES_MAX + 1):
        as_bo.post("/me/notifications/devices/", Browser(f"{HERE}{number}").subscription)

    assert Device.objects.count() == DEVICES_MAX
    assert "as many devices as there can be" in as_bo.get(PAGE).content.decode()


def test_a_device_is_named_and_removed(reader: Member, as_bo: Client, as_ada: Client) -> None:
    address = f"/me/notifications/devices/{add(reader, Browser(HERE)).pk}/"

    assert as_bo.post(address, {"name": ""}).status_code == 422
    as_bo.post(address, {"name": "The kitchen"})
    assert "The kitchen" in as_bo.get(PAGE).content.decode()
    assert as_ada.get(address).status_code == as_ada.post(f"{address}remove/").status_code == 404
    as_bo.post(f"{address}remove/")

    assert not Device.objects.exists()


def test_a_test_rings(reader: Member, service: PushService, as_bo: Client) -> None:
    browser = service.browser()
    device = add(reader, browser)

    as_bo.post(f"/me/notifications/devices/{device.pk}/test/")

    (message,) = service.messages
    assert browser.open(message.body)["title"] == "This is how it will be"
    assert not Push.objects.exists()


def test_the_worker_is_at_the_root_and_not_kept(client: Client) -> None:
    answer = client.get("/push-worker.js")

    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer["Cache-Control"]
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    script = answer.content.decode()
    assert "caches" not in script
    assert '"fetch"' not in script


def _said(browser: Browser) -> dict[str, object]:
    said = browser.subscription
    return {"endpoint": said["endpoint"], "keys": {"p256dh": said["p256dh"], "auth": said["auth"]}}


def _renew(client: Client, body: object) -> int:
    return client.post("/push-worker/renew/", json.dumps(body), content_type="application/json").status_code


def test_a_browser_says_itself_that_its_address_changed(reader: Member, client: Client) -> None:
    old, new = Browser(HERE), Browser(f"{HERE}/new")
    add(reader, old)

    assert _renew(client, {"old": _said(old), "new": _said(new)}) == 204

    assert Device.objects.get().endpoint == new.endpoint


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "x",
        {"old": {}, "new": {}},
        {"old": _said(Browser(HERE, secret=bytes(16))), "new": _said(Browser(HERE))},
        {"old": _said(Browser(HERE)), "new": _said(Browser("http://push.example/"))},
        {"old": _said(Browser("https://push.example/other")), "new": _said(Browser(HERE))},
    ],
)
def test_whoever_cannot_prove_it_changes_nothing(body: object, reader: Member, client: Client) -> None:
    add(reader, Browser(HERE))

    assert _renew(client, body) == 404

    assert Device.objects.get().endpoint == HERE
