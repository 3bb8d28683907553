"""Threads by mail, letters whose sender has to be asked, and copies of old lists."""

import re
from email.message import EmailMessage

import pytest
from django.core import mail
from django.test import Client

from forum import mirrors
from forum.models import Category, MailedPost, Mirror, Post, Thread
from members.models import Member
from notifications import envelopes
from notifications.bridge.enums import Outcome
from tests.notifications.bridge.conftest import Send, letter, mailed

TO = "table@in.commons.localhost"


@pytest.fixture
def _vouched(settings) -> None:
    settings.MAIL_AUTHENTICATOR = "mx.commons.test"


PASSED = {"Authentication_Results": "mx.commons.test; dmarc=pass header.from=example.org"}


@pytest.mark.usefixtures("_vouched")
def test_a_letter_to_a_room_begins_a_thread(ada: Member, lively: Category, send: Send) -> None:
    message = letter(
        by=ada, to=TO, subject="[table] Jam", text="Who has jars?", message_id="<jam@mail.example>", **PASSED
    )

    incoming = send(message, to=TO)

    thread = Thread.objects.get()
    assert (thread.title, thread.author_id, incoming.outcome) == ("Jam", ada.pk, Outcome.POSTED)
    assert MailedPost.objects.get().message_id == "jam@mail.example"


@pytest.mark.usefixtures("_vouched")
def test_letters_about_a_letter_stand_in_its_thread_everywhere(
    ada: Member, cleo: Member, lively: Category, subscriber: Member, answer, send: Send
) -> None:
    send(letter(by=ada, to=TO, subject="Jam", text="Jars?", message_id="<jam@mail.example>", **PASSED), to=TO)
    (first,) = mailed()
    by_mail = letter(by=cleo, to=TO, subject="Re: Jam", text="Ten.", message_id="<ten@mail.example>", **PASSED)
    by_mail["References"] = "<jam@mail.example>"
    send(by_mail, to=TO)
    answer(Post.objects.get(source="Ten."), by=ada, source="Great.")
    second, third = mailed()

    assert first["Message-ID"] == "<jam@mail.example>"
    assert (second["Message-ID"], second["In-Reply-To"]) == ("<ten@mail.example>", "<jam@mail.example>")
    assert third["References"] == "<jam@mail.example> <ten@mail.example>"
    assert third["Subject"] == "Re: Jam"
    assert Thread.objects.count() == 1


@pytest.mark.usefixtures("_vouched")
def test_an_answer_to_all_stands_under_the_post_of_the_site(
    cleo: Member, lively: Category, subscriber: Member, opening: Post, answer, send: Send
) -> None:
    reply = answer(opening)
    message = letter(by=cleo, to=TO, subject="Re: Soup", **PASSED)
    message["In-Reply-To"] = envelopes.message_id(f"forum.post:{reply.pk}")

    send(message, to=TO)

    assert Post.objects.latest("pk").parent_id == reply.pk


@pytest.mark.usefixtures("_vouched")
@pytest.mark.parametrize("subject", ["", "Re:", "x"])
def test_a_thread_needs_a_title(subject: str, ada: Member, lively: Category, send: Send) -> None:
    incoming = send(letter(by=ada, to=TO, subject=subject, **PASSED), to=TO)

    assert "needs a title" in incoming.why
    assert not Thread.objects.exists()


def test_a_room_takes_letters_only_if_it_was_opened_to_them(
    ada: Member, table: Category, den: Category, send: Send
) -> None:
    assert send(letter(by=ada, to=TO), to=TO) is None
    assert send(letter(by=ada, to=TO), to="den@in.commons.localhost") is None
    assert send(letter(by=ada, to=TO), to="table@elsewhere.example") is None


@pytest.mark.usefixtures("_vouched")
def test_a_room_that_somebody_may_not_see_takes_nothing_from_them(ada: Member, circle: Category, send: Send) -> None:
    Category.objects.filter(pk=circle.pk).update(takes_letters=True)

    incoming = send(letter(by=ada, to="x", subject="Hello", **PASSED), to="circle@in.commons.localhost")

    assert (incoming.outcome, Thread.objects.count()) == (Outcome.REFUSED, 0)


