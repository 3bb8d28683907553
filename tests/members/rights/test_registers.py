"""Retention, the record of processing, breaches and complaints: rules that run and pages that tell of them."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from commons import clock, holdings
from forum.models import Draft
from members.consent.purposes import CATALOGUE
from members.enums import Role
from members.models import Member
from members.rights import actions, queries, tasks
from members.rights.models import Breach, Complaint, LegalHold, RetentionPeriod, RetentionRun
from tests.cast import sign_in

pytestmark = pytest.mark.django_db

FACTS = {
    "detected_at": "2026-11-20 08:00", "aware_at": "2026-11-20 09:00", "nature": "confidentiality",
    "description": "A list went to the wrong address.",
}  # fmt: skip


@pytest.fixture
def edda(db: None) -> Member:
    """A second administrator."""
    return Member.objects.create_user(
        "edda", "edda@example.org", display_name="Edda", standing="member", roles=[Role.ADMINISTRATOR]
    )


@pytest.fixture
def as_edda(edda: Member) -> Client:
    client = Client()
    sign_in(client, edda)
    return client


@pytest.fixture
def breach(as_adil: Client) -> Breach:
    as_adil.post("/moderation/breaches/new/", FACTS)
    return Breach.objects.get()


# Retention


def test_every_rule_runs_each_night_and_leaves_a_line(ada: Member) -> None:
    tasks.run_retention()

    nightly = {rule.code for rule in holdings.rules() if rule.is_nightly}
    assert set(RetentionRun.objects.values_list("rule", flat=True)) == nightly
    assert not RetentionRun.objects.exclude(errors="").exists()
    assert Member.objects.filter(pk=ada.pk).exists()


def test_the_public_table_is_made_from_the_rules(client: Client, django_assert_num_queries: object) -> None:
    tasks.run_retention()
    with django_assert_num_queries(2):
        page = client.get("/about/retention/").content.decode()

    assert page.count('<th scope="row"') == len(holdings.rules())
    assert all(str(rule.what) in page for rule in holdings.rules())
    assert "180 days" in page


def test_a_period_that_the_community_changed_holds_and_is_told(ada: Member, client: Client) -> None:
    now = clock.now()
    Draft.objects.create(member=ada, place="reply:1", path="/x/", label="", source="So", saved_at=now)
    RetentionPeriod.objects.create(rule="forum.drafts", days=30, reason="We forget sooner.")

    assert "30 days" in client.get("/about/retention/").content.decode()
    assert actions.run_rule("forum.drafts", now=now + timedelta(days=29)).candidates == 0
    run = actions.run_rule("forum.drafts", now=now + timedelta(days=31))
    assert (run.candidates, run.done) == (1, 1)


def test_what_the_law_fixes_cannot_be_changed(db: None) -> None:
    RetentionPeriod.objects.create(rule="consent.chains", days=1, reason="Sooner.")
    rule = next(rule for rule in holdings.rules() if rule.code == "consent.chains")

    assert queries.kept(rule) == rule.keep


def test_sign_ups_that_nobody_confirmed_are_forgotten_and_nobody_else(ada: Member, bo: Member) -> None:
    EmailAddress.objects.create(user=bo, email=bo.email, verified=False, primary=True)
    later = clock.now() + timedelta(days=8)

    assert actions.run_rule("account.unconfirmed", now=clock.now() + timedelta(days=6)).done == 0
    assert actions.run_rule("account.unconfirmed", now=later).done == 1
    assert list(Member.objects.values_list("username", flat=True)) == ["ada"]


def test_ended_sessions_are_forgotten(ada: Member) -> None:
    sign_in(Client(), ada)
    end = Session.objects.get().expire_date

    assert actions.run_rule("account.sessions", now=end - timedelta(minutes=1)).done == 0
    assert actions.run_rule("account.sessions", now=end + timedelta(minutes=1)).done == 1


def test_a_rule_that_fails_is_told_and_stops_no_other(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_before: object) -> object:
        raise DatabaseError

    rule = next(rule for rule in holdings.rules() if rule.code == "forum.drafts")
    monkeypatch.setitem(rule.__dict__, "due", fail)

    runs = {run.rule: run for run in actions.run_retention(now=clock.now())}

    assert runs["forum.drafts"].errors == "DatabaseError"
    assert len(runs) > 5
    assert "did not work" in client.get("/about/retention/").content.decode()


# The record of processing


def test_the_record_tells_of_every_activity_and_every_purpose(client: Client) -> None:
    page = client.get("/about/record/").content.decode()

    assert page.count("<h3>") == len(holdings.activities()) + len(CATALOGUE)
    assert "forum.Post" in page
    assert "pd:EmailAddress" in page
    assert "GDPR Art. 6(1)(b)" in page


# Holds


def test_a_hold_is_seen_by_another_than_it_is_about(ada: Member) -> None:
    now = clock.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalHold.objects.create(
            member=ada, holdings=["forum.Post"], reason="x", basis="y", until=now + timedelta(days=1), reviewer=ada
        )


def test_an_administrator_sets_a_hold_and_names_what_there_is(adil: Member, ada: Member) -> None:
    adil.is_superuser = True
    adil.save()
    client = Client()
    sign_in(client, adil)
    facts = {
        "member": ada.pk,
        "reason": "A court asked.",
        "basis": "Act 1",
        "until_0": "2030-01-01",
        "until_1": "00:00",
    }

    wrong = client.post("/admin/rights/legalhold/add/", {**facts, "holdings": "forum.Soup"})
    assert "There is no holding forum.Soup." in wrong.content.decode()
    client.post("/admin/rights/legalhold/add/", {**facts, "holdings": "forum.Post"})

    hold = LegalHold.objects.select_related("reviewer").get()
    assert (hold.holdings, hold.reviewer) == (["forum.Post"], adil)


def test_an_administrator_changes_the_period_of_a_rule_that_can_be_changed(adil: Member) -> None:
    adil.is_superuser = True
    adil.save()
    client = Client()
    sign_in(client, adil)

    page = client.get("/admin/rights/retentionperiod/add/").content.decode()

    assert 'value="forum.drafts"' in page
    assert "consent.chains" not in page


# Breaches


def test_the_clock_of_72_hours_runs_until_the_authority_is_told(as_adil: Client, breach: Breach) -> None:
    now = clock.now()
    Breach.objects.update(aware_at=now - timedelta(hours=70), detected_at=now - timedelta(hours=71))
    assert re.search(r"<strong>1 hour, 59 minutes</strong>\s+left", page_of(as_adil, breach).replace("\xa0", " "))

    Breach.objects.update(aware_at=now - timedelta(hours=73), detected_at=now - timedelta(hours=74))
    assert "The 72 hours were over" in page_of(as_adil, breach)
    assert "The 72 hours were over" in as_adil.get("/moderation/breaches/").content.decode()

    told = {**FACTS, "authority_notified_at": "2026-11-23 09:00", "delay_reason": "A weekend."}
    as_adil.post(f"{breach.get_absolute_url()}edit/", told)
    assert "72 hours" not in page_of(as_adil, breach)
    assert "A weekend." in page_of(as_adil, breach)


def page_of(client: Client, breach: Breach) -> str:
    return client.get(breach.get_absolute_url()).content.decode()


def test_two_decide_and_never_one_alone(
    as_adil: Client, as_edda: Client, adil: Member, edda: Member, breach: Breach
) -> None:
    address = breach.get_absolute_url()
    as_adil.post(f"{address}decide/", {"risk": "high", "reasoning": "Names and addresses."})
    assert as_adil.post(f"{address}agree/").status_code == 403
    assert "two people decide" in page_of(as_adil, breach)
    assert not actions.agree(breach=Breach.objects.get(), by=adil, now=clock.now())

    as_edda.post(f"{address}agree/")

    decided = Breach.objects.get()
    assert (decided.first_decider_id, decided.second_decider_id) == (adil.pk, edda.pk)
    assert "The people concerned must be told" in page_of(as_edda, breach)
    assert as_edda.post(f"{address}agree/").status_code == 403
    as_edda.post(f"{address}decide/", {"risk": "unlikely", "reasoning": "It was empty."})
    assert Breach.objects.get().decided_at is None


def test_the_database_refuses_one_person_twice(adil: Member, breach: Breach) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Breach.objects.update(first_decider=adil, second_decider=adil)


def test_nothing_is_decided_before_somebody_said_what_it_means(as_edda: Client, breach: Breach) -> None:
    assert as_edda.post(f"{breach.get_absolute_url()}agree/").status_code == 403


def test_a_breach_is_closed_with_what_was_learned(as_adil: Client, breach: Breach) -> None:
    address = breach.get_absolute_url()
    assert as_adil.post(f"{address}close/", {"lessons": ""}).status_code == 422
    assert as_adil.post(f"{address}decide/", {"risk": "high"}).status_code == 422
    as_adil.post(f"{address}close/", {"lessons": "Look twice."})

    assert "Look twice." in page_of(as_adil, breach)
    assert "closed" in as_adil.get("/moderation/breaches/").content.decode()


def test_letters_are_there_to_fill_in_and_nothing_is_sent(as_adil: Client, breach: Breach) -> None:
    for to in ("authority", "people"):
        answer = as_adil.get(f"{breach.get_absolute_url()}notice/{to}.txt")
        assert "A list went to the wrong address." in answer.content.decode()
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert mail.outbox == []


def test_what_cannot_be_is_sent_back_with_what_was_typed(as_adil: Client) -> None:
    answer = as_adil.post("/moderation/breaches/new/", {**FACTS, "aware_at": "2026-11-19 09:00"})

    assert answer.status_code == 422
    assert "A list went to the wrong address." in answer.content.decode()
    assert "We cannot have known before it was there." in answer.content.decode()


@pytest.mark.parametrize("address", ["/moderation/breaches/", "/moderation/complaints/", "/moderation/breaches/new/"])
def test_registers_are_not_there_for_others(as_bo: Client, bo: Member, address: str) -> None:
    Member.objects.filter(pk=bo.pk).update(roles=[Role.MODERATOR])

    assert as_bo.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_register_costs_the_same_with_one_and_with_three(
    as_adil: Client, adil: Member, count: int, django_assert_num_queries: object
) -> None:
    now = clock.now()
    for _ in range(count):
        Breach.objects.create(detected_at=now, aware_at=now, nature="integrity", description="x", first_decider=adil)
    with django_assert_num_queries(2):
        as_adil.get("/moderation/breaches/")


# Complaints


def test_anybody_can_complain_and_gets_a_number_at_once(client: Client) -> None:
    page = client.post(
        "/about/complaint/", {"email": "eve@example.org", "text": "You kept my letter."}
    ).content.decode()

    complaint = Complaint.objects.get()
    assert complaint.reference in page
    assert [(letter.to, complaint.reference in letter.body) for letter in mail.outbox] == [(["eve@example.org"], True)]
    assert "You kept my letter." not in mail.outbox[0].body
    assert complaint.acknowledged_at
    assert complaint.due_at - complaint.made_at == timedelta(days=30)


def test_what_was_typed_survives_an_error_and_a_limit(client: Client) -> None:
    typed = {"email": "nonsense", "text": "You kept my letter."}
    answer = client.post("/about/complaint/", typed)
    assert (answer.status_code, "You kept my letter." in answer.content.decode()) == (422, True)

    for number in range(6):
        answer = client.post("/about/complaint/", {**typed, "email": f"eve{number}@example.org"})
    assert (answer.status_code, "You kept my letter." in answer.content.decode()) == (429, True)
    assert Complaint.objects.count() == 5


def test_nobody_can_flood_somebody_elses_letter_box(client: Client) -> None:
    for number in range(5):
        client.post(
            "/about/complaint/", {"email": "Victim@example.org", "text": "x"}, REMOTE_ADDR=f"127.0.0.{number + 1}"
        )
    assert len(mail.outbox) == 3


def test_a_member_finds_their_address_there_already(as_ada: Client, ada: Member) -> None:
    assert f'value="{ada.email}"' in as_ada.get("/about/complaint/").content.decode()
    as_ada.post("/about/complaint/", {"name": "Ada", "email": ada.email, "text": "No."})

    assert Complaint.objects.get().member_id == ada.pk


def test_a_complaint_is_answered_once_by_mail(client: Client, as_adil: Client, adil: Member) -> None:
    client.post("/about/complaint/", {"email": "eve@example.org", "text": "You kept my letter."})
    complaint = Complaint.objects.get()
    assert "answer by" in as_adil.get("/moderation/complaints/").content.decode()
    assert as_adil.post(complaint.get_absolute_url(), {"answer": ""}).status_code == 422

    as_adil.post(complaint.get_absolute_url(), {"answer": "It is gone."})
    again = as_adil.post(complaint.get_absolute_url(), {"answer": "Twice."}, follow=True)

    assert "Somebody has answered already." in again.content.decode()
    assert [letter.subject[:10] for letter in mail.outbox] == ["We have yo", "Our answer"]
    assert "It is gone." in mail.outbox[1].body
    assert "It is gone." in as_adil.get(complaint.get_absolute_url()).content.decode()
    assert actions.run_rule("rights.complaints", now=clock.now() + timedelta(days=731)).done == 1


def test_an_overdue_complaint_says_so(as_adil: Client) -> None:
    made = clock.now() - timedelta(days=31)
    Complaint.objects.create(email="eve@example.org", text="No.", made_at=made)

    assert "overdue" in as_adil.get("/moderation/complaints/").content.decode()


def test_the_worker_takes_up_what_is_due(ada: Member, settings: object) -> None:
    now = clock.now()
    actions.ask_for_erasure(member=ada, mode=holdings.Mode.ANONYMISE, at_once=False, now=now - timedelta(days=15))

    tasks.work()

    assert not Member.objects.filter(pk=ada.pk).exists()
