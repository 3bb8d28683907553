"""Second factors: setting them up, signing in with them, and what people with a task may do before and after."""

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.test import Client, RequestFactory
from guardian.shortcuts import assign_perm

from commons import clock
from forum.models import MODERATE, Category
from members.models import Member
from members.security import queries, traces
from members.security.adapter import MFAAdapter
from tests.cast import sign_in
from tests.members.security.conftest import PASSWORD, browser, come_in, with_password

pytestmark = pytest.mark.django_db


def code_of(secret: str, *, later: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def with_app(member: Member) -> str:
    secret = generate_totp_secret()
    TOTP.activate(member, secret)
    RecoveryCodes.activate(member)
    return secret


@pytest.fixture
def desk(adil: Member) -> Client:
    """The browser of an administrator, with a password alone."""
    client = browser()
    assert come_in(client, with_password(adil))
    return client


@pytest.mark.django_db(transaction=True)
def test_an_app_is_set_up_with_a_picture_and_a_key_in_fours(
    home: Client, ada: Member, confirmed: Callable[[Client], None]
) -> None:
    confirmed(home)
    page = home.get("/account/second-step/totp/activate/").content.decode()
    key = re.search(r'class="secret__key">([^<]+)<', page)[1]

    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", key)
    assert '<svg class="qr"' in page

    page = home.post("/account/second-step/totp/activate/", {"code": code_of(key.replace(" ", ""))}, follow=True)

    assert "<h1>Your recovery codes</h1>" in page.content.decode()
    assert queries.factors(ada).codes_left == 10
    assert [letter.subject for letter in mail.outbox] == ["An app now guards your account"]
    assert key.replace(" ", "") not in str(Authenticator.objects.values_list("data", flat=True)), "stored encrypted"


def test_a_wrong_code_sets_nothing_up(home: Client, ada: Member, confirmed: Callable[[Client], None]) -> None:
    confirmed(home)
    home.get("/account/second-step/totp/activate/")

    page = home.post("/account/second-step/totp/activate/", {"code": "000000"})

    assert "Something needs another look" in page.content.decode()
    assert not queries.factors(ada)


def test_sign_in_asks_for_the_code_after_the_password(ada: Member) -> None:
    secret = with_app(with_password(ada))
    client = browser()

    page = client.post("/account/login/", {"login": "ada", "password": PASSWORD}, follow=True)
    assert "<h1>One more step</h1>" in page.content.decode()
    assert client.get("/me/security/").status_code == 302, "not in yet"

    page = client.post("/account/second-step/authenticate/", {"code": "1"})
    assert "Something needs another look" in page.content.decode()

    client.post("/account/second-step/authenticate/", {"code": code_of(secret)})
    assert "and a second step" in client.get("/me/security/").content.decode()


def test_a_recovery_code_lets_in_once(ada: Member) -> None:
    with_app(with_password(ada))
    code = queries.factors(ada)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert code.codes_left == 10

    for expected in (200, 302):
        client = browser()
        client.post("/account/login/", {"login": "ada", "password": PASSWORD})
        client.post("/account/second-step/authenticate/", {"code": codes[0]})
        assert client.get("/me/security/").status_code == expected


@pytest.mark.parametrize("address", ["/moderation/alerts/", "/admin/"])
def test_power_waits_for_a_second_step_and_the_page_leads_to_it(desk: Client, address: str) -> None:
    page = desk.get(address, follow=True).content.decode()

    assert "<h1>A second step, please</h1>" in page
    assert 'href="/account/second-step/webauthn/add/"' in page
    assert 'href="/account/second-step/totp/activate/"' in page


@pytest.mark.django_db(transaction=True)
def test_setting_up_the_step_wakes_the_power_at_once(desk: Client, confirmed: Callable[[Client], None]) -> None:
    confirmed(desk)
    page = desk.get("/account/second-step/totp/activate/").content.decode()
    key = re.search(r'class="secret__key">([^<]+)<', page)[1].replace(" ", "")
    desk.post("/account/second-step/totp/activate/", {"code": code_of(key)})

    assert desk.get("/moderation/alerts/").status_code == 200
    assert desk.get("/admin/").status_code == 200
    assert "You have shown it" in desk.get("/me/security/second-step/").content.decode()


def test_power_sleeps_again_when_the_last_step_is_removed(adil: Member) -> None:
    secret = with_app(with_password(adil))
    client = browser()
    client.post("/account/login/", {"login": "adil", "password": PASSWORD})
    client.post("/account/second-step/authenticate/", {"code": code_of(secret)})
    assert client.get("/moderation/alerts/").status_code == 200

    client.post("/account/second-step/reauthenticate/", {"code": code_of(secret, later=1), "next": "/"})
    client.post("/account/second-step/totp/deactivate/")

    assert not queries.factors(adil)
    assert client.get("/moderation/alerts/").status_code == 302
    assert client.get("/me/security/").status_code == 200


def test_a_step_shown_long_ago_is_shown_again(adil: Member) -> None:
    secret = with_app(with_password(adil))
    client = sign_in(browser(address="127.0.0.1", agent=""), adil, is_strong=False)
    assert client.get("/moderation/alerts/").status_code == 302

    page = client.get("/me/security/second-step/?next=/moderation/alerts/").content.decode()
    assert "You have one already" in page
    answer = client.post(
        "/account/second-step/reauthenticate/", {"code": code_of(secret), "next": "/moderation/alerts/"}
    )

    assert answer.headers["Location"] == "/moderation/alerts/"
    assert client.get("/moderation/alerts/").status_code == 200


def test_reading_and_writing_need_no_second_step(desk: Client, adil: Member) -> None:
    hall = Category.objects.create(slug="hall", name="The hall", visibility="members")

    assert desk.get("/forum/hall/").status_code == 200
    answer = desk.post("/forum/hall/new/", {"title": "Soup", "source": "Who?", "key": "0" * 32})

    assert answer.status_code in {302, 422}
    assert desk.get("/forum/hall/new/").status_code == 200
    assert hall.threads.count() in {0, 1}


def test_moderators_of_one_category_need_it_too(bo: Member) -> None:
    hall = Category.objects.create(slug="hall", name="The hall", visibility="members")
    assign_perm(MODERATE, bo, hall)
    weak, strong = sign_in(Client(), bo, is_strong=False), sign_in(Client(), bo)
    thread = f"/forum/threads/{_thread(hall, bo)}/lock/"

    refused = weak.get(thread)
    assert refused.status_code == 403
    assert "show your second step first" in refused.content.decode()
    assert strong.get(thread).status_code == 200


def test_a_superuser_has_no_permission_before_the_second_step(adil: Member) -> None:
    adil.is_superuser = True
    assert adil.has_perm("forum.add_category")
    assert adil.has_module_perms("forum")

    adil.has_shown_second_factor = False
    assert not adil.has_perm("forum.add_category")
    assert not adil.has_module_perms("forum")


def test_a_site_can_do_without(desk: Client, settings: object) -> None:
    settings.SECOND_FACTOR_REQUIRED = False

    assert desk.get("/moderation/alerts/").status_code == 200


def test_the_door_of_the_admin_is_our_own(client: Client, as_ada: Client, as_adil: Client) -> None:
    assert client.get("/admin/login/").headers["Location"] == "/account/login/?next=/admin/"
    assert as_ada.get("/admin/login/").status_code == 404
    assert as_adil.get("/admin/login/").status_code == 404


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/account/second-step/", "Your second step"),
        ("/account/second-step/totp/deactivate/", "Stop using the app?"),
        ("/account/second-step/recovery-codes/", "Your recovery codes"),
        ("/account/second-step/recovery-codes/generate/", "Make new recovery codes?"),
        ("/account/second-step/webauthn/", "Your passkeys"),
        ("/account/second-step/webauthn/add/", "Add a passkey"),
        ("/account/second-step/reauthenticate/", "Is it still you?"),
        ("/me/security/", "Keep your account safe"),
    ],
)
def test_page_has_its_heading(
    home: Client, ada: Member, confirmed: Callable[[Client], None], address: str, heading: str
) -> None:
    with_app(ada)
    confirmed(home)

    assert f"<h1>{heading}</h1>" in home.get(address).content.decode()


