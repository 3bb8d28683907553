"""The door for other mail servers, spoken to over real sockets with the standard library's client."""

import smtplib
import socket
from collections.abc import Iterator
from email.policy import SMTP
from email.utils import parseaddr

import pytest

from forum.models import Category, Post
from members.models import Member
from notifications import tokens
from notifications.bridge import actions, listening
from notifications.bridge.models import Incoming
from notifications.models import SentLetter
from tests.forum.conftest import MORNING, start, table
from tests.notifications.bridge.conftest import letter

__all__ = ["start", "table"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]  # another thread has its own connection


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(params=[False, True], ids=["SMTP", "LMTP"])
def client(request: pytest.FixtureRequest) -> Iterator[smtplib.SMTP]:
    door = listening.door(host="127.0.0.1", port=free_port(), is_lmtp=request.param)
    door.start()
    port = door.port
    kind = smtplib.LMTP if request.param else smtplib.SMTP
    try:
        with kind("127.0.0.1", port) as spoken:
            yield spoken
    finally:
        door.stop()


@pytest.fixture
def to(ada: Member, table: Category, start) -> str:
    post = start(table)
    sent = SentLetter.objects.create(
        member=ada, purpose="email.list", place=f"forum.post:{post.pk}", address_hash=b"x" * 16, sent_at=post.created_at
    )
    return tokens.address("r", sent)


def test_a_letter_is_taken_in_and_posted(client: smtplib.SMTP, to: str, ada: Member, monkeypatch) -> None:
    monkeypatch.setattr(listening.clock, "now", lambda: MORNING)

    client.sendmail(ada.email, [to], letter(by=ada, to=to, text=".\nLeek, and a dot.\n").as_bytes(policy=SMTP))

    incoming = Incoming.objects.get()
    actions.settle(incoming=incoming.pk, now=MORNING)
    assert Post.objects.get(parent__isnull=False).source == ".\nLeek, and a dot."
    assert (incoming.recipient, incoming.return_path) == (to, ada.email)


def test_nobody_is_refused_before_the_letter_is_sent(client: smtplib.SMTP, to: str) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        client.sendmail("eve@mail.example", ["nobody@in.commons.localhost"], b"Subject: x\r\n\r\nx")

    assert refused.value.recipients["nobody@in.commons.localhost"][0] == 550
    assert not Incoming.objects.exists()


def test_the_postmaster_is_always_there(client: smtplib.SMTP, to: str) -> None:
    client.sendmail("", ["postmaster@in.commons.localhost"], b"Subject: x\r\nMessage-ID: <x@y.example>\r\n\r\nx")

    assert Incoming.objects.get().recipient == "postmaster@in.commons.localhost"


def test_what_cannot_be_kept_now_is_asked_for_again(
    client: smtplib.SMTP, to: str, ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening.clock, "now", lambda: MORNING)

    def fails(**_letter: object) -> bool:
        raise OSError

    monkeypatch.setattr(actions, "take_in", fails)

    with pytest.raises(smtplib.SMTPDataError) as waits:
        client.sendmail(ada.email, [to], letter(by=ada, to=to).as_bytes(policy=SMTP))

    assert waits.value.smtp_code == 451


def test_a_letter_that_is_too_large_is_refused(
    client: smtplib.SMTP, to: str, ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening.clock, "now", lambda: MORNING)
    monkeypatch.setattr(actions, "LETTER_MAX_BYTES", 1000)

    with pytest.raises(smtplib.SMTPDataError) as refused:
        client.sendmail(ada.email, [to], letter(by=ada, to=to, text="long\n" * 1000).as_bytes(policy=SMTP))

    assert refused.value.smtp_code == 552


def test_not_everybody_at_once(client: smtplib.SMTP, to: str) -> None:
    client.ehlo()
    client.mail("a@mail.example")

    codes = [client.rcpt("postmaster@in.commons.localhost")[0] for _each in range(21)]

    assert codes == [250] * 20 + [452]


def test_addresses_are_read_as_people_write_them(to: str) -> None:
    assert parseaddr(to)[1] == to


def test_two_recipients_of_one_letter(client: smtplib.SMTP, to: str, ada: Member, monkeypatch) -> None:
    """Over LMTP each gets an answer of its own (RFC 2033)."""
    monkeypatch.setattr(listening.clock, "now", lambda: MORNING)

    client.sendmail(ada.email, [to, "postmaster@in.commons.localhost"], letter(by=ada, to=to).as_bytes(policy=SMTP))
    if isinstance(client, smtplib.LMTP):
        assert client.getreply()[0] == 250
    assert client.noop()[0] == 250

    assert Incoming.objects.count() == 2


def test_an_address_that_cannot_be_looked_up_now_is_asked_for_again(
    client: smtplib.SMTP, to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_address: object, **_now: object) -> None:
        raise OSError("password of the database")

    monkeypatch.setattr(listening.addressing, "recipient", fails)
    client.ehlo()
    client.mail("a@mail.example")

    assert client.rcpt(to) == (451, b"4.3.0 Please try again later")
