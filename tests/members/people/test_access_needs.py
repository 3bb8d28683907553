"""Access needs: sealed, for the hosts that were named, and nobody else."""

import pytest
from django.db import connection
from django.test import Client

from commons import clock
from members.models import Member
from members.people import actions, queries
from members.people.models import AccessHost, AccessNeeds
from tests.members.people.conftest import says

pytestmark = pytest.mark.django_db


@pytest.fixture
def yes(ada: Member) -> None:
    says(ada, "special.access_needs")


def test_only_the_hosts_who_were_named_read_them(
    yes: None, as_ada: Client, as_bo: Client, as_cleo: Client, as_adil: Client, bo: Member, cleo: Member
) -> None:
    as_ada.post("/me/access-needs/", {"text": "A ramp", "hosts": "@Bo, bo , ada"})

    assert "A ramp" in as_bo.get("/people/ada/access-needs/").content.decode()
    for other in (as_cleo, as_adil, as_ada):
        assert other.get("/people/ada/access-needs/").status_code == 404
    assert "A ramp" in as_ada.get("/me/access-needs/").content.decode()


def test_the_database_cannot_read_them(yes: None, ada: Member) -> None:
    actions.save_access_needs(member=ada, text="A ramp", hosts=[], now=clock.now())

    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM people_accessneeds")
        sealed = bytes(cursor.fetchone()[0])

    assert b"ramp" not in sealed
    assert queries.own_access_needs(ada, now=clock.now()) == ("A ramp", [])


def test_naming_other_hosts_shuts_the_door_to_the_earlier_ones(
    yes: None, ada: Member, bo: Member, cleo: Member
) -> None:
    actions.save_access_needs(member=ada, text="A ramp", hosts=[bo], now=clock.now())
    actions.save_access_needs(member=ada, text="A lift", hosts=[cleo], now=clock.now())

    assert queries.access_needs(ada, bo, now=clock.now()) is None
    assert queries.access_needs(ada, cleo, now=clock.now()) == "A lift"


def test_somebody_who_is_not_here_cannot_be_a_host(yes: None, as_ada: Client) -> None:
    answer = as_ada.post("/me/access-needs/", {"text": "A ramp", "hosts": "nobody-here"})

    assert answer.status_code == 422
    assert "There is nobody here called nobody-here." in answer.content.decode()
    assert "A ramp</textarea>" in answer.content.decode()
    assert not AccessNeeds.objects.exists()


def test_deleting_leaves_nothing_and_needs_no_yes(yes: None, as_ada: Client, ada: Member, bo: Member) -> None:
    actions.save_access_needs(member=ada, text="A ramp", hosts=[bo], now=clock.now())

    as_ada.post("/me/access-needs/delete/")

    assert not AccessNeeds.objects.exists()
    assert not AccessHost.objects.exists()


def test_an_empty_text_keeps_nothing(yes: None, ada: Member, bo: Member) -> None:
    actions.save_access_needs(member=ada, text="A ramp", hosts=[bo], now=clock.now())
    actions.save_access_needs(member=ada, text="  ", hosts=[bo], now=clock.now())

    assert not AccessNeeds.objects.exists()


def test_without_a_yes_the_page_asks_and_the_form_is_refused(as_ada: Client) -> None:
    assert "Keep my access needs?" in as_ada.get("/me/access-needs/").content.decode()
    assert as_ada.post("/me/access-needs/", {"text": "A ramp", "hosts": ""}).status_code == 403
