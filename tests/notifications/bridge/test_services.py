"""The door of a mail service: what it hands over by webhook, through django-anymail's own reading of it."""

import base64
import json
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from django.test import Client

from commons import undeliverable
from forum.models import Post
from members.consent import gate
from members.models import Member
from notifications.bridge import actions
from notifications.bridge.models import Incoming
from tests.notifications.bridge.conftest import NOW, letter, mailed

SECRET = "commons:four quiet rivers"
SHOWS_IT = {"Authorization": f"Basic {base64.b64encode(SECRET.encode()).decode()}"}


@pytest.fixture(autouse=True)
def _a_service(settings) -> None:
    settings.MAIL_SERVICE = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}


def hands_over(client: Client, what: str, event: dict[str, object], **headers: str) -> int:
    body = json.dumps(event)
    return client.post(f"/mail/service/{what}/", body, content_type="application/json", headers=headers).status_code


def inbound(message: EmailMessage, *, to: str, return_path: str = "bo@example.org") -> dict[str, object]:
    return {
        "RawEmail": message.as_string(),
        "OriginalRecipient": to,
        "Headers": [{"Name": "Return-Path", "Value": f"<{return_path}>"}],
    }


def test_an_answer_comes_in_by_a_service(
    invited: EmailMessage, subscriber: Member, opening: Post, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commons.clock.now", lambda: NOW)
    to = parseaddr(invited["Reply-To"])[1]

    status = hands_over(client, "inbound", inbound(letter(by=subscriber, to=to), to=to), **SHOWS_IT)

    assert status == 200
    actions.settle(incoming=Incoming.objects.get().pk, now=NOW)
    assert Post.objects.get(parent=opening).source == "I bring bread."
    assert Incoming.objects.get().return_path == "bo@example.org"


def test_whoever_does_not_show_the_secret_is_nobody(invited: EmailMessage, subscriber: Member, client: Client) -> None:
    to = parseaddr(invited["Reply-To"])[1]

    assert hands_over(client, "inbound", inbound(letter(by=subscriber, to=to), to=to)) == 400
    assert not Incoming.objects.exists()


@pytest.mark.parametrize(("service", "secret"), [("", SECRET), ("postmark", None), ("nothing", SECRET)])
def test_without_a_service_there_is_no_door(service: str, secret: str | None, client: Client, settings) -> None:
    settings.MAIL_SERVICE = service
    settings.ANYMAIL = {"WEBHOOK_SECRET": secret}

    assert hands_over(client, "inbound", {}, **SHOWS_IT) == 404


@pytest.mark.parametrize(("kind", "stops"), [("HardBounce", True), ("SpamNotification", False), ("Transient", False)])
def test_a_report_of_a_return_counts(
    kind: str, stops: bool, invited: EmailMessage, subscriber: Member, client: Client
) -> None:
    event = {"RecordType": "Bounce", "Type": kind, "Email": subscriber.email, "ID": 1, "MessageID": "x"}

    for _twice in range(2):
        assert hands_over(client, "tracking", event, **SHOWS_IT) == 200

    assert undeliverable.is_stopped(subscriber.email) is stops


def test_a_complaint_ends_such_letters(invited: EmailMessage, subscriber: Member, client: Client) -> None:
    event = {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "Email": subscriber.email, "ID": 1}

    assert hands_over(client, "tracking", event, **SHOWS_IT) == 200

    assert not gate.allows(subscriber, "email.list", now=NOW)
    assert mailed() == []