@pytest.mark.django_db(transaction=True)
def test_new_codes_replace_the_old_ones(home: Client, ada: Member, confirmed: Callable[[Client], None]) -> None:
    with_app(ada)
    confirmed(home)
    old = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()

    home.post("/account/second-step/recovery-codes/generate/")

    saved = home.get("/account/second-step/recovery-codes/download/").content.decode().split()
    assert len(saved) == 10
    assert set(saved).isdisjoint(old)
    assert [letter.subject for letter in mail.outbox] == ["You have new recovery codes"]
    assert "New recovery codes were made." in home.get("/me/security/").content.decode()


def test_a_strong_session_is_weak_after_twelve_hours(ada: Member) -> None:
    secret = with_app(with_password(ada))
    client = browser()
    client.post("/account/login/", {"login": "ada", "password": PASSWORD})
    client.post("/account/second-step/authenticate/", {"code": code_of(secret)})
    Member.objects.filter(pk=ada.pk).update(roles=["administrator"])

    assert client.get("/moderation/alerts/").status_code == 200
    with time_machine.travel(clock.now() + timedelta(hours=13)):
        assert client.get("/moderation/alerts/").status_code == 302


def _thread(category: Category, by: Member) -> int:
    from forum import actions
    from forum.actions.posts import Text

    opening = actions.start_thread(category=category, by=by, title="Soup", text=Text("Who?"), now=clock.now())
    return opening.thread_id


def test_passkeys_are_counted_and_named_one_by_one(
    home: Client, ada: Member, confirmed: Callable[[Client], None]
) -> None:
    first, _second = (
        Authenticator.objects.create(user=ada, type="webauthn", data={"name": name}) for name in ("Phone", "Key")
    )
    confirmed(home)

    assert "You have 2 passkeys." in home.get("/me/security/").content.decode()
    assert "Key" in home.get("/account/second-step/webauthn/").content.decode()
    assert MFAAdapter().generate_authenticator_name(ada, "webauthn") == "Passkey 3"
    home.post(f"/account/second-step/webauthn/keys/{first.pk}/edit/", {"name": "Old phone"})
    assert "Old phone" in home.get("/account/second-step/webauthn/").content.decode()

    home.post(f"/account/second-step/webauthn/keys/{first.pk}/remove/")
    assert mail.outbox[-1].subject == "A passkey was removed from your account"
    assert "You have 1 passkey." in home.get("/me/security/").content.decode()


def test_a_request_from_nowhere_has_no_network(rf: RequestFactory) -> None:
    assert traces.network(rf.get("/", REMOTE_ADDR="")) == ""
