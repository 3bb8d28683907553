"""Answers by mail: whose they are, where they go, and what is told when they can't."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from commons import clock, holdings, markup, outbox
from forum import actions as forum
from forum.models import Category, Post, Thread
from members.enums import Standing
from members.models import Member
from notifications import actions as notifications
from notifications import tokens
from notifications.bridge import actions, queries
from notifications.bridge.enums import Outcome
from notifications.bridge.models import Incoming
from notifications.models import Preferences, SentLetter
from tests.cast import says_yes
from tests.forum.conftest import MORNING
from tests.notifications.bridge.conftest import NOW, Send, letter, mailed


def reply_address(message: EmailMessage) -> str:
    return parseaddr(message["Reply-To"])[1]


def test_an_answer_stands_under_the_post_that_it_answers(
    invited: EmailMessage, subscriber: Member, opening: Post, send: Send
) -> None:
    to = reply_address(invited)

    incoming = send(letter(by=subscriber, to=to, text="I bring bread."), to=to)

    post = Post.objects.get(parent=opening)
    assert (post.author_id, post.source) == (subscriber.pk, "I bring bread.")
    assert (incoming.outcome, incoming.why) == (Outcome.POSTED, post.get_absolute_url())
    assert mail.outbox == []


def test_the_same_letter_twice_makes_one_post(invited: EmailMessage, subscriber: Member, send: Send) -> None:
    to = reply_address(invited)
    message = letter(by=subscriber, to=to)

    send(message, to=to)
    send(message, to=to.upper())

    assert Post.objects.filter(parent__isnull=False).count() == 1
    assert Incoming.objects.count() == 1


def test_what_is_quoted_stays_one_press_away_and_the_tokens_do_not(
    invited: EmailMessage, subscriber: Member, send: Send
) -> None:
    to, body = reply_address(invited), invited.get_body(("plain",)).get_content()
    quoted = "\n".join(f"> {line}" for line in body.splitlines())

    send(letter(by=subscriber, to=to, text=f"I bring bread.\n\nOn Sunday Ada wrote:\n{quoted}\n"), to=to)

    post = Post.objects.get(parent__isnull=False)
    assert post.source.startswith("I bring bread.\n\n:::details")
    assert "Who cooks?" in post.source
    for secret in (to, invited["List-Unsubscribe"].split("/u/")[1][:26]):
        assert secret not in post.source


def test_nobody_else_can_answer_with_it(invited: EmailMessage, cleo: Member, send: Send) -> None:
    to = reply_address(invited)

    incoming = send(letter(by=cleo, to=to, text="I am Bo."), to=to)

    assert incoming.outcome == Outcome.REFUSED
    assert not Post.objects.filter(parent__isnull=False).exists()
    (told,) = mail.outbox
    assert (told.to, "I am Bo." in told.body) == ([cleo.email], True)


def test_a_stranger_hears_nothing(invited: EmailMessage, send: Send) -> None:
    to = reply_address(invited)

    incoming = send(letter(by="eve@mail.example", to=to), to=to)

    assert (incoming.outcome, mail.outbox) == (Outcome.DROPPED, [])


def test_an_address_that_is_not_proved_is_not_theirs(invited: EmailMessage, subscriber: Member, send: Send) -> None:
    EmailAddress.objects.filter(user=subscriber).update(verified=False)
    to = reply_address(invited)

    assert send(letter(by=subscriber, to=to), to=to).outcome == Outcome.DROPPED


def test_two_senders_are_none(invited: EmailMessage, subscriber: Member, cleo: Member, send: Send) -> None:
    to = reply_address(invited)

    assert send(letter(by=f"{subscriber.email}, {cleo.email}", to=to), to=to).outcome == Outcome.DROPPED


@pytest.mark.parametrize(
    ("trusted", "says", "outcome"),
    [
        ("mx.commons.test", "mx.commons.test; dmarc=pass", Outcome.POSTED),
        ("mx.commons.test", "mx.commons.test; dkim=fail; dmarc=fail (p=reject)", Outcome.DROPPED),
        (
            "mx.commons.test",
            "mx.commons.test; dmarc=fail; spf=pass smtp.mailfrom=dmarc=pass@evil.example",
            Outcome.DROPPED,
        ),
        ("mx.commons.test", "elsewhere.test; dmarc=fail", Outcome.POSTED),
        ("", "mx.commons.test; dmarc=fail", Outcome.POSTED),
    ],
)
def test_only_our_own_mail_server_is_believed(
    trusted: str, says: str, outcome: str, invited: EmailMessage, subscriber: Member, send: Send, settings
) -> None:
    settings.MAIL_AUTHENTICATOR = trusted
    to = reply_address(invited)

    incoming = send(letter(by=subscriber, to=to, Authentication_Results=says), to=to)

    assert incoming.outcome == outcome


@pytest.mark.parametrize(
    ("headers", "return_path"),
    [
        ({"Auto_Submitted": "auto-replied"}, "bo@example.org"),
        ({"Auto_Submitted": "auto-generated; x"}, "bo@example.org"),
        ({"Precedence": "bulk"}, "bo@example.org"),
        ({"X_Autoreply": "yes"}, "bo@example.org"),
        ({"List_ID": "<other.example>"}, "bo@example.org"),
        ({"subject": "Automatic reply: Soup"}, "bo@example.org"),
        ({"subject": "=?utf-8?q?Abwesenheitsnotiz=3A_Soup?="}, "bo@example.org"),
        ({}, "<>"),
        ({}, ""),
    ],
)
def test_what_a_machine_wrote_is_dropped_and_never_answered(
    headers: dict[str, str], return_path: str, invited: EmailMessage, subscriber: Member, send: Send
) -> None:
    to = reply_address(invited)

    incoming = send(letter(by=subscriber, to=to, **headers), to=to, return_path=return_path)

    assert (incoming.outcome, mail.outbox) == (Outcome.DROPPED, [])
    assert not Post.objects.filter(parent__isnull=False).exists()


def test_our_own_letters_come_round_again_are_dropped(invited: EmailMessage, send: Send) -> None:
    incoming = send(invited, to=reply_address(invited))

    assert (incoming.outcome, incoming.why) == (Outcome.DROPPED, "one of our own letters")


def test_a_locked_thread_gives_the_words_back(
    invited: EmailMessage, subscriber: Member, cleo: Member, thread: Thread, send: Send
) -> None:
    Thread.objects.filter(pk=thread.pk).update(is_locked=True)
    to = reply_address(invited)

    incoming = send(letter(by=subscriber, to=to, text="I bring bread."), to=to)

    assert incoming.outcome == Outcome.REFUSED
    (told,) = mail.outbox
    assert "locked" in told.body
    assert "I bring bread." in told.body
    assert told.extra_headers["Auto-Submitted"] == "auto-replied"
    assert told.from_email == "<>"


def test_somebody_is_told_at_most_once_a_day(
    invited: EmailMessage, subscriber: Member, thread: Thread, send: Send, as_bo: Client
) -> None:
    Thread.objects.filter(pk=thread.pk).update(is_locked=True)
    to = reply_address(invited)

    for number in range(3):
        send(letter(by=subscriber, to=to, text=f"Bread {number}."), to=to)
    assert len(mail.outbox) == 1
    inbox = as_bo.get("/inbox/").content.decode()
    last = Incoming.objects.latest("pk")
    assert inbox.count("Your letter was not posted") >= 3
    assert "Bread 2." in as_bo.get(f"/me/letters/{last.pk}/").content.decode()

    with time_machine.travel(datetime.now(UTC) + timedelta(days=1, minutes=1)):
        send(letter(by=subscriber, to=to, text="Bread again."), to=to)
    assert len(mail.outbox) == 2


def test_a_deleted_post_a_suspended_or_closed_account_and_an_empty_letter_are_told_why(
    invited: EmailMessage, subscriber: Member, ada: Member, opening: Post, send: Send
) -> None:
    to = reply_address(invited)

    empty = send(letter(by=subscriber, to=to, text="> Who cooks?\n"), to=to)
    Member.objects.filter(pk=subscriber.pk).update(standing=Standing.SUSPENDED)
    suspended = send(letter(by=subscriber, to=to, text="Me."), to=to)

    assert "no words of yours" in empty.why
    assert "suspended" in suspended.why
    Member.objects.filter(pk=subscriber.pk).update(standing=Standing.MEMBER, is_active=False)
    assert "closed" in send(letter(by=subscriber, to=to, text="Me too."), to=to).why
    assert not Post.objects.filter(parent__isnull=False).exists()


def test_a_room_that_is_no_longer_theirs_takes_no_answer(cleo: Member, circle, start, send: Send) -> None:
    says_yes(cleo, "email.list", now=MORNING)
    notifications.follow(member=cleo, place=f"forum.category:{circle.pk}", level="list", now=MORNING)
    Preferences.objects.update(quiet_from=None, quiet_until=None)
    start(circle)
    (invitation,) = mailed()
    cleo.groups.clear()
    to = reply_address(invitation)

    incoming = send(letter(by=cleo, to=to), to=to)

    assert "not for you" in incoming.why


def test_a_token_dies_with_age_and_by_hand(
    invited: EmailMessage, subscriber: Member, send: Send, as_bo: Client
) -> None:
    to = reply_address(invited)
    sent = SentLetter.objects.get()

    assert send(letter(by=subscriber, to=to), to=to, now=sent.sent_at + timedelta(days=91)) is None
    as_bo.post("/me/notifications/revoke/")
    assert send(letter(by=subscriber, to=to), to=to) is None
    assert send(letter(by=subscriber, to=to), to=f"r+{'a' * 26}@in.commons.localhost") is None
    assert send(letter(by=subscriber, to=to), to=to.replace("r+", "b+")) is None


def test_files_are_left_behind_and_their_names_told(
    invited: EmailMessage, subscriber: Member, opening: Post, send: Send
) -> None:
    to = reply_address(invited)
    message = letter(by=subscriber, to=to, text="See the plan.")
    message.add_attachment(b"%PDF-1.7 plan" * 100, maintype="application", subtype="pdf", filename="plan.pdf")
    message.add_attachment(b"\x89PNG" * 10, maintype="image", subtype="png", filename="logo.png")

    incoming = send(message, to=to)

    assert incoming.outcome == Outcome.POSTED
    post = Post.objects.get(parent=opening)
    assert post.source == "See the plan."
    (told,) = mail.outbox
    assert ("plan.pdf" in told.body, "logo.png" in told.body) == (True, False)
    assert post.get_absolute_url() in told.body


def test_an_answer_to_a_letter_about_several_things_has_no_place(
    ada: Member, subscriber: Member, opening: Post, answer, send: Send
) -> None:
    sent = SentLetter.objects.create(member=subscriber, purpose="email.digest", address_hash=b"x" * 16, sent_at=NOW)
    to = tokens.address("r", sent)

    assert "several things" in send(letter(by=subscriber, to=to), to=to).why


def test_a_letter_that_cannot_be_handled_waits_and_is_set_aside(
    invited: EmailMessage, subscriber: Member, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_words: object) -> None:
        raise OSError

    monkeypatch.setattr(forum, "post_reply", fails)
    to = reply_address(invited)
    incoming = send(letter(by=subscriber, to=to), to=to)
    assert (incoming.outcome, incoming.tries > 0) == ("", True)

    later = NOW + timedelta(minutes=1)
    assert queries.left_behind(now=later) == [incoming.pk]
    for _try in range(6):
        actions.settle(incoming=incoming.pk, now=later)

    incoming.refresh_from_db()
    assert incoming.outcome == Outcome.FAILED
    assert queries.left_behind(now=later) == []


def test_a_letter_longer_than_a_post_is_given_back_whole(invited: EmailMessage, subscriber: Member, send: Send) -> None:
    to = reply_address(invited)
    text = "\n\n".join(f"Line {number} of a long story about bread." for number in range(800))

    incoming = send(letter(by=subscriber, to=to, text=text), to=to)

    assert "longer than a post" in incoming.why
    assert "Line 799 of a long story" in mail.outbox[0].body


def test_whoever_answers_too_fast_waits_and_loses_nothing(
    invited: EmailMessage, subscriber: Member, opening: Post, send: Send
) -> None:
    """Somebody comes online with ten answers in their outbox."""
    to = reply_address(invited)

    for number in range(10):
        actions.take_in(
            raw=letter(by=subscriber, to=to, text=f"Answer {number}.").as_bytes(), sent_to=to, return_path="x", now=NOW
        )
    for incoming in Incoming.objects.order_by("pk"):
        actions.settle(incoming=incoming.pk, now=NOW)
    assert set(Incoming.objects.values_list("outcome", flat=True)) == {Outcome.POSTED, ""}
    for minute in range(1, 6):
        for waiting in queries.left_behind(now=NOW + timedelta(minutes=minute)):
            actions.settle(incoming=waiting, now=NOW + timedelta(minutes=minute))

    assert Post.objects.filter(parent=opening).count() == 10
    assert mail.outbox == []


def test_nobody_else_s_letter_becomes_part_of_somebody_s_data(
    invited: EmailMessage, subscriber: Member, cleo: Member, send: Send
) -> None:
    to = reply_address(invited)

    theirs, stranger = send(letter(by=cleo, to=to), to=to), send(letter(by="eve@mail.example", to=to, text="x"), to=to)

    assert theirs.member_id == cleo.pk
    assert (stranger.member_id, bytes(stranger.sealed_letter)) == (None, b"")


def test_a_letter_that_ends_the_worker_is_not_read_for_ever(
    invited: EmailMessage, subscriber: Member, send: Send
) -> None:
    to = reply_address(invited)
    actions.take_in(raw=letter(by=subscriber, to=to).as_bytes(), sent_to=to, return_path="x", now=NOW)
    Incoming.objects.update(tries=5)

    actions.settle(incoming=Incoming.objects.get().pk, now=NOW)

    assert Incoming.objects.get().outcome == Outcome.FAILED


def test_who_is_quoted_calling_somebody_calls_them_once(
    subscriber: Member, table: Category, start: Callable[..., Post], cleo: Member, send: Send
) -> None:
    says_yes(cleo, "contact.mention")
    start(table, source="@cleo, who cooks?")
    (invitation,) = mailed()
    to, body = reply_address(invitation), invitation.get_body(("plain",)).get_content()
    quoted = "\n".join(f"> {line}" for line in body.splitlines())

    send(letter(by=subscriber, to=to, text=f"I do.\n\nOn Sunday Ada wrote:\n{quoted}\n"), to=to)

    assert markup.mentioned(Post.objects.get(parent__isnull=False).source) == ()


def test_a_copy_of_one_s_data_tells_of_a_dropped_letter_without_its_words(
    ada: Member, lively: Category, send: Send
) -> None:
    """The sixth letter that would have to be asked about in a day is dropped, and not kept."""
    for number in range(6):
        message = letter(by=ada, to="x", subject=f"Jam {number}", text=f"Jars {number}?")
        send(message, to="table@in.commons.localhost")
    holding = holdings.holding("bridge.Incoming")

    rows = holding.of(ada).order_by("pk").values_list(*holding.export)
    told = [dict(zip(holding.export, holding.read(row), strict=True)) for row in rows]

    assert [one["outcome"] for one in told] == [*[Outcome.ASKED] * 5, Outcome.DROPPED]
    assert "Jars 4?" in told[4]["sealed_letter"]
    assert told[5]["sealed_letter"] == ""


def test_of_a_letter_that_was_erased_meanwhile_nothing_is_told() -> None:
    settled = outbox.publish("bridge.letter_settled", letter=99999)

    assert outbox.deliver(settled.pk, now=clock.now())
    assert mail.outbox == []
