"""A room that is read and written to by mail, and people who do."""

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from forum.models import Category, Post
from members.models import Member
from notifications import actions as notifications
from notifications import delivery
from notifications.bridge import actions
from notifications.bridge.models import Incoming
from notifications.models import Preferences
from tests.cast import says_yes
from tests.conftest import _work_after_commit
from tests.forum.conftest import MORNING, answer, circle, den, opening, start, table, thread

__all__ = ["answer", "circle", "den", "opening", "start", "table", "thread"]

NOW = MORNING + timedelta(days=1)

type Send = Callable[..., Incoming | None]


@pytest.fixture(autouse=True)
def _proved(ada: Member, bo: Member, cleo: Member) -> None:
    """Everybody has proved their address."""
    for member in (ada, bo, cleo):
        EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)


@pytest.fixture
def lively(table: Category) -> Category:
    """The table, where threads can begin by mail."""
    Category.objects.filter(pk=table.pk).update(takes_letters=True)
    table.takes_letters = True
    return table


@pytest.fixture
def subscriber(bo: Member, table: Category) -> Member:
    """Bo reads the table by mail."""
    says_yes(bo, "email.list", now=MORNING)
    notifications.follow(member=bo, place=f"forum.category:{table.pk}", level="list", now=MORNING)
    Preferences.objects.filter(member=bo).update(quiet_from=None, quiet_until=None)
    return bo


def mailed() -> list[EmailMessage]:
    """What left the site since the last look, as its reader's program sees it."""
    _work_after_commit()
    delivery.send_due_letters(now=NOW + timedelta(days=400))
    sent = [letter.message() for letter in mail.outbox]
    for message, letter in zip(sent, mail.outbox, strict=True):
        message.return_path = letter.from_email
    mail.outbox.clear()
    return sent


def letter(
    *, by: Member | str, to: str, text: str = "I bring bread.", subject: str = "Re: Soup", **headers: str
) -> EmailMessage:
    """A letter as somebody's mail program writes it."""
    message = EmailMessage()
    message["From"] = by if isinstance(by, str) else f"{by} <{by.email}>"
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = headers.pop("message_id", f"<{abs(hash((text, subject, to)))}@mail.example>")
    message["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


@pytest.fixture
def send(db: None) -> Send:
    """Hand a letter over as a mail server does, and let the worker read it: what became of it, or None at the door."""

    def hand_over(message: EmailMessage | bytes, *, to: str, return_path: str = "someone@mail.example", now=NOW):
        raw = message if isinstance(message, bytes) else message.as_bytes()
        if not actions.take_in(raw=raw, sent_to=to, return_path=return_path, now=now):
            return None
        incoming = Incoming.objects.latest("pk")
        actions.settle(incoming=incoming.pk, now=now)
        _work_after_commit()
        incoming.refresh_from_db()
        return incoming

    return hand_over


@pytest.fixture
def invited(subscriber: Member, opening: Post) -> EmailMessage:
    """The letter in which Bo reads Ada's opening post."""
    (message,) = mailed()
    return message
