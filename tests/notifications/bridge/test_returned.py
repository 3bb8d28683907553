"""Letters that came back, complaints, and endings by mail."""

import email
from datetime import timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from commons import undeliverable
from forum.models import Post
from members.consent import gate
from members.models import Member
from notifications.bridge import returned
from notifications.bridge.enums import Outcome
from notifications.models import Follow
from tests.conftest import _work_after_commit
from tests.notifications.bridge.conftest import NOW, Send, letter, mailed

SHARED = settings.BASE_DIR.parent / "shared" / "data" / "mail"

REPORT = """\
From: MAILER-DAEMON@mx.example
To: someone
Subject: Undelivered Mail
Message-ID: <{id}@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your letter could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; bo@example.org
Action: {action}
Status: {status}

--b--
"""
COMPLAINT = """\
From: feedback@mx.example
To: someone
Subject: complaint
Message-ID: <c@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: x/1
Version: 1

--b--
"""


def report(status: str, *, action: str = "failed", number: int = 1) -> bytes:
    return REPORT.format(id=number, action=action, status=status).encode()


@pytest.mark.parametrize(
    ("status", "action", "points"),
    [
        ("5.1.1", "failed", 4),
        ("5.2.1", "failed", 4),
        ("5.7.1", "failed", 2),
        ("4.2.2", "failed", 1),
        ("4.4.1", "delayed", 0),
        ("2.0.0", "delivered", 0),
    ],
)
def test_how_much_a_return_counts(status: str, action: str, points: int) -> None:
    assert returned.points(email.message_from_bytes(report(status, action=action))) == points


def test_an_address_that_is_gone_gets_no_more_letters_until_its_owner_says_so(
    invited: EmailMessage, subscriber: Member, opening: Post, answer, send: Send, as_bo: Client
) -> None:
    incoming = send(report("5.1.1"), to=invited.return_path, return_path="<>")
    _work_after_commit()
    answer(opening)

    assert incoming.outcome == Outcome.RETURNED
    assert mailed() == []
    assert "came back" in as_bo.get("/inbox/").content.decode()
    page = as_bo.get("/me/notifications/").content.decode()
    assert "Letters to you came back" in page
    as_bo.post("/me/notifications/works-again/")
    assert len(mailed()) == 1
    assert "came back" not in as_bo.get("/inbox/").content.decode()


def test_a_full_mailbox_counts_little_and_is_forgotten(invited: EmailMessage, subscriber: Member, send: Send) -> None:
    for number in range(3):
        send(report("4.2.2", number=number), to=invited.return_path, return_path="<>")
    assert not undeliverable.is_stopped(subscriber.email)

    send(report("4.2.2", number=9), to=invited.return_path, return_path="<>", now=NOW + timedelta(days=31))
    assert not undeliverable.is_stopped(subscriber.email)
    for number in range(10, 13):
        send(report("4.2.2", number=number), to=invited.return_path, return_path="<>", now=NOW + timedelta(days=32))
    assert undeliverable.is_stopped(subscriber.email)


def test_a_forged_return_does_nothing(subscriber: Member, opening: Post, send: Send) -> None:
    assert send(report("5.1.1"), to=f"b+{'a' * 26}@in.commons.localhost", return_path="<>") is None
    assert not undeliverable.is_stopped(subscriber.email)


def test_an_answer_that_comes_to_the_return_path_is_no_return(
    invited: EmailMessage, subscriber: Member, send: Send
) -> None:
    message = letter(by=subscriber, to="x", subject="Out of office", Auto_Submitted="auto-replied")

    assert send(message, to=invited.return_path, return_path="<>").outcome == Outcome.DROPPED
    assert not undeliverable.is_stopped(subscriber.email)


def test_a_late_return_does_not_count_against_a_new_address(
    invited: EmailMessage, subscriber: Member, send: Send
) -> None:
    Member.objects.filter(pk=subscriber.pk).update(email="new@example.org")

    send(report("5.1.1"), to=invited.return_path, return_path="<>")

    assert not undeliverable.is_stopped("new@example.org")


def test_a_complaint_ends_such_letters_at_once(invited: EmailMessage, subscriber: Member, send: Send) -> None:
    incoming = send(COMPLAINT.encode(), to=invited.return_path, return_path="<>")

    assert incoming.outcome == Outcome.ENDED
    assert not gate.allows(subscriber, "email.list", now=NOW)


def test_letters_end_by_mail(invited: EmailMessage, subscriber: Member, table, send: Send) -> None:
    to = parseaddr(invited["List-Unsubscribe"].split("mailto:")[1].split("?")[0])[1]

    incoming = send(letter(by=subscriber, to=to, subject="unsubscribe", text=""), to=to)

    assert incoming.outcome == Outcome.ENDED
    assert not Follow.objects.filter(member=subscriber).exists()


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")
def test_returns_of_real_mail_servers_are_understood() -> None:
    """Every real report is read; those that name a failure count, those about delays do not."""
    wanted = {
        "flanker/delayed-broken.eml": 1,
        "flanker/delayed.eml": 1,
        "flanker/gmail-invalid-address.eml": 2,
        "flanker/mailbox-full.eml": 1,
        "flanker/no-mx.eml": 0,
        "flanker/zed.eml": 4,
        "flanker/iphone.eml": 0,
        "nodemailer/delivery-status.eml": 4,
        "ruby-mail/multipart_report_emails_multi_address_bounce1.eml": 4,
        "ruby-mail/multipart_report_emails_report_422.eml": 0,
        "ruby-mail/multipart_report_emails_report_530.eml": 2,
    }

    assert {name: points(SHARED / name) for name in wanted} == wanted


def points(path: Path) -> int:
    return returned.points(email.message_from_bytes(path.read_bytes()))
