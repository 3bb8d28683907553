"""Taking part from a mailbox alone: real SMTP on loopback, a real site, and a real mail program that shows the threads."""

import email
import re
import shutil
import smtplib
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller

from commons.config import services
from tests.figures.site import Site, free_port, running_site, send, signed_in, until

pytestmark = [pytest.mark.figures, pytest.mark.timeout(400), pytest.mark.enable_socket]

FOR_MACHINES = re.compile(rb"^(?:List-[\w-]+|Message-ID|In-Reply-To|References|Reply-To): .*$", re.MULTILINE)
READS_BY_MAIL = """
from commons import clock
from members.models import Member
from members.consent import actions as consent
from notifications import actions
from notifications.models import Preferences
from allauth.account.models import EmailAddress
from forum.models import Category
room = Category.objects.get(slug="{room}")
Category.objects.filter(pk=room.pk).update(takes_letters=True)
for name in ("ana", "ben"):
    member = Member.objects.get(username=name)
    EmailAddress.objects.update_or_create(user=member, email=member.email, defaults={{"verified": True, "primary": True}})
    consent.answer(member=member, purpose="email.list", yes=True, surface="figure", now=clock.now())
    actions.choose(member=member, choices={{"quiet_from": None, "quiet_until": None}}, now=clock.now())
    actions.follow(member=member, place=f"forum.category:{{room.pk}}", level="list", now=clock.now())
"""
SEND_NOW = """
from datetime import timedelta
from commons import clock
from notifications.delivery import send_due_letters
send_due_letters(now=clock.now() + timedelta(minutes=11))
"""


class Mailboxes:
    """A mail server that keeps every letter, by its reader."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str, bytes]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's names)
        self.letters += [(to, envelope.mail_from, envelope.content) for to in envelope.rcpt_tos]
        return "250 OK"

    def of(self, address: str) -> list[EmailMessage]:
        found = [raw for to, _sender, raw in self.letters if to == address]
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in found]


@pytest.fixture
def mailboxes() -> Iterator[tuple[Mailboxes, int]]:
    kept, port = Mailboxes(), free_port()
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    yield kept, port
    server.stop()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailboxes: tuple[Mailboxes, int]) -> Iterator[Site]:
    outgoing = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(mailboxes[1]), "EMAIL_TLS": "0"}
    yield from running_site(tmp_path, monkeypatch, **outgoing)


@pytest.fixture
def letters_in(site: Site) -> Iterator[int]:
    port = free_port()
    door = site.start("python", "manage.py", "take_letters", "--port", str(port))
    until(lambda: _listens(port))
    yield port
    door.terminate()
    door.wait(20)


def test_a_life_in_the_mailbox(site: Site, mailboxes: tuple[Mailboxes, int], letters_in: int, tmp_path: Path) -> None:
    kept, _port = mailboxes
    with psycopg.connect(services.database_url(), autocommit=True) as database:
        room = database.execute("SELECT slug FROM forum_category WHERE visibility = 'members' ORDER BY id").fetchone()[
            0
        ]
        site.manage("shell", "--no-imports", "-v0", "-c", READS_BY_MAIL.format(room=room))
        addresses = dict(database.execute("SELECT username, email FROM members_member").fetchall())
        ana, ben = addresses["ana"], addresses["ben"]

        # a post on the site becomes a letter
        send(
            signed_in(site.address, "ben"),
            f"{site.address}/forum/{room}/new/",
            {"title": "Öl und Essig", "source": "Who has *vinegar*?"},
        )
        first = _next(site, kept, ana)
        started = time.perf_counter()

        # an answer by mail becomes a post, and a letter in the same thread
        answer = _answer(first, by=ana, text="I do.\n\nOn Monday Ben wrote:\n" + _quoted(first))
        with smtplib.SMTP("127.0.0.1", letters_in) as client:
            client.send_message(answer, ana, [parseaddr(first["Reply-To"])[1]])
        until(lambda: _posts(database, "I do.%") == 1, pause=0.05)
        took = time.perf_counter() - started
        second = _next(site, kept, ben)
        assert second["In-Reply-To"] == first["Message-ID"]
        assert second["Message-ID"] == answer["Message-ID"]

        # a thread by mail: its sender is asked, says yes, and it is there
        mine = EmailMessage()
        mine["From"], mine["To"], mine["Subject"] = ana, f"{room}@in.commons.localhost", "Jam by mail"
        mine["Message-ID"] = "<jam@mailbox.example>"
        mine.set_content("Who has jars?")
        with smtplib.SMTP("127.0.0.1", letters_in) as client:
            client.send_message(mine, ana, [mine["To"]])
        until(lambda: len(kept.of(ana)) == 2)
        question = kept.of(ana)[1]
        link = re.search(r"http://\S+/letter/\S+", question.get_content())[0]
        assert _posts(database, "Who has jars?") == 0
        send(urllib.request.build_opener(urllib.request.HTTPCookieProcessor()), link, {})
        assert _posts(database, "Who has jars?") == 1
        third = _next(site, kept, ben, after=1)
        assert third["Message-ID"] == "<jam@mailbox.example>"

        # one press ends it; looking does not
        end = re.search(r"<(http://[^>]+/u/[^>]+)>", first["List-Unsubscribe"])[1]
        for _look in range(3):
            assert urllib.request.urlopen(end).status == 200
        assert _reads_by_mail(database, "ana") == 1
        urllib.request.urlopen(end, data=b"List-Unsubscribe=One-Click")
        assert _reads_by_mail(database, "ana") == 0

    for _to, sender, raw in kept.letters:
        assert sender.startswith("b+") or sender in ("", "<>"), sender
        assert [line for line in FOR_MACHINES.findall(raw) if b"=?" in line] == []
    print(f"\n{len(kept.letters)} letters out, 2 in; an answer stood in its thread after {took:.2f} s")
    if not (shutil.which("neomutt") and shutil.which("tmux")):
        pytest.skip("neomutt and tmux are not here; all but the threads in a mail program was seen")
    index = _index_in_neomutt(tmp_path, [first, answer, second, third])
    print(index)
    assert re.search(r"Öl und Essig\s*\n.*[└`][─-]>", index)


def _next(site: Site, kept: Mailboxes, address: str, *, after: int = 0) -> EmailMessage:
    """The letter that this person gets next, of those about posts."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        site.manage("shell", "--no-imports", "-v0", "-c", SEND_NOW)
        found = [letter for letter in kept.of(address) if letter["List-ID"]]
        if len(found) > after:
            return found[after]
    pytest.fail(f"no letter for {address}")


