"""Guessing is slowed down and told of; nobody is ever locked out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from commons import clock
from members.models import Member
from members.security import actions, queries
from members.security.models import Alert, FailedSignIn
from members.security.passwords import NotOurNameValidator
from tests.members.security.conftest import CHROME, PASSWORD, browser, come_in, with_password

pytestmark = pytest.mark.django_db

LIMITS = {"login": "60/m/ip", "login_failed": "60/m/ip,5/5m/key", "request_login_code": "20/h/ip,3/5m/key"}


def attack(member: Member, *, times: int = 12, address: str = "203.0.113.66") -> Client:
    attacker = browser(agent=CHROME, address=address)
    for number in range(times):
        attacker.post("/account/login/", {"login": member.username, "password": f"guess number {number}"})
    return attacker


def test_after_many_failures_of_an_attacker_the_owner_still_gets_in(
    home: Client, ada: Member, settings: object
) -> None:
    settings.ACCOUNT_RATE_LIMITS = LIMITS
    home.post("/account/logout/")
    attacker = attack(ada)

    assert not come_in(attacker, ada), "the guesser is slowed down, even with the right password"
    assert come_in(home, ada)


def test_asking_for_codes_again_and_again_does_not_keep_the_owner_from_one(
    home: Client, ada: Member, settings: object
) -> None:
    settings.ACCOUNT_RATE_LIMITS = LIMITS
    home.post("/account/logout/")
    for _ in range(6):
        browser(agent=CHROME, address="203.0.113.66").post("/account/login/code/", {"email": ada.email})
    sent = len(mail.outbox)
    assert sent == 3

    home.post("/account/login/code/", {"email": ada.email})
    code = next(line.strip() for line in mail.outbox[-1].body.splitlines() if line.startswith("    "))
    home.post("/account/login/code/confirm/", {"code": code})

    assert len(mail.outbox) == sent + 1
    assert home.get("/me/security/").status_code == 200


def test_even_a_known_browser_has_its_limit(home: Client, ada: Member) -> None:
    home.post("/account/logout/")
    for _ in range(11):
        home.post("/account/login/", {"login": "ada", "password": "wrong"})

    assert not come_in(home, ada)
    assert "Too many" in home.post("/account/login/", {"login": "ada", "password": "wrong"}).content.decode()
    page = home.post("/account/login/code/", {"email": ada.email}).content.decode()
    assert "You asked for many codes" in page


def test_ten_names_from_one_network_raise_an_alert_and_slow_passwords_down(home: Client, ada: Member) -> None:
    with_password(ada)
    attacker = browser(agent=CHROME, address="203.0.113.66")
    for number in range(10):
        assert not Alert.objects.exists()
        attacker.post("/account/login/", {"login": f"name{number}", "password": "kitchen-table"})

    assert [alert.code for alert in Alert.objects.all()] == ["credential_stuffing"]
    page = attacker.post("/account/login/", {"login": "ada", "password": "four-chairs-one-table"})
    assert "Somebody is trying out passwords here" in page.content.decode()

    home.post("/account/logout/")
    assert come_in(home, ada), "a known browser is let in as ever"
    stranger = browser(agent=CHROME, address="198.51.100.1")
    stranger.post("/account/login/code/", {"email": ada.email})
    code = next(line.strip() for line in mail.outbox[-1].body.splitlines() if line.startswith("    "))
    stranger.post("/account/login/code/confirm/", {"code": code})
    assert stranger.get("/me/security/").status_code == 200, "a mailed code always works"


def test_the_slow_down_ends_by_itself(db: None) -> None:
    now = clock.now()
    actions.raise_alert(code="credential_stuffing", member=None, now=now)

    assert queries.is_slowed_down(now=now + timedelta(minutes=29))
    assert not queries.is_slowed_down(now=now + timedelta(minutes=31))
    actions.raise_alert(code="credential_stuffing", member=None, now=now + timedelta(minutes=40))
    assert queries.is_slowed_down(now=now + timedelta(minutes=41))
    assert Alert.objects.count() == 1


def test_many_more_failures_than_usual_from_everywhere_raise_an_alert(db: None) -> None:
    now = clock.now()
    _failures(51, at=now)

    assert queries.usual_failures(now=now) == 0
    assert queries.is_stuffing("", now=now)


def test_a_busy_site_has_more_failures_and_no_alert(db: None) -> None:
    now = clock.now()
    for step in range(2, 7 * 144 + 1):
        _failures(11, at=now - timedelta(minutes=10 * step - 5)) if step <= 600 else None
    _failures(51, at=now)

    assert queries.usual_failures(now=now) == 11
    assert not queries.is_stuffing("", now=now)


def test_names_and_addresses_of_failures_are_not_kept(client: Client) -> None:
    client.post("/account/login/", {"login": "ada", "password": "wrong"})

    kept = FailedSignIn.objects.get()
    assert "ada" not in kept.name_hash
    assert "127" not in kept.network[:3] or len(kept.network) == 32


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "1234567890",
        "P@ssw0rd2024",
        "qwertyuiop[]",
        "iloveyou!!",
        "abcabcabcabc",
        "19.05.1987",
        "Commons-2026!",
        "i am ada-lovelace",
        "adalovelace99",
    ],
)
def test_what_others_would_try_first_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, Member(username="ada-lovelace", display_name="Ada Lovelace"))


def test_the_page_says_why_a_password_is_refused(
    home: Client, ada: Member, confirmed: Callable[[Client], None]
) -> None:
    confirmed(home)
    bad = "password1234"
    page = home.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": bad, "password2": bad})

    assert "can&#x27;t be one that a machine guesses soon" in page.content.decode()


def test_a_short_name_may_be_part_of_a_word() -> None:
    NotOurNameValidator().validate("seven-boats-in-the-bay", Member(username="bo", display_name="Bo"))
    with pytest.raises(ValidationError):
        NotOurNameValidator().validate("Commons! 2026")


def _failures(count: int, *, at: object) -> None:
    FailedSignIn.objects.bulk_create(
        FailedSignIn(name_hash="x", network=f"network {number}", happened_at=at) for number in range(count)
    )
