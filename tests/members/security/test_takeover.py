"""What could cost somebody their account waits for a day in a new browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client, RequestFactory

from commons import clock
from members.models import Member
from members.security import rules
from members.security.marks import SESSION_KEY
from members.security.models import Alert, SafetyEvent
from tests.members.security.conftest import CHROME, browser, come_in

pytestmark = pytest.mark.django_db

DANGEROUS = [
    ("/account/email/", {"email": "thief@example.net", "action_add": ""}),
    ("/account/password/change/", {"oldpassword": "x", "password1": "y", "password2": "y"}),
    ("/account/second-step/totp/activate/", {"code": "000000"}),
    ("/account/second-step/webauthn/add/", {"credential": "{}"}),
]


@pytest.fixture
def stranger(home: Client, ada: Member) -> Client:
    client = browser(agent=CHROME, address="203.0.113.66")
    assert come_in(client, ada)
    mail.outbox.clear()
    return client


@pytest.mark.parametrize(("address", "typed"), DANGEROUS)
def test_a_new_browser_changes_nothing_on_the_first_day(
    stranger: Client, home: Client, address: str, typed: dict[str, str]
) -> None:
    refused = stranger.post(address, typed)

    assert refused.status_code == 403
    assert "this has to wait for a day" in refused.content.decode()
    assert home.post(address, typed).status_code != 403, "a browser of the owner may"


def test_the_owner_is_told_at_both_addresses_and_administrators_are_alerted(stranger: Client, ada: Member) -> None:
    for _ in range(3):
        stranger.post(*DANGEROUS[0])

    assert [letter.to for letter in mail.outbox] == [[ada.email], ["thief@example.net"]]
    assert {letter.subject for letter in mail.outbox} == {"We put off a change to your account"}
    assert [(alert.code, alert.member_id) for alert in Alert.objects.all()] == [("takeover_pattern", ada.pk)]
    assert SafetyEvent.objects.filter(code="change_delayed").count() == 1


def test_what_is_no_address_gets_no_letter(stranger: Client, ada: Member) -> None:
    stranger.post("/account/email/", {"email": "no address", "action_add": ""})

    assert [letter.to for letter in mail.outbox] == [[ada.email]]


def test_recovery_codes_are_not_even_shown(stranger: Client) -> None:
    assert stranger.get("/account/second-step/recovery-codes/").status_code == 403


def test_after_a_day_the_browser_is_one_of_hers(stranger: Client) -> None:
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert stranger.post(*DANGEROUS[1]).status_code != 403


def test_after_an_hour_there_is_no_alert_but_still_no_change(stranger: Client) -> None:
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        assert stranger.post(*DANGEROUS[1]).status_code == 403
    assert not Alert.objects.exists()


def test_a_session_without_a_mark_changes_nothing(ada: Member, rf: RequestFactory) -> None:
    assert not rules.can_change_dangerously(ada, {}, now=clock.now())


def test_a_first_browser_may_change_at_once(home: Client, ada: Member, confirmed: Callable[[Client], None]) -> None:
    assert home.session[SESSION_KEY]["is_known"]
    assert rules.can_change_dangerously(ada, home.session, now=clock.now())

    confirmed(home)
    home.post("/account/email/", {"email": "ada@example.net", "action_add": ""})
    assert mail.outbox[-1].to == ["ada@example.net"]


def test_alerts_say_what_was_done_and_what_to_do_and_are_closed_by_a_person(
    stranger: Client, as_adil: Client, adil: Member
) -> None:
    assert "All is quiet" in as_adil.get("/moderation/alerts/").content.decode()
    stranger.post(*DANGEROUS[0])

    page = as_adil.get("/moderation/alerts/").content.decode()
    assert "An account may be in the wrong hands" in page
    assert "The change is put off" in page or "is put off for a day" in page
    assert "Wait for the owner" in page

    alert = Alert.objects.get()
    for _ in range(2):
        assert as_adil.post(f"/moderation/alerts/{alert.pk}/close/").status_code == 302
    alert.refresh_from_db()
    assert (alert.closed_at is not None, alert.closed_by_id) == (True, adil.pk)
    assert "closed by Adil" in as_adil.get("/moderation/alerts/").content.decode()
    assert as_adil.post("/moderation/alerts/999999/close/").status_code == 404