def test_whoever_cannot_be_believed_is_asked(ada: Member, lively: Category, send: Send, client: Client) -> None:
    incoming = send(letter(by=ada, to=TO, subject="Jam", text="Who has jars?"), to=TO)
    assert incoming.outcome == Outcome.ASKED
    assert not Thread.objects.exists()
    (question,) = mail.outbox
    assert question.to == [ada.email]
    link = re.search(r"http://[^/]+(/letter/\S+)", question.body)[1]

    page = client.get(link).content.decode()
    assert "Who has jars?" in page
    assert not Thread.objects.exists(), "looking posts nothing"
    pages = [client.post(link).content.decode() for _twice in range(2)]

    thread = Thread.objects.get()
    assert (thread.title, thread.author_id) == ("Jam", ada.pk)
    assert all(Post.objects.get().get_absolute_url() in page for page in pages)
    assert client.get("/letter/nonsense/").status_code == 404


def test_a_confirmed_letter_that_can_no_longer_be_posted_says_so(
    ada: Member, lively: Category, send: Send, client: Client
) -> None:
    send(letter(by=ada, to=TO, subject="Jam"), to=TO)
    link = re.search(r"http://[^/]+(/letter/\S+)", mail.outbox[0].body)[1]
    Category.objects.update(takes_letters=False)

    page = client.post(link)

    assert page.status_code == 422
    assert "can no longer be posted" in page.content.decode()
    assert "I bring bread." in page.content.decode()


def test_letters_of_strangers_to_a_room_are_dropped(lively: Category, send: Send) -> None:
    incoming = send(letter(by="eve@mail.example", to=TO, subject="Buy pills"), to=TO)

    assert (incoming.outcome, mail.outbox) == (Outcome.DROPPED, [])


def listed(text: str, *, message_id: str, answers: str = "") -> EmailMessage:
    message = letter(
        by="Zoe <zoe@old.example>",
        to="soup@lists.example",
        subject="[soup] Recipes",
        text=text,
        message_id=message_id,
        List_ID="<soup.lists.example>",
        Precedence="list",
    )
    if answers:
        message["In-Reply-To"] = answers
    return message


def test_an_old_list_is_copied_into_a_room(table: Category, subscriber: Member, send: Send) -> None:
    mirror = Mirror.objects.create(category=table, list_name="soup")
    to = f"{mirrors.local_part(mirror)}@in.commons.localhost"

    send(listed("Leek?", message_id="<1@old.example>"), to=to)
    send(listed("From here on, yes.", message_id="<2@old.example>", answers="<1@old.example>"), to=to)
    send(listed("Leek?", message_id="<1@old.example>"), to=to)

    first, second = Post.objects.order_by("number")
    assert (first.source, second.source, second.parent_id) == ("Leek?", "From here on, yes.", first.pk)
    assert Thread.objects.get().title == "Recipes"
    assert first.author_id is None
    assert mailed() == [], "nobody is written to"
    mirror.refresh_from_db()
    assert mirror.last_letter_at is not None


def test_a_mirror_has_a_secret_address_and_an_end(table: Category, send: Send) -> None:
    mirror = Mirror.objects.create(category=table, list_name="soup")
    local = mirrors.local_part(mirror)
    message = listed("Leek?", message_id="<1@old.example>")

    assert send(message, to=f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@in.commons.localhost") is None
    Mirror.objects.update(is_running=False)
    assert send(message, to=f"{local}@in.commons.localhost") is None


def test_our_own_letters_come_back_over_the_old_list_are_not_copied(
    table: Category, subscriber: Member, opening: Post, send: Send
) -> None:
    (ours,) = mailed()
    mirror = Mirror.objects.create(category=table, list_name="soup")

    incoming = send(ours, to=f"{mirrors.local_part(mirror)}@in.commons.localhost")

    assert incoming.outcome == Outcome.DROPPED
    assert Post.objects.count() == 1
