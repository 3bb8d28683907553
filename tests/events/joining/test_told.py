"""Access needs, pictures and recordings: who sees them, how one takes them back, and when they are gone."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client

from events import actions as events
from events.joining import actions
from events.joining.models import Answer, MediaChoice, PassedNeeds, Rsvp
from events.models import Event, EventUserPermission, Occurrence
from members.consent.models import ConsentUse
from members.enums import Role
from members.models import Member
from members.people import actions as people_actions
from members.rights import actions as rights
from notifications import actions as notifications
from notifications.models import Notice
from tests.cast import says_no, says_yes, sign_in
from tests.events.conftest import NOW
from tests.events.joining.conftest import says
from tests.events.joining.test_pages import ask, path, words

pytestmark = pytest.mark.django_db

type Date = Callable[..., Occurrence]

NEED = "A ramp and a break every hour"
AFTER = timedelta(days=7)


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def passed(date: Date, bo: Member) -> Occurrence:
    """Bo has told Ada, the host, what he needs."""
    evening = date()
    says_yes(bo, "special.access_needs")
    actions.pass_needs(rsvp=says(bo, evening), by=bo, text=NEED, now=NOW)
    return evening


def tell_hosts() -> None:
    for notice in Notice.objects.filter(told_at=None).order_by("pk"):
        notifications.tell_all(notice=notice.pk, now=NOW)


def test_needs_are_passed_on_only_after_a_yes_and_sealed(as_bo: Client, bo: Member, date: Date) -> None:
    evening = date()
    says(bo, evening)
    assert "Keep my access needs?" in words(as_bo, path(evening, "needs"))
    assert as_bo.post(path(evening, "needs"), {"text": NEED}).status_code == 403

    says_yes(bo, "special.access_needs")
    people_actions.save_access_needs(member=bo, text="A ramp", hosts=[], now=NOW)
    assert "A ramp</textarea>" in words(as_bo, path(evening, "needs"))
    as_bo.post(path(evening, "needs"), {"text": NEED})

    assert NEED.encode() not in bytes(PassedNeeds.objects.get().sealed_words)
    assert f"{NEED}</textarea>" in words(as_bo, path(evening, "needs"))


def test_an_empty_line_is_asked_about(as_bo: Client, passed: Occurrence) -> None:
    page = as_bo.post(path(passed, "needs"), {"text": ""})

    assert page.status_code == 422
    assert "take it back below" in page.content.decode()
    assert PassedNeeds.objects.exists()


def test_hosts_see_them_and_each_day_of_reading_leaves_a_line(
    as_ada: Client, cleo: Member, bo: Member, passed: Occurrence
) -> None:
    events.add_host(event=passed.event, member=cleo)

    for reader in (as_ada, sign_in(Client(), cleo)):
        assert NEED in words(reader, path(passed, "hosting"))
    assert ConsentUse.objects.filter(member=bo, sink="access_needs").count() == 1


@pytest.mark.parametrize("role", list(Role))
def test_no_task_opens_them(role: Role, passed: Occurrence) -> None:
    reader = Member.objects.create_user("eve", display_name="Eve", roles=[role])
    client = sign_in(Client(), reader)

    for page in ("hosting", "sheet"):
        answer = client.get(path(passed, page))
        assert answer.status_code == 403
        assert NEED not in answer.content.decode()


def test_an_organiser_who_looks_after_an_orphan_does_not_see_them(passed: Occurrence) -> None:
    Event.objects.update(author=None)
    organiser = Member.objects.create_user("eve", display_name="Eve", roles=[Role.ORGANISER])

    page = sign_in(Client(), organiser).get(path(passed, "hosting"))

    assert page.status_code == 200
    assert "Bo" in page.content.decode()
    assert NEED not in page.content.decode()


def test_no_page_of_the_admin_shows_anything_of_joining() -> None:
    assert [model for model in admin.site._registry if model._meta.app_label == "joining"] == []
    assert Permission.objects.filter(content_type__app_label="joining").exists()
    assert EventUserPermission not in admin.site._registry


def test_a_no_deletes_them_everywhere(bo: Member, as_ada: Client, passed: Occurrence) -> None:
    from events.joining import subscribers

    says_no(bo, "special.access_needs")
    assert NEED not in words(as_ada, path(passed, "hosting"))

    subscribers.take_needs_back(member=bo.pk, purpose="special.access_needs", state="ConsentWithdrawn")
    assert not PassedNeeds.objects.exists()


def test_a_late_word_of_an_old_no_leaves_what_rests_on_a_new_yes(bo: Member, passed: Occurrence) -> None:
    from events.joining import subscribers

    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        says_no(bo, "special.access_needs")
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        says_yes(Member.objects.get(pk=bo.pk), "special.access_needs")
        rsvp, member = Rsvp.objects.get(), Member.objects.get(pk=bo.pk)
        actions.pass_needs(rsvp=rsvp, by=member, text="A lift", now=NOW + timedelta(hours=3))
        subscribers.take_needs_back(member=bo.pk, purpose="special.access_needs", state="ConsentWithdrawn")

    assert PassedNeeds.objects.exists()


def test_one_takes_them_back_on_their_page(as_bo: Client, passed: Occurrence) -> None:
    as_bo.post(path(passed, "needs"), {"do": "take-back"})

    assert not PassedNeeds.objects.exists()


def test_who_does_not_come_leaves_none(bo: Member, passed: Occurrence) -> None:
    says(bo, passed, "no")

    assert not PassedNeeds.objects.exists()


def test_hosts_do_not_read_those_of_somebody_who_let_an_offer_pass(as_ada: Client, passed: Occurrence) -> None:
    Rsvp.objects.update(state="passed")

    assert NEED not in words(as_ada, path(passed, "hosting"))


def run_retention(now: object) -> None:
    with time_machine.travel(now, tick=False):
        rights.run_retention(now=now)


def test_they_are_gone_from_the_database_a_week_after(passed: Occurrence) -> None:
    run_retention(passed.ends_at + AFTER - timedelta(minutes=1))
    assert PassedNeeds.objects.count() == 1

    run_retention(passed.ends_at + AFTER + timedelta(minutes=1))
    assert PassedNeeds.objects.count() == 0
    assert Rsvp.objects.get().state == "in"


def test_who_needed_a_kept_place_is_forgotten_a_week_after(bo: Member, date: Date) -> None:
    evening = date(capacity=3, kept_places=1, kept_for="who need step-free seats")
    says(bo, evening, needs_kept=True)

    run_retention(evening.ends_at + AFTER + timedelta(minutes=1))

    assert not Rsvp.objects.get().needs_kept


@pytest.mark.parametrize("days", [1, 7, 30, 90])
def test_answers_are_kept_as_long_as_the_question_said(bo: Member, date: Date, days: int) -> None:
    evening = date()
    question = ask(evening, keep_days=days)
    says(bo, evening, answers={question.pk: "Bread"})

    run_retention(evening.ends_at + timedelta(days=days, minutes=-1))
    assert Answer.objects.count() == 1

    run_retention(evening.ends_at + timedelta(days=days, minutes=1))
    assert Answer.objects.count() == 0


def test_the_sheet_says_what_may_be_made_of_whom(as_ada: Client, bo: Member, cleo: Member, date: Date) -> None:
    evening = date()
    says(cleo, evening, media={"photos": "public", "recording": "ask"})
    says(bo, evening)

    page = " ".join(words(as_ada, path(evening, "sheet")).split())

    assert page.index("Bo</th>") < page.index("Cleo</th>")
    assert page.split("Bo</th>")[1].split("</tr>")[0].count("None of me") == 2
    assert "For everybody" in page.split("Cleo</th>")[1].split("</tr>")[0]
    assert "Ask me each time" in page.split("Cleo</th>")[1].split("</tr>")[0]


def test_a_step_back_beforehand_changes_the_sheet_and_asks_nobody(as_bo: Client, bo: Member, date: Date) -> None:
    evening = date()
    says(bo, evening, media={"photos": "public"})

    page = as_bo.post(path(evening, "media"), {"photos": "none"}, follow=True)

    assert "The hosts see it on their sheet." in page.content.decode()
    assert not Notice.objects.filter(kind="joining.step_back").exists()


def test_a_step_back_afterwards_is_a_task_in_the_inbox_of_each_host_until_it_is_done(
    as_bo: Client, ada: Member, bo: Member, cleo: Member, date: Date
) -> None:
    evening = date()
    events.add_host(event=evening.event, member=cleo)
    says(bo, evening, media={"photos": "public", "recording": "members"})
    later = evening.ends_at + timedelta(days=3)

    with time_machine.travel(later, tick=False):
        sign_in(as_bo, bo)
        page = as_bo.post(path(evening, "media"), {"photos": "public", "recording": "none"}, follow=True)
        assert "The hosts were asked to see to what was made already." in page.content.decode()
        tell_hosts()
        hosts = [sign_in(Client(), host) for host in (ada, cleo)]
        for host in hosts:
            assert "Bo changed what may be made of them" in words(host, "/inbox/")

        assert "Please see to this" in words(hosts[1], path(evening, "hosting"))
        task = MediaChoice.objects.get(asks_hosts=True)
        hosts[1].post(path(evening, "hosting"), {"settled": task.pk})

        assert MediaChoice.objects.get(asks_hosts=True).settled_at == later
        assert "Please see to this" not in words(hosts[1], path(evening, "hosting"))
        assert "Bo changed what may be made of them" not in words(hosts[0], "/inbox/")


def test_allowing_more_afterwards_is_no_task(bo: Member, date: Date) -> None:
    evening = date()
    own = says(bo, evening, media={"photos": "none"})

    actions.choose_media(rsvp=own, date=evening, levels={"photos": "public"}, now=evening.ends_at)

    assert not MediaChoice.objects.filter(asks_hosts=True).exists()


def test_the_same_word_twice_is_kept_once(bo: Member, date: Date) -> None:
    evening = date()
    for _time in range(2):
        says(bo, evening, media={"photos": "ask"})

    assert MediaChoice.objects.count() == 1
