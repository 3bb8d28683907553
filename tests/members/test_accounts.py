"""Joining and coming back, as allauth does it for us."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.enums import Role
from members.models import Member
from members.templatetags.people import initials, tone
from members.validators import username_validators
from tests.support.plans import plan

PASSWORD = "seven quiet rivers"


def join(client: Client, email: str, *, name: str = "Noor Haddad") -> object:
    return client.post("/account/signup/", {"email": email, "display_name": name, "agreement": "on"})


def code() -> str:
    return re.search(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]+)*)\s*$", mail.outbox[-1].body, re.MULTILINE)[1]


@pytest.fixture
def noor(db: None) -> Member:
    member = Member.objects.create_user("noor", "noor@example.org", PASSWORD, display_name="Noor Haddad")
    EmailAddress.objects.create(user=member, email=member.email, primary=True, verified=True)
    return member


def test_joining_asks_for_the_mailed_code(client: Client, db: None) -> None:
    response = join(client, "noor@example.org")
    assert response.headers["Location"] == "/account/confirm-email/"
    assert "_auth_user_id" not in client.session

    client.post("/account/confirm-email/", {"code": code()})

    member = Member.objects.get()
    assert (member.username, member.display_name, member.is_newcomer) == ("noor-haddad", "Noor Haddad", True)
    assert client.session["_auth_user_id"] == str(member.pk)


def test_joining_needs_three_answers_and_one_of_them_is_the_agreement(client: Client, db: None) -> None:
    page = client.get("/account/signup/").content.decode()
    assert [name for name in ("display_name", "email", "agreement", "password1", "username") if f'name="{name}"' in page] == [
        "display_name", "email", "agreement",
    ]  # fmt: skip

    refused = client.post("/account/signup/", {"email": "noor@example.org", "display_name": "Noor"})
    assert "tick the box if you agree" in refused.content.decode()
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    ("name", "username"), [("Zoë Öztürk", "zoe-ozturk"), ("نور", "member"), ("Al", "member"), ("李", "member")]
)
def test_a_username_is_made_of_the_name_and_never_of_the_address(
    client: Client, db: None, name: str, username: str
) -> None:
    join(client, "private.address@example.org", name=name)

    made = Member.objects.get().username
    assert made.startswith(username)
    assert "private" not in made


def test_two_of_the_same_name_can_join(client: Client, db: None) -> None:
    for number in range(3):
        join(Client(), f"ana{number}@example.org", name="Ana")

    assert len(set(Member.objects.values_list("username", flat=True))) == 3


def test_nobody_learns_whether_an_address_is_known(client: Client, noor: Member) -> None:
    known = join(client, "noor@example.org")
    unknown = join(Client(), "new@example.org")
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])

    for path in ("/account/password/reset/", "/account/login/code/"):
        answers = [Client().post(path, {"email": address}) for address in ("noor@example.org", "who@example.org")]
        assert answers[0].status_code == answers[1].status_code == 302
        assert answers[0].headers["Location"] == answers[1].headers["Location"]


@pytest.mark.parametrize("login", ["noor", "Noor", "noor@example.org", "NOOR@example.org"])
def test_signing_in_by_name_or_address(login: str, client: Client, noor: Member) -> None:
    response = client.post("/account/login/", {"login": login, "password": PASSWORD})

    assert response.headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(noor.pk)


def test_who_signs_in_is_greeted_by_the_name_that_others_see(client: Client, noor: Member) -> None:
    Member.objects.filter(pk=noor.pk).update(display_name="Noor & Sons")

    page = client.post("/account/login/", {"login": noor.username, "password": PASSWORD}, follow=True).content.decode()

    assert "Hello, Noor &amp; Sons. You are signed in." in page


def test_signing_in_by_code(client: Client, noor: Member) -> None:
    client.post("/account/login/code/", {"email": "noor@example.org"})
    client.post("/account/login/code/confirm/", {"code": code()})

    assert client.session["_auth_user_id"] == str(noor.pk)


def test_getting_back_in_without_the_password(client: Client, noor: Member) -> None:
    client.post("/account/password/reset/", {"email": "noor@example.org"})
    form = client.post("/account/password/reset/confirm/", {"code": code()}).headers["Location"]
    client.post(form, {"password1": "eight quiet rivers", "password2": "eight quiet rivers"})

    noor.refresh_from_db()
    assert noor.check_password("eight quiet rivers")


@pytest.mark.parametrize("asks", ["account_login", "account_reset_password", "account_signup"])
def test_an_address_that_nobody_has_is_sought_by_an_index(asks: str, client: Client, noor: Member) -> None:
    """allauth looks for it among the members too; strangers may ask so as often as they are let."""
    nobody = {"login": "nobody@example.org", "email": "nobody@example.org", "password": "kitchen-table-2017"}
    with CaptureQueriesContext(connection) as asked:
        client.post(reverse(asks), nobody)
    sought = [query["sql"] for query in asked if "nobody@" in query["sql"] and 'FROM "members_member"' in query["sql"]]
    plans = [plan(sql) for sql in sought]

    assert plans
    assert all("Seq Scan on members_member" not in how for how in plans), plans


def test_guessing_is_slowed_down(client: Client, noor: Member) -> None:
    answers = [client.post("/account/login/", {"login": "noor", "password": f"guess {n}"}) for n in range(8)]

    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429 or "Too many" in answers[-1].content.decode()
    client.post("/account/login/", {"login": "noor", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_sign_in_leads_back_to_where_it_was_asked_for(client: Client, noor: Member) -> None:
    page = client.get("/account/login/", headers={"Referer": "http://testserver/forum/secret/"}).content.decode()

    assert 'name="next" value="/forum/secret/"' in page


@pytest.mark.parametrize("name", ["ab", "-ab", "ab-", "a b", "Ab", "a@b", "ünal"])
def test_a_username_is_plain(name: str) -> None:
    with pytest.raises(ValidationError):
        for validate in username_validators:
            validate(name)


def test_two_people_never_share_a_name_in_any_case(noor: Member) -> None:
    with pytest.raises(IntegrityError):
        Member.objects.bulk_create([Member(username="NOOR", display_name="Other")])


def test_an_administrator_opens_the_admin(as_ada: Client, as_adil: Client) -> None:
    assert as_ada.get("/admin/").status_code == 302
    assert as_adil.get("/admin/").status_code == 200


def test_a_superuser_is_an_administrator(db: None) -> None:
    boss = Member.objects.create_superuser("boss", "boss@example.org", PASSWORD, display_name="Boss")

    assert boss.roles == [Role.ADMINISTRATOR]
    assert boss.is_superuser


@pytest.mark.parametrize(("name", "letters"), [("Ana Maria Ruiz", "AR"), ("ana", "A"), ("", ""), ("李 小龙", "李小")])
def test_initials_in_any_script(name: str, letters: str) -> None:
    assert initials(name) == letters
    assert tone(name) == tone(name)
    assert 0 <= tone(name) < 12


def test_a_members_page_is_for_members(client: Client, as_ada: Client, noor: Member) -> None:
    assert client.get("/people/noor/").status_code == 404
    assert "Noor Haddad" in as_ada.get("/people/Noor/").content.decode()
    assert as_ada.get("/people/nobody/").status_code == 404
