"""allauth's pages in our words: each is whole, for the people who may see it."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from members.models import Member

pytestmark = pytest.mark.django_db

EXPECTED_LETTER = """\
Hello,

Somebody, we hope you, gave this address to join us. If it was you, here is the code to type in:

    {code}

It is good for 15 minutes. If you did not ask for it, you need do nothing.

Commons"""
PASSWORD = "four-chairs-one-table"


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/account/login/", "Sign in"),
        ("/account/signup/", "Join us"),
        ("/account/login/code/", "Sign in by code"),
        ("/account/password/reset/", "A new password"),
        ("/account/password/reset/done/", "You have a new password"),
        ("/account/inactive/", "This account rests"),
    ],
)
def test_page_for_visitors_has_its_heading(client: Client, address: str, heading: str) -> None:
    assert f"<h1>{heading}</h1>" in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/account/logout/", "Sign out?"),
        ("/account/password/change/", "Change your password"),
        ("/account/email/", "Your e-mail address"),
        ("/account/reauthenticate/", "Is it still you?"),
    ],
)
def test_page_for_members_has_its_heading(ada: Member, client: Client, address: str, heading: str) -> None:
    _sign_in(ada, client)

    assert f"<h1>{heading}</h1>" in client.get(address).content.decode()


def test_fields_that_are_wrong_are_named_and_reached_from_the_top(client: Client) -> None:
    page = client.post(
        "/account/signup/", {"email": "no address", "display_name": "Ada", "username": "ada"}
    ).content.decode()

    assert '<a href="#id_email">' in page
    assert 'id="id_email_error"' in page
    assert 'aria-describedby="id_email_error"' in page
    assert 'aria-invalid="true"' in page


def test_fields_have_labels_and_no_placeholders(client: Client) -> None:
    assert "placeholder" not in client.get("/account/login/").content.decode()


def test_joining_asks_for_the_code_that_was_mailed(client: Client) -> None:
    answers = {"email": "zoe@example.org", "display_name": "Zoë", "agreement": "on"}

    page = client.post("/account/signup/", answers, follow=True).content.decode()

    assert "<h1>Is this your address?</h1>" in page
    assert [letter.subject for letter in mail.outbox] == ["Your code: is this your address?"]
    assert mail.outbox[0].body == EXPECTED_LETTER.format(code=_code(mail.outbox[0].body))


def test_forgotten_password_is_replaced_with_a_code(ada: Member, client: Client) -> None:
    page = client.post("/account/password/reset/", {"email": ada.email}, follow=True)
    assert "Your code for a new password" in page.content.decode()

    page = client.post(page.request["PATH_INFO"], {"code": _code(mail.outbox[0].body)}, follow=True)
    assert "<h1>Choose a new password</h1>" in page.content.decode()

    password = "the-kettle-is-on-2017"
    page = client.post(page.request["PATH_INFO"], {"password1": password, "password2": password}, follow=True)
    ada.refresh_from_db()
    assert ada.check_password(password)
    assert [letter.subject for letter in mail.outbox] == ["Your code for a new password", "A new password was chosen"]


def test_unknown_address_gets_the_same_page_and_a_friendly_letter(client: Client) -> None:
    page = client.post("/account/login/code/", {"email": "nobody@example.org"}, follow=True)

    assert "<h1>Sign in with your code</h1>" in page.content.decode()
    assert [letter.subject for letter in mail.outbox] == ["We do not know this address"]


def test_new_address_is_proved_before_it_counts(ada: Member, client: Client) -> None:
    _sign_in(ada, client)

    page = client.post("/account/email/", {"email": "ada@example.net", "action_add": ""}, follow=True)
    assert "<h1>Is it still you?</h1>" in page.content.decode()

    again = f"{page.request['PATH_INFO']}?{page.request['QUERY_STRING']}"
    page = client.post(again, {"password": PASSWORD, "next": "/account/email/"}, follow=True)
    assert "<h1>Is this your address?</h1>" in page.content.decode()

    page = client.post(page.request["PATH_INFO"], {"code": _code(mail.outbox[-1].body)}, follow=True)

    ada.refresh_from_db()
    assert ada.email == "ada@example.net"
    assert "ada@example.net" in page.content.decode()


def _sign_in(member: Member, client: Client) -> None:
    password = "four-chairs-one-table"
    member.set_password(password)
    member.save(update_fields=["password"])
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    client.post("/account/login/", {"login": member.username, "password": PASSWORD})


def _code(letter: object) -> str:
    return next(line.strip() for line in str(letter).splitlines() if line.startswith("    "))
