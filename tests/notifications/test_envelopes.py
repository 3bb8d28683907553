"""How letters travel: what other people's programs read, in the bytes that leave over a real SMTP connection."""

import email
import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from commons import letters
from commons.letters import NOBODY, Envelope
from members.models import Member
from notifications import envelopes, tokens
from notifications.kinds import Described, MailingList
from notifications.models import SentLetter
from tests.forum.conftest import MORNING

MACHINE = re.compile(
    rb"^(?:List-[\w-]+|Message-ID|In-Reply-To|References|Reply-To|X-[\w-]+|Feedback-ID): .*$", re.MULTILINE
)
LONG_ID = f"<{'x' * 110}@{'y' * 60}.example>"


class Sink:
    def __init__(self) -> None:
        self.received: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's names)
        self.received.append(envelope)
        return "250 OK"


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    """A mail server that takes everything."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.MAILERS = {
        "default": {
            "BACKEND": "commons.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": port, "use_tls": False},
        }
    }
    taker = Sink()
    server = Controller(taker, hostname="127.0.0.1", port=port)
    server.start()
    yield taker
    server.stop()


@pytest.fixture
def sent(ada: Member) -> SentLetter:
    return SentLetter.objects.create(
        member=ada, purpose="email.list", place="forum.post:7", address_hash=b"x" * 16, sent_at=MORNING
    )


def about(**fields: Any) -> Described:
    mailing = MailingList("gaerten", "Gärten", "forum.category:1", "/forum/gaerten/", takes_letters=True)
    told = {
        "title": "Öl",
        "address": f"/forum/gaerten/1-{'o' * 150}/",
        "who": "Änne, die Ältere",
        "key": "forum.post:7",
        "answers": ("forum.thread:1", LONG_ID),
        "answer_to": "forum.post:7",
        "mailing": mailing,
    }
    return Described(**{**told, **fields})


def post(letter: SentLetter, described: Described | None) -> None:
    context = {
        "post": described,
        "about": described,
        "settings": "s",
        "stop": "s",
        "site": "https://commons.example",
        "site_name": "Commons",
    }
    letters.post(
        "notifications/email/post.txt",
        to="ada@example.org",
        context={**context, "is_answerable": True, "marker": envelopes.marker()},
        envelope=envelopes.envelope(letter, described),
    )


def test_what_machines_read_leaves_unbroken(sink: Sink, sent: SentLetter) -> None:
    post(sent, about())

    (envelope,) = sink.received
    lines = MACHINE.findall(envelope.content)
    assert len(lines) >= 12
    assert [line for line in lines if b"=?" in line] == []
    assert all(len(line) < 998 for line in envelope.content.split(b"\r\n"))
    assert envelope.mail_from == tokens.address("b", sent)
    letter = email.message_from_bytes(envelope.content)
    assert letter["References"].split() == ["<forum.thread.1@in.commons.localhost>", LONG_ID]
    assert letter["In-Reply-To"] == LONG_ID
    assert letter["Message-ID"] == "<forum.post.7@in.commons.localhost>"
    assert letter["Reply-To"] == tokens.address("r", sent)
    assert letter["List-ID"] == "<gaerten.in.commons.localhost>"
    assert letter["List-Post"] == "<mailto:gaerten@in.commons.localhost>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len(letter["List-Unsubscribe"]) < 160
    assert letter["Auto-Submitted"] == "auto-generated"


def test_words_of_people_are_encoded_as_the_standard_says(sink: Sink, sent: SentLetter) -> None:
    post(sent, about(title="Öl und Essig " * 12))

    (envelope,) = sink.received
    letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
    encoded = re.findall(rb"=\?[^?]+\?[bq]\?[^?]*\?=", envelope.content)
    assert letter["Subject"] == f"Re: {('Öl und Essig ' * 12).strip()}"
    assert str(letter["From"].addresses[0].display_name) == "Änne, die Ältere via Commons"
    assert encoded
    assert max(map(len, encoded)) <= 75


def test_a_letter_of_both_kinds(sink: Sink, sent: SentLetter) -> None:
    post(sent, about(text="Who *cooks*?", html='<p>Who <em>cooks</em>? <a href="/forum/">Forum</a></p>'))

    letter = email.message_from_bytes(sink.received[0].content, policy=email.policy.default)
    assert letter.get_content_type() == "multipart/alternative"
    assert "Who *cooks*?" in letter.get_body(("plain",)).get_content()
    assert "Who <em>cooks</em>?" in letter.get_body(("html",)).get_content()


def test_what_must_not_come_back_has_no_return_path(sink: Sink) -> None:
    letters.post(
        "bridge/email/refused.txt",
        to="ada@example.org",
        context={"reason": "x", "subject": "y", "text": "z", "site": "s"},
        envelope=Envelope(return_path=NOBODY),
    )

    assert sink.received[0].mail_from in ("", "<>")


@pytest.mark.parametrize("bad", ["x" * 1000, "one\r\nBcc: eve@example.org"])
def test_a_header_that_does_not_fit_one_line_is_no_header(bad: str) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        letters.post("bridge/email/refused.txt", to="a@example.org", context={}, envelope=Envelope({"X-A": bad}))


def test_without_a_domain_of_its_own_a_letter_still_travels(sent: SentLetter, settings) -> None:
    settings.MAIL_DOMAIN = ""

    travels = envelopes.envelope(sent, about())

    assert travels.return_path == ""
    assert "Reply-To" not in travels.headers
    assert travels.headers["List-Post"] == "NO"
    assert "mailto:" not in travels.headers["List-Unsubscribe"]
    assert travels.headers["Message-ID"] == "<forum.post.7@127.0.0.1>"


@pytest.mark.parametrize(
    ("message_id", "key"),
    [
        ("<forum.post.7@in.commons.localhost>", "forum.post:7"),
        ("forum.thread.12@in.commons.localhost", "forum.thread:12"),
        ("<forum.post.7@elsewhere.example>", ""),
        ("<forum.post.x@in.commons.localhost>", ""),
        ("<forum.post.99999999999999999999999@in.commons.localhost>", ""),
        ("", ""),
    ],
)
def test_our_own_ids_are_read_back(message_id: str, key: str) -> None:
    assert envelopes.key_of(message_id) == key


@pytest.mark.parametrize("use", ["b", "r", "u"])
def test_a_token_opens_only_its_own_use(use: str, sent: SentLetter) -> None:
    token = tokens.token(use, sent)

    assert re.fullmatch(r"[a-z2-7]{26}", token)
    assert tokens.letter_of(use, token, now=MORNING) == sent
    for other in {"b", "r", "u"} - {use}:
        assert tokens.letter_of(other, token, now=MORNING) is None


@pytest.mark.parametrize("token", ["", "a", "a" * 26, "a" * 27, "ü" * 26, "1" * 26, "\x00" * 26])
def test_what_is_no_token_opens_nothing(token: str, sent: SentLetter) -> None:
    assert tokens.letter_of("u", token, now=MORNING) is None


def test_the_instance_is_lasting() -> None:
    assert envelopes.instance() == envelopes.instance()