def _answer(letter: EmailMessage, *, by: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = by, letter["Reply-To"]
    message["Subject"] = f"Re: {letter['Subject']}"
    message["Message-ID"] = "<answer.1@mailbox.example>"
    message["In-Reply-To"] = letter["Message-ID"]
    message["References"] = letter["Message-ID"]
    message.set_content(text)
    return message


def _quoted(letter: EmailMessage) -> str:
    text = letter.get_body(("plain",)).get_content()
    return "\n".join(f"> {line}" for line in text.splitlines())


def _index_in_neomutt(folder: Path, letters: list[EmailMessage]) -> str:
    """What the mail program shows of these letters, threaded by their headers alone."""
    box = folder / "letters.mbox"
    unique = {letter["Message-ID"]: letter for letter in letters}.values()
    with box.open("wb") as file:
        for number, letter in enumerate(unique):
            del letter["Date"]
            letter["Date"] = f"Mon, 02 Mar 2026 09:0{number}:00 +0000"
            file.write(b"From a@b Mon Mar  2 09:00:00 2026\n" + letter.as_bytes() + b"\n\n")
    options = f"set folder={folder}; set sort=threads; set strict_threads=yes; set charset=utf-8; set index_format='%s'"
    command = f'env -i HOME={folder} TERM=screen LANG=C.UTF-8 neomutt -n -F /dev/null -R -e "{options}" -f {box}'
    _tmux("new-session", "-d", "-s", "letters", "-x", "120", "-y", "30", command)
    try:
        time.sleep(2)
        return _tmux("capture-pane", "-p", "-t", "letters")
    finally:
        _tmux("kill-session", "-t", "letters")


def _tmux(*command: str) -> str:
    return subprocess.run(["tmux", "-L", "commons", *command], capture_output=True, text=True, check=True).stdout


def _posts(database: psycopg.Connection, source: str) -> int:
    return database.execute("SELECT count(*) FROM forum_post WHERE source LIKE %s", [source]).fetchone()[0]


def _reads_by_mail(database: psycopg.Connection, name: str) -> int:
    query = """SELECT count(*) FROM notifications_follow f JOIN members_member m ON m.id = f.member_id
               WHERE m.username = %s AND f.level = 'list'"""
    return database.execute(query, [name]).fetchone()[0]


def _listens(port: int) -> bool:
    try:
        smtplib.SMTP("127.0.0.1", port, timeout=2).quit()
    except OSError:
        return False
    return True
