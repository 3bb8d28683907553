"""The pages of consent, through the client, as a member meets them."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from commons import clock
from members.consent import actions, gate, letters, queries, receipts, uses
from members.consent.models import ConsentReceipt, ConsentState, ConsentUse
from members.models import Member
from members.rights.actions import run_rule

pytestmark = pytest.mark.django_db


def said(member: Member) -> list[str]:
    return [event.event_state for event in queries.history(member)]


def test_yes_and_no_look_alike(as_ada: Client, ada: Member) -> None:
    page = as_ada.get("/me/consent/").content.decode()

    yes, no = (re.findall(rf'<button ([^>]*value="{value}"[^>]*)>', page) for value in ("yes", "no"))
    assert len(yes) == len(no) == len(queries.choices(ada, now=clock.now()))
    assert [words.replace("yes", "no") for words in yes] == no
    assert "checked=" not in page


def test_one_press_gives_and_one_press_takes_back(as_ada: Client, ada: Member) -> None:
    answer = as_ada.post("/me/consent/profile.photo/", {"answer": "yes"}, follow=True)
    assert "You said yes: Show my picture." in answer.content.decode()

    as_ada.post("/me/consent/profile.photo/", {"answer": "no"})
    assert said(ada) == ["ConsentGiven", "ConsentWithdrawn"]


def test_a_press_in_place_answers_with_the_same_card(as_ada: Client, ada: Member) -> None:
    page = as_ada.post("/me/consent/profile.photo/", {"answer": "yes"}, HTTP_HX_REQUEST="true").content.decode()

    assert 'id="profile.photo"' in page
    assert "You said <strong>yes</strong>" in page


def test_an_answer_leads_back_to_where_it_was_asked_and_nowhere_else(as_ada: Client) -> None:
    to = as_ada.post("/me/consent/profile.photo/", {"answer": "yes", "next": "/forum/"})
    away = as_ada.post("/me/consent/profile.photo/", {"answer": "no", "next": "https://evil.example/"})

    assert (to.headers["Location"], away.headers["Location"]) == ("/forum/", "/me/consent/#profile.photo")


@pytest.mark.parametrize("purpose", ["profile.snapshot", "contact.messages"])
def test_what_is_no_purpose_for_the_whole_site_is_not_there(as_ada: Client, purpose: str) -> None:
    assert as_ada.post(f"/me/consent/{purpose}/", {"answer": "yes"}).status_code == 404


def test_anything_but_yes_or_no_changes_nothing(as_ada: Client, ada: Member) -> None:
    assert as_ada.post("/me/consent/profile.photo/", {"answer": "later"}).status_code == 404
    assert said(ada) == []


def test_the_history_tells_all_and_the_page_costs_the_same(
    as_ada: Client, ada: Member, django_assert_num_queries: object
) -> None:
    for day in range(45):
        then = clock.now() - timedelta(days=45 - day)
        actions.answer(member=ada, purpose="profile.photo", yes=day % 2 == 0, surface="/welcome/", now=then)

    as_ada.get("/me/consent/history/")
    with django_assert_num_queries(2):
        page = as_ada.get("/me/consent/history/").content.decode()
    assert page.count('<tr role="row">') == 21
    older = re.search(r'href="(\?before=[^"]+)"', page)[1]
    oldest = as_ada.get(f"/me/consent/history/{older}").content.decode()
    oldest = as_ada.get(f"/me/consent/history/{re.search(r'href=.(.before=[^ >]+?).>', oldest)[1]}").content.decode()
    assert oldest.count('<tr role="row">') == 6


def test_every_use_leaves_one_line_a_day_that_its_owner_reads(
    as_ada: Client, as_cleo: Client, ada: Member, now: datetime
) -> None:
    actions.answer(member=ada, purpose="email.welcome", yes=True, surface="test", now=now)
    for hours in (0, 1, 30):
        gate.forget_memo(ada)
        assert uses.use(ada, "welcome_letter", now=now + timedelta(hours=hours))

    assert ConsentUse.objects.filter(member=ada).count() == 2
    assert ConsentUse.objects.filter(member=ada)[0].event == ConsentState.objects.get(member=ada).event
    page = as_ada.get("/me/consent/uses/").content.decode()
    assert page.count("We sent you a letter about welcoming.") == 2
    assert "We sent you" not in as_cleo.get("/me/consent/uses/").content.decode()

    assert run_rule("consent.uses", now=now + timedelta(days=91)).done == 1


def test_a_line_of_another_yes_is_not_taken_for_this_ones(
    ada: Member, now: datetime, django_capture_on_commit_callbacks: Callable
) -> None:
    def says_yes_and_is_written_to() -> None:
        actions.answer(member=ada, purpose="email.welcome", yes=True, surface="test", now=now)
        with django_capture_on_commit_callbacks(execute=True):
            uses.use(ada, "welcome_letter", now=now)

    says_yes_and_is_written_to()
    actions.withdraw(member=ada, purpose="email.welcome", surface="test", now=now)
    ConsentUse.objects.all().delete()  # as when the database was restored, and this number went to somebody else
    says_yes_and_is_written_to()

    assert ConsentUse.objects.get().event == ConsentState.objects.get(member=ada).event


def test_without_a_yes_there_is_no_use_and_no_line(ada: Member, now: datetime) -> None:
    assert not uses.use(ada, "welcome_letter", now=now)
    assert not ConsentUse.objects.exists()


def test_a_letter_ends_its_kind_with_one_press_and_no_sign_in(ada: Member, now: datetime) -> None:
    actions.answer(member=ada, purpose="email.messages", yes=True, surface="test", now=now)
    stop = f"/consent/stop/{letters.token(ada, 'email.messages')}/"

    assert "One press, and they end." in Client().get(stop).content.decode()
    assert said(ada) == ["ConsentGiven"]
    one_click = Client(enforce_csrf_checks=True).post(stop, {"List-Unsubscribe": "One-Click"})

    assert "These letters have ended" in one_click.content.decode()
    assert said(ada) == ["ConsentGiven", "ConsentWithdrawn"]
    assert Client().post(stop).status_code == 200
    assert said(ada) == ["ConsentGiven", "ConsentWithdrawn"]


@pytest.mark.parametrize("token", ["nonsense", "eyJtZW1iZXIiOjF9:1abc:xyz"])
def test_a_forged_link_is_not_there(db: None, token: str) -> None:
    assert Client().post(f"/consent/stop/{token}/").status_code == 404


def test_a_receipt_says_what_stands_and_is_remembered(as_ada: Client, ada: Member, now: datetime) -> None:
    actions.answer(member=ada, purpose="profile.photo", yes=True, surface="/welcome/", now=now)
    actions.answer(member=ada, purpose="email.welcome", yes=True, surface="/welcome/", now=now)
    actions.answer(member=ada, purpose="email.welcome", yes=False, surface="letter", now=now + timedelta(days=1))

    page = as_ada.get("/me/consent/receipt/").content.decode()
    assert page.count("card__title") == 2
    answer = as_ada.post("/me/consent/receipt/download/")

    assert answer.headers["Content-Type"] == "application/ld+json"
    issued = ConsentReceipt.objects.get()
    assert json.loads(answer.content)["dct:identifier"] == str(issued.pk)
    assert len(issued.events) == 3
    told = receipts.states_told(answer.content.decode())
    live = {
        (state.purpose_code, state.scope_id): (state.event_state, state.purpose_version)
        for state in ConsentState.objects.filter(member=ada).order_by("pk")
    }
    assert {key: value[:2] for key, value in told.items()} == live
    assert len(mail.outbox) == 0
