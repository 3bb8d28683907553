"""A browser that nobody has seen before, a session in other hands, and what its owner is told."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from commons import clock
from members.models import Member
from members.security import actions, browsers, devices, subscribers, tasks, traces
from members.security.marks import SESSION_KEY
from members.security.models import Alert, Device, FailedSignIn, SafetyEvent, SignIn
from tests.members.security.conftest import CHROME, FIREFOX, PASSWORD, browser, come_in, link_in

pytestmark = pytest.mark.django_db


def test_the_first_browser_needs_no_letter(home: Client, ada: Member) -> None:
    assert mail.outbox == []
    assert [str(device) for device in Device.objects.filter(member=ada)] == ["Firefox on Linux"]


def test_a_known_browser_needs_no_letter(home: Client, ada: Member) -> None:
    home.post("/account/logout/")

    assert come_in(home, ada)
    assert mail.outbox == []
    assert list(SignIn.objects.order_by("pk").values_list("is_new_device", "method")) == [(False, "password")] * 2


def test_a_new_browser_makes_a_letter_that_says_which(home: Client, ada: Member) -> None:
    come_in(browser(agent=CHROME), ada)

    assert [letter.subject for letter in mail.outbox] == ["Was it you? Somebody signed in from a new browser"]
    assert "Chrome on Windows" in mail.outbox[0].body
    assert "192.0.2" not in mail.outbox[0].body
    assert mail.outbox[0].to == [ada.email]


def test_not_me_ends_every_session_and_asks_for_a_new_password(home: Client, ada: Member) -> None:
    intruder = browser(agent=CHROME)
    come_in(intruder, ada)
    link = link_in(mail.outbox[0].body)
    anybody = Client()

    page = anybody.get(link)
    assert "<h1>Was it you?</h1>" in page.content.decode()
    assert anybody.post(link).status_code == 200
    assert intruder.get("/me/security/").status_code == 200, "looking does nothing"

    answer = anybody.post(link, {"answer": "no"})

    assert answer.headers["Location"] == "/account/password/reset/"
    assert intruder.get("/me/security/").status_code == 302
    assert home.get("/me/security/").status_code == 302
    assert not come_in(browser(), ada)
    assert not UserSession.objects.filter(user=ada).exists()
    assert "You told us that it was not you" in anybody.get(link).content.decode()


def test_after_not_me_a_mailed_code_gives_a_new_password(home: Client, ada: Member) -> None:
    come_in(browser(agent=CHROME), ada)
    Client().post(link_in(mail.outbox[0].body), {"answer": "no"})
    owner = browser()

    page = owner.post("/account/password/reset/", {"email": ada.email}, follow=True)
    code = next(line.strip() for line in mail.outbox[-1].body.splitlines() if line.startswith("    "))
    page = owner.post(page.request["PATH_INFO"], {"code": code}, follow=True)
    password = "the-kettle-is-on-2017"
    owner.post(page.request["PATH_INFO"], {"password1": password, "password2": password}, follow=True)

    assert come_in(browser(), ada, password)


def test_it_was_me_makes_the_browser_one_of_mine(home: Client, ada: Member) -> None:
    phone = browser(agent=CHROME)
    come_in(phone, ada)

    Client().post(link_in(mail.outbox[0].body), {"answer": "yes"})

    assert SignIn.objects.latest("pk").was_owner is True
    assert phone.get("/me/security/").status_code == 200
    assert phone.post("/account/password/change/", {}).status_code != 403


def test_a_link_that_is_not_ours_leads_nowhere(client: Client) -> None:
    assert client.get("/account/was-it-you/made-up/").status_code == 404


def test_a_session_cookie_in_another_browser_is_ended_and_its_owner_told(home: Client, ada: Member) -> None:
    thief = browser(address="192.0.2.9")
    thief.cookies["sessionid"] = home.cookies["sessionid"].value

    assert thief.get("/me/security/").status_code == 302
    assert [letter.subject for letter in mail.outbox] == ["Somebody used your session from another browser"]
    assert home.get("/me/security/").status_code == 302, "it is over for both"
    assert [event.code for event in SafetyEvent.objects.all()] == ["session_taken"]
    assert not Session.objects.filter(session_key=home.cookies["sessionid"].value).exists()


def test_a_made_up_device_cookie_is_no_device(home: Client) -> None:
    home.cookies[devices.COOKIE] = "made-up"

    assert home.get("/me/security/").status_code == 302


def test_another_network_alone_is_a_journey(home: Client) -> None:
    assert home.get("/me/security/", REMOTE_ADDR="198.51.100.4").status_code == 200


def test_another_network_and_another_make_are_asked_to_sign_in(home: Client) -> None:
    elsewhere = {"REMOTE_ADDR": "198.51.100.4", "HTTP_USER_AGENT": CHROME}
    cookies = dict(home.cookies)

    assert home.get("/me/security/", **elsewhere).status_code == 302

    home.cookies.update(cookies)
    assert home.get("/me/security/").status_code == 200, "where it began it goes on"
    assert mail.outbox == []


def test_a_session_used_here_and_there_in_turn_is_ended_and_its_owner_told(home: Client) -> None:
    elsewhere = {"REMOTE_ADDR": "198.51.100.4", "HTTP_USER_AGENT": CHROME}
    key, device = home.cookies["sessionid"].value, home.cookies[devices.COOKIE].value

    answers = []
    for where in ({}, elsewhere, {}, elsewhere, {}):
        client = browser()
        client.cookies["sessionid"], client.cookies[devices.COOKIE] = key, device
        answers.append(client.get("/me/security/", **where).status_code)

    assert answers == [200, 302, 200, 302, 302]
    assert [letter.subject for letter in mail.outbox] == ["Somebody used your session from another browser"]


def test_nothing_is_asked_of_the_database_when_all_is_well(as_ada: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # the session, and with it the member
        as_ada.get("/about/")


def test_a_session_ends_after_thirty_days_and_with_a_task_after_twelve_hours(home: Client, ada: Member) -> None:
    with time_machine.travel(clock.now() + timedelta(hours=13)):
        assert home.get("/me/security/").status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert home.get("/me/security/").status_code == 302

    Member.objects.filter(pk=ada.pk).update(roles=["organiser"])
    office = browser()
    come_in(office, ada)
    with time_machine.travel(clock.now() + timedelta(hours=11)):
        assert office.get("/me/security/").status_code == 200
    with time_machine.travel(clock.now() + timedelta(hours=13)):
        assert office.get("/me/security/").status_code == 302


def test_a_session_from_before_the_marks_is_adopted(ada: Member) -> None:
    client = browser()
    client.force_login(ada, "allauth.account.auth_backends.AuthenticationBackend")

    assert client.get("/me/security/").status_code == 200
    assert client.cookies[devices.COOKIE]["httponly"]
    assert client.get("/me/security/").status_code == 200


def test_no_address_and_no_long_name_of_a_browser_is_kept(home: Client, ada: Member) -> None:
    kept = UserSession.objects.get(user=ada)

    assert (kept.ip, kept.user_agent) == ("0.0.0.0", "Firefox on Linux")
    assert kept.data["network"] == traces.network_of("192.0.2.200")
    assert SignIn.objects.get().network == traces.network_of("192.0.2.1")
    assert traces.network_of("2001:db8:1:2::1") == traces.network_of("2001:db8:1:ffff::1")
    assert traces.network_of("no address") == ""


def test_everything_is_forgotten_in_its_time(home: Client, ada: Member) -> None:
    actions.note_failure(login="ada", network="x", now=clock.now())
    actions.raise_alert(code="takeover_pattern", member=ada, now=clock.now())
    actions.close_alert(alert=Alert.objects.get(), by=ada, now=clock.now())
    actions.note(member=ada, code="factor_added", now=clock.now())

    actions.forget_old(now=clock.now() + timedelta(days=9))
    assert not FailedSignIn.objects.exists()
    assert SignIn.objects.exists()

    actions.forget_old(now=clock.now() + timedelta(days=91))
    for model in (SignIn, Device, SafetyEvent, Alert, Session, UserSession):
        assert not model.objects.exists(), model


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (CHROME, "Chrome on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari on iPhone"),
        ("Windows", "Windows"),
        ("curl/8", "a browser that we do not know"),
    ],
)
def test_a_browser_in_a_few_words(agent: str, words: str) -> None:
    assert browsers.words(agent) == words


def test_a_new_password_ends_the_other_sessions_and_takes_them_off_the_list(
    home: Client, ada: Member, confirmed: Callable[[Client], None]
) -> None:
    phone = browser(agent=CHROME)
    come_in(phone, ada)
    confirmed(home)

    new = "the-kettle-is-on-2017"
    home.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert phone.get("/me/security/").status_code == 302
    assert [row.user_agent for row in UserSession.objects.filter(user=ada)] == ["Firefox on Linux"]
    assert "The password changed." in home.get("/me/security/").content.decode()


def test_a_new_address_is_written_down(home: Client, ada: Member, confirmed: Callable[[Client], None]) -> None:
    confirmed(home)
    page = home.post("/account/email/", {"email": "ada@example.net", "action_add": ""}, follow=True)
    code = next(line.strip() for line in mail.outbox[-1].body.splitlines() if line.startswith("    "))
    home.post(page.request["PATH_INFO"], {"code": code})

    assert "The e-mail address changed." in home.get("/me/security/").content.decode()


def test_a_session_in_use_is_touched_once_an_hour(home: Client, ada: Member) -> None:
    began = UserSession.objects.get(user=ada).last_seen_at

    home.get("/me/security/")
    assert UserSession.objects.get(user=ada).last_seen_at == began
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        home.get("/me/security/")
        assert UserSession.objects.get(user=ada).last_seen_at > began


def test_a_session_of_nobody_is_a_visitors(home: Client, ada: Member) -> None:
    Member.objects.filter(pk=ada.pk).update(is_active=False)
    session = home.session
    del session[SESSION_KEY]
    session.save()

    assert home.get("/me/security/").status_code == 302


def test_the_clock_forgets(db: None) -> None:
    tasks.forget_old()


@pytest.mark.parametrize("apply", [False, True])
def test_an_operator_vouches_for_an_address(ada: Member, apply: bool, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("vouch", "Ada", *(["--apply"] if apply else []))

    assert EmailAddress.objects.filter(user=ada, verified=True, primary=True).exists() is apply
    assert ada.email in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("vouch", "nobody")


def test_rows_say_what_they_are(home: Client, ada: Member) -> None:
    actions.note_failure(login="ada", network="x", now=clock.now())
    actions.note(member=ada, code="factor_added", now=clock.now())

    assert str(SignIn.objects.get()).startswith(f"{ada.pk} password")
    assert str(FailedSignIn.objects.get()).startswith("x 20")
    assert str(SafetyEvent.objects.get()) == f"{ada.pk} factor_added"


def test_letters_about_what_is_gone_are_not_written(ada: Member) -> None:
    subscribers.tell_of_new_device(sign_in=999_999)

    assert mail.outbox == []
