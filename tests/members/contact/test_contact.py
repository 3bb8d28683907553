"""Contact between two people: asked, answered, written, closed; and wanting none."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client

from commons import clock
from members.consent import gate
from members.consent import queries as consent
from members.contact import actions, queries, rules
from members.contact.enums import RequestState
from members.contact.models import ContactRequest, Conversation, Message, NoContact
from members.models import Member
from members.rights.actions import run_rule
from tests.cast import says_no, says_yes

pytestmark = pytest.mark.django_db

WORDS = "You wrote about sourdough; may I ask you something?"


def ask(client: Client, words: str = WORDS, whom: str = "ada") -> int:
    return client.post(f"/people/{whom}/ask/", {"words": words}).status_code


@pytest.fixture
def asked(ada: Member, as_cleo: Client) -> ContactRequest:
    """Cleo has asked Ada."""
    says_yes(ada, "contact.requests")
    assert ask(as_cleo) == 302
    return ContactRequest.objects.select_related("asker", "asked").get()


@pytest.fixture
def talk(asked: ContactRequest, as_ada: Client) -> Conversation:
    """Ada has said yes to Cleo."""
    as_ada.post(f"/me/messages/requests/{asked.pk}/accept/")
    return Conversation.objects.get()


def write(client: Client, talk: Conversation, words: str = "Hello!", key: str = "") -> int:
    sent = client.post(talk.get_absolute_url(), {"source": words, "submission": key or str(uuid4())})
    return sent.status_code


def test_nobody_can_be_asked_who_did_not_say_yes_to_it(ada: Member, as_cleo: Client) -> None:
    assert ask(as_cleo) == 403
    says_yes(ada, "contact.requests")
    assert ask(as_cleo) == 302
    says_no(ada, "contact.requests")
    ContactRequest.objects.all().delete()
    assert ask(as_cleo) == 403


@pytest.mark.parametrize(
    "words", ["", "   ", "x" * 301, "See https://example.org/offer", "See [this](https://example.org)"]
)
def test_a_first_request_is_short_and_has_no_links(ada: Member, as_cleo: Client, words: str) -> None:
    says_yes(ada, "contact.requests")

    assert ask(as_cleo, words) == 422
    assert not ContactRequest.objects.exists()


def test_asking_twice_is_one_request_and_again_only_after_three_months(asked: ContactRequest, as_cleo: Client) -> None:
    assert ask(as_cleo) == 403
    assert ContactRequest.objects.count() == 1

    ContactRequest.objects.update(asked_at=clock.now() - timedelta(days=91), state=RequestState.LAPSED)
    assert ask(as_cleo) == 302


def test_no_answer_declined_and_lapsed_look_the_same_to_the_asker(
    asked: ContactRequest, as_cleo: Client, as_ada: Client
) -> None:
    def seen() -> tuple[str, bytes]:
        page = as_cleo.get("/me/messages/").content.decode().split("<main")[1].split("</main>")[0]
        page = page.split("csrfmiddlewaretoken")[0]
        refused = as_cleo.get("/people/ada/ask/").content
        return page, refused.split(b"<main")[1]

    waiting = seen()
    as_ada.post(f"/me/messages/requests/{asked.pk}/decline/")
    declined = seen()
    ContactRequest.objects.update(state=RequestState.LAPSED)

    assert waiting == declined == seen()
    assert "sent on" in waiting[0]


def test_only_the_asked_can_answer_and_only_the_asker_take_back(
    asked: ContactRequest, as_cleo: Client, as_ada: Client, as_bo: Client
) -> None:
    for client in (as_cleo, as_bo):
        assert client.post(f"/me/messages/requests/{asked.pk}/accept/").status_code == 404
    for client in (as_ada, as_bo):
        assert client.post(f"/me/messages/requests/{asked.pk}/withdraw/").status_code == 404
    as_cleo.post(f"/me/messages/requests/{asked.pk}/withdraw/")

    assert ContactRequest.objects.get().state == RequestState.WITHDRAWN
    assert as_ada.post(f"/me/messages/requests/{asked.pk}/accept/").status_code == 404


def test_a_request_lapses_after_14_days(asked: ContactRequest) -> None:
    assert actions.lapse_old(now=asked.asked_at + timedelta(days=13)) == 0
    assert actions.lapse_old(now=asked.asked_at + timedelta(days=15)) == 1


def test_a_yes_is_written_in_the_ledger_of_both(talk: Conversation, ada: Member, cleo: Member) -> None:
    for member in (ada, cleo):
        said = [(event.purpose_code, event.scope_id) for event in consent.history(member)]
        assert ("contact.messages", f"conversation:{talk.pk}") in said


def test_what_was_asked_begins_the_conversation(
    talk: Conversation, asked: ContactRequest, as_ada: Client, as_cleo: Client
) -> None:
    for client in (as_ada, as_cleo):
        assert WORDS in client.get(talk.get_absolute_url()).content.decode()
    assert Message.objects.get().created_at == asked.asked_at


def test_two_people_write_and_nobody_else_reads(
    talk: Conversation, as_ada: Client, as_cleo: Client, as_bo: Client, as_adil: Client
) -> None:
    assert [write(as_cleo, talk, "Hello **Ada**"), write(as_ada, talk, "Hello Cleo")] == [302, 302]

    page = as_cleo.get(talk.get_absolute_url()).content.decode()
    assert page.index("Hello Cleo") < page.index("Hello <strong>Ada</strong>")
    for stranger in (as_bo, as_adil):
        assert stranger.get(talk.get_absolute_url()).status_code == 404
        assert write(stranger, talk) == 404


def test_a_message_sent_twice_is_one(talk: Conversation, as_ada: Client) -> None:
    key = str(uuid4())
    assert [write(as_ada, talk, "Once", key=key) for _ in range(2)] == [302, 302]
    assert Message.objects.filter(source="Once").count() == 1


@pytest.mark.parametrize("closer", ["ada", "cleo"])
def test_either_side_can_close_it_and_then_nobody_writes(
    talk: Conversation, as_ada: Client, as_cleo: Client, closer: str
) -> None:
    write(as_ada, talk, "A last word")
    {"ada": as_ada, "cleo": as_cleo}[closer].post(f"{talk.get_absolute_url()}close/")

    assert [write(client, talk) for client in (as_ada, as_cleo)] == [403, 403]
    page = as_cleo.get(talk.get_absolute_url()).content.decode()
    assert "This conversation is closed." in page
    assert "A last word" in page
    assert "Hello!" not in page


def test_no_contact_holds_both_ways_and_is_told_to_nobody(
    talk: Conversation, ada: Member, cleo: Member, as_ada: Client, as_cleo: Client
) -> None:
    says_yes(cleo, "contact.requests", "contact.mention")
    says_yes(ada, "contact.mention")
    as_ada.post("/people/cleo/no-contact/")

    assert [write(client, talk) for client in (as_ada, as_cleo)] == [403, 403]
    ContactRequest.objects.all().delete()
    assert [ask(as_cleo), ask(as_ada, whom="cleo")] == [403, 403]
    assert queries.mentionable(["ada", "cleo"], cleo.pk) == {"cleo": cleo}
    assert queries.mentionable(["ada", "cleo"], ada.pk) == {"ada": ada}
    assert "no contact" not in as_cleo.get("/me/no-contact/").content.decode().split("<main")[1].split('class="empty"')[
        0
    ].lower().replace("people with whom i want no contact", "")

    refused = as_cleo.get("/people/ada/ask/").content.decode()
    NoContact.objects.all().delete()
    says_no(ada, "contact.requests")
    assert refused.split("<main")[1] == as_cleo.get("/people/ada/ask/").content.decode().split("<main")[1]


def test_contact_can_be_allowed_again(ada: Member, cleo: Member, as_ada: Client, as_cleo: Client) -> None:
    says_yes(ada, "contact.requests")
    as_ada.post("/people/cleo/no-contact/")
    assert ask(as_cleo) == 403
    as_ada.post("/people/cleo/allow-contact/")
    assert ask(as_cleo) == 302


def test_nobody_blocks_themselves(as_ada: Client) -> None:
    assert as_ada.post("/people/ada/no-contact/").status_code == 403


def test_letters_about_contact_go_only_to_those_who_want_them(
    ada: Member, cleo: Member, as_cleo: Client, as_ada: Client
) -> None:
    says_yes(ada, "contact.requests")
    ask(as_cleo)
    assert mail.outbox == []

    ContactRequest.objects.all().delete()
    says_yes(ada, "email.messages")
    ask(as_cleo)
    request = ContactRequest.objects.get()
    as_ada.post(f"/me/messages/requests/{request.pk}/accept/")
    write(as_cleo, Conversation.objects.get(), "Something private")

    assert [letter.subject for letter in mail.outbox] == ["Cleo would like to write with you", "Cleo wrote to you"]
    assert all(WORDS not in letter.body and "private" not in letter.body for letter in mail.outbox)
    assert mail.outbox[0].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    says_no(ada, "email.messages")
    write(as_cleo, Conversation.objects.get(), "More")
    assert len(mail.outbox) == 2


def test_newcomers_ask_three_people_a_day(
    nia: Member, as_nia: Client, ada: Member, bo: Member, cleo: Member, adil: Member
) -> None:
    for member in (ada, bo, cleo, adil):
        says_yes(member, "contact.requests")

    assert [ask(as_nia, whom=whom) for whom in ("ada", "bo", "cleo", "adil")] == [302, 302, 302, 422]


def test_messages_go_after_a_year(talk: Conversation, as_ada: Client) -> None:
    write(as_ada, talk)
    assert run_rule("contact.messages", now=clock.now() + timedelta(days=364)).done == 0
    assert run_rule("contact.messages", now=clock.now() + timedelta(days=366)).done == 2


def test_a_suspended_member_neither_asks_nor_writes(
    talk: Conversation, ada: Member, dov: Member, as_dov: Client
) -> None:
    assert ask(as_dov) == 403
    verdict = rules.can_write(dov, talk, other=ada, is_blocked=False, now=clock.now())
    assert not verdict
    assert not gate.allows(dov, "contact.messages", now=clock.now(), scope=talk.scope)


@pytest.mark.parametrize("count", [1, 3])
def test_the_inbox_costs_the_same_few_queries(
    count: int, ada: Member, as_ada: Client, django_assert_num_queries: object
) -> None:
    for n in range(count):
        other = Member.objects.create_user(f"person{n}", display_name=f"Person {n}")
        ContactRequest.objects.create(asker=other, asked=ada, words="Hi", asked_at=clock.now())
    as_ada.get("/me/messages/")
    with django_assert_num_queries(5):
        as_ada.get("/me/messages/")
