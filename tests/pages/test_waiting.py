"""What waits for a member, on their home page."""

from datetime import timedelta

import pytest
from django.test import Client

from commons import clock
from members.contact.models import ContactRequest
from members.models import Member
from members.welcome import actions, queries
from members.welcome.enums import Step
from members.welcome.models import Acceptance, CheckIn, Pairing
from pages.waiting import waiting_for
from tests.cast import says_yes

pytestmark = pytest.mark.django_db


def arrived(member: Member) -> None:
    """Somebody who has been through the welcome, a month and more ago, and answered what was asked."""
    then = clock.now() - timedelta(days=100)
    actions.begin(member=member, now=then)
    for agreement in queries.to_accept(member):
        actions.accept_agreement(member=member, code=agreement.code, version=agreement.version, now=then)
    actions.go_to(member=member, step=Step.DONE, now=then)


def told(member: Member) -> list[str]:
    return [waiting.words for waiting in waiting_for(member, now=clock.now())]


def test_nothing_waits_for_whoever_has_arrived(ada: Member, as_ada: Client) -> None:
    arrived(ada)

    assert told(ada) == []
    assert "What waits for you" not in as_ada.get("/").content.decode()


def test_the_way_in_waits_until_its_end(ada: Member, as_ada: Client) -> None:
    assert told(ada) == ["Your way in: go on where you were"]
    assert 'href="/welcome/start/"' in as_ada.get("/").content.decode()


def test_changed_agreements_check_ins_requests_and_newcomers_wait(ada: Member, cleo: Member, bo: Member) -> None:
    arrived(ada)
    Acceptance.objects.filter(member=ada, code="conduct").update(version=0)
    ContactRequest.objects.create(asker=cleo, asked=ada, words="Hello", asked_at=clock.now())
    says_yes(ada, "welcome.volunteer")
    says_yes(bo, "welcome.buddy")
    actions.begin(member=bo, now=clock.now())
    Pairing.objects.create(newcomer=bo, welcomer=ada, slot=1, made_at=clock.now())

    assert told(ada) == [
        "What we ask of each other has changed: read it, and agree if you do",
        "Cleo asks to write with you",
        "You welcome somebody: see how they are",
    ]


def test_a_question_waits_until_it_is_answered(nia: Member) -> None:
    arrived(nia)
    actions.begin(member=nia, now=clock.now())
    check_in = CheckIn.objects.filter(member=nia).earliest("due_at")
    CheckIn.objects.filter(pk=check_in.pk).update(due_at=clock.now() - timedelta(days=1))
    assert told(nia) == ["How is it going? Tell us with one press"]

    actions.answer_check_in(check_in=check_in, answer="well", words="", now=clock.now())
    assert told(nia) == []
