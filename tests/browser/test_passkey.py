"""A passkey is made and opens the account, in a real browser with an authenticator that is not real."""

from collections.abc import Callable

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from members.models import Member
from members.security import devices
from tests.members.security.conftest import PASSWORD, with_password

pytestmark = pytest.mark.django_db(transaction=True)


def with_authenticator(page: Page) -> Page:
    """As a phone with a fingerprint reader has one built in."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def sign_in_by_password(page: Page, member: Member) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail address or username").fill(member.username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_passkey_is_made_wakes_the_power_and_opens_the_account(
    adil: Member, open_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    page = with_authenticator(open_page())
    sign_in_by_password(page, with_password(adil))

    page.goto("/moderation/alerts/")
    expect(page.get_by_role("heading", level=1)).to_have_text("A second step, please")
    axe(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Yes, it is me").click()
    axe(page)
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    axe(page)
    assert [letter.subject for letter in mail.outbox] == ["A passkey was added to your account"]

    page.goto("/moderation/alerts/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Alerts")
    page.goto("/account/second-step/webauthn/")
    axe(page)
    for link in ("Name it", "Remove"):
        page.goto("/account/second-step/webauthn/")
        page.get_by_role("main").get_by_role("link", name=link).click()
        axe(page)
    page.goto("/account/second-step/webauthn/reauthenticate/?next=/me/security/")
    axe(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Keep your account safe")

    page.goto("/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.goto("/moderation/alerts/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("status")).to_contain_text("You are signed in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Alerts")
    page.goto("/me/security/")
    expect(page.get_by_role("main")).to_contain_text("with a passkey")


def test_after_the_password_a_passkey_is_the_second_step(cleo: Member, open_page: Callable[..., Page]) -> None:
    page = with_authenticator(open_page())
    sign_in_by_password(page, with_password(cleo))
    page.goto("/account/second-step/webauthn/add/")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Yes, it is me").click()
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    page.goto("/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()

    sign_in_by_password(page, cleo)
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_role("status")).to_contain_text("You are signed in")


def test_without_an_authenticator_the_page_says_so_and_stays(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/account/login/")
    expect(page.locator("[data-passkey-trouble]")).to_be_hidden()
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('none')); }")
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_role("alert")).to_contain_text("That did not work, and nothing has changed")


def test_without_javascript_no_passkey_is_offered(ada: Member, open_page: Callable[..., Page]) -> None:
    page = open_page(javascript=False)
    page.goto("/account/login/")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()
    expect(page.get_by_role("main")).to_contain_text("Without it, choose another way")

    sign_in_by_password(page, with_password(ada))
    page.goto("/account/second-step/webauthn/add/")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Yes, it is me").click()
    expect(page.get_by_role("button", name="Make the passkey")).to_be_hidden()
    expect(page.get_by_label("Name of the passkey")).to_be_hidden()
    page.get_by_role("link", name="Get codes from an app").click()
    expect(page.locator("svg.qr")).to_be_visible()


def test_without_the_browsers_own_json_it_works_too(bo: Member, open_page: Callable[..., Page]) -> None:
    page = with_authenticator(open_page())
    page.add_init_script(
        "delete PublicKeyCredential.parseCreationOptionsFromJSON;"
        "delete PublicKeyCredential.parseRequestOptionsFromJSON;"
        "delete PublicKeyCredential.prototype.toJSON;"
    )
    sign_in_by_password(page, with_password(bo))
    page.goto("/account/second-step/webauthn/add/")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Yes, it is me").click()
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    page.goto("/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()

    page.goto("/account/login/")
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_role("status")).to_contain_text("You are signed in")


def test_a_copied_session_cookie_opens_nothing_and_its_owner_is_told(
    ada: Member, open_page: Callable[..., Page]
) -> None:
    home, thief = open_page(), open_page()
    sign_in_by_password(home, with_password(ada))
    expect(home.get_by_role("status")).to_contain_text("You are signed in")
    cookies = {cookie["name"]: cookie for cookie in home.context.cookies()}
    assert cookies[devices.COOKIE]["httpOnly"]

    thief.context.add_cookies([cookies["sessionid"]])
    thief.goto("/me/security/")

    expect(thief.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert [letter.subject for letter in mail.outbox] == ["Somebody used your session from another browser"]
    home.goto("/me/security/")
    expect(home.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_the_picture_of_the_key_can_be_seen(
    ada: Member, open_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    page = open_page()
    sign_in_by_password(page, with_password(ada))
    page.goto("/account/second-step/totp/activate/")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Yes, it is me").click()

    picture = page.locator("svg.qr").bounding_box()
    assert picture["width"] > 200
    assert picture["height"] > 200
    axe(page)
