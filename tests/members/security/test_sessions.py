"""Where one is signed in, and signing out there."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from commons import clock
from members.models import Member
from members.security import sessions
from members.security.sessions import SessionStore
from tests.members.security.conftest import CHROME, browser, come_in, with_password

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(home: Client, ada: Member) -> Client:
    client = browser(agent=CHROME, address="198.51.100.1")
    assert come_in(client, ada)
    return client


def test_each_session_stands_there_in_words_and_this_one_is_marked(home: Client, phone: Client) -> None:
    page = home.get("/me/security/sessions/").content.decode()

    assert "Chrome on Windows" in page
    assert page.count('<span class="tag">this one</span>') == 1
    assert "198.51" not in page
    assert page.index("Firefox on Linux <span") > 0


def test_one_is_ended_and_the_others_stay(home: Client, phone: Client, ada: Member) -> None:
    other = UserSession.objects.get(user_agent="Chrome on Windows")

    page = home.post(f"/me/security/sessions/{other.pk}/end/", follow=True).content.decode()

    assert "That session is over." in page
    assert phone.get("/me/security/").status_code == 302
    assert home.get("/me/security/").status_code == 200


def test_nobody_ends_the_session_of_another(home: Client, cleo: Member) -> None:
    other = browser(agent=CHROME)
    come_in(other, with_password(cleo))
    theirs = UserSession.objects.get(user=cleo)

    home.post(f"/me/security/sessions/{theirs.pk}/end/")

    assert other.get("/me/security/").status_code == 200


def test_all_others_are_ended_at_once(home: Client, phone: Client) -> None:
    page = home.post("/me/security/sessions/others/end/", follow=True).content.decode()

    assert "1 other session is over." in page
    assert phone.get("/me/security/").status_code == 302
    assert home.get("/me/security/").status_code == 200


def test_a_session_from_before_the_list_says_so(as_ada: Client) -> None:
    UserSession.objects.all().delete()

    assert "came in before we kept this list" in as_ada.get("/me/security/sessions/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same(home: Client, ada: Member, count: int, django_assert_num_queries: object) -> None:
    for number in range(count - 1):
        come_in(browser(address=f"198.51.100.{number}"), ada)

    with django_assert_num_queries(2):
        home.get("/me/security/sessions/")
    with django_assert_num_queries(5):
        home.get("/me/security/")


def test_the_member_comes_with_the_session(home: Client, ada: Member) -> None:
    store = SessionStore(home.session.session_key)

    assert store.load()
    assert sessions.owner_of(store) == ada


@pytest.mark.parametrize("change", [{"password": "another"}, {"is_active": False}])
def test_a_session_is_nobodys_once_the_account_is_another(home: Client, ada: Member, change: dict[str, object]) -> None:
    Member.objects.filter(pk=ada.pk).update(**change)

    assert "Sign in" in home.get("/").content.decode()


def test_a_session_that_says_somebody_else_is_not_the_owners(home: Client, ada: Member, bo: Member) -> None:
    UserSession.objects.update(user=bo)

    assert "Ada" in home.get("/").content.decode()


def test_a_session_that_is_over_is_nobodys(home: Client) -> None:
    Session.objects.update(expire_date=clock.now())

    assert "Sign in" in home.get("/").content.decode()
