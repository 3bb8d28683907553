"""Browsers and people who sign in through the pages."""

import re
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from members.models import Member

PASSWORD = "four-chairs-one-table"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)


def browser(*, agent: str = FIREFOX, address: str = "192.0.2.7") -> Client:
    return Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)


def with_password(member: Member) -> Member:
    member.set_password(PASSWORD)
    member.save(update_fields=["password"])
    EmailAddress.objects.get_or_create(user=member, email=member.email, defaults={"verified": True, "primary": True})
    return member


def come_in(client: Client, member: Member, password: str = PASSWORD) -> bool:
    """Sign in by the page; whether that worked."""
    client.post("/account/login/", {"login": member.username, "password": password})
    return client.get("/me/security/").status_code == 200


def link_in(letter: str) -> str:
    return re.search(r"http://[^/]+(/account/was-it-you/\S+)", letter)[1]


@pytest.fixture(autouse=True)
def _plenty(settings: object) -> None:
    """allauth's limits count by the wall clock, which these tests outrun; limits have tests of their own."""
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.fixture
def home(ada: Member) -> Client:
    """The browser that Ada has used since she joined."""
    client = browser()
    assert come_in(client, with_password(ada))
    return client


@pytest.fixture
def confirmed() -> Callable[[Client], None]:
    """Types the password once more, where a page asks for it."""

    def confirm(client: Client) -> None:
        client.post("/account/reauthenticate/", {"password": PASSWORD, "next": "/me/security/"})

    return confirm
