"""A newcomer from the home page to their hello: with the keyboard alone, without JavaScript, at 320 px, right to left."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from commons import clock
from forum.models import Category, Post
from members.consent import gate
from members.models import Member
from members.welcome.models import Hello, Welcome
from tests.browser.test_first_day import mailed_code, sign_up

pytestmark = pytest.mark.django_db(transaction=True)

NARROW = {"width": 320, "height": 640}


@pytest.fixture
def porch(db: None) -> Category:
    return Category.objects.create(slug="porch", name="The porch", visibility="members", is_greeting=True)


def tab_to(page: Page, words: str) -> None:
    """Go on with the Tab key until what is in focus says this; a focus that is not visible fails."""
    for _press in range(150):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
                const at = document.activeElement;
                const label = at.labels?.length ? at.labels[0].innerText : at.innerText || at.value || "";
                const box = at.getBoundingClientRect();
                const style = getComputedStyle(at);
                const shown = box.width > 0 && (style.outlineStyle !== "none" || style.boxShadow !== "none");
                return {label: label.trim(), shown};
            }"""
        )
        if focused["label"].startswith(words):
            assert focused["shown"], f"nobody sees that {words!r} has the focus"
            return
    pytest.fail(f"{words!r} cannot be reached with the Tab key on {page.url}")


def press(page: Page, words: str) -> None:
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def type_in(page: Page, label: str, words: str) -> None:
    tab_to(page, label)
    page.keyboard.type(words)


def test_with_the_keyboard_alone(open_page: Callable[..., Page], porch: Category, axe: Callable[[Page], None]) -> None:
    page = open_page(viewport=NARROW)
    page.goto("/")
    press(page, "Look around first")
    press(page, "Join us")
    axe(page)
    type_in(page, "Name that others see", "Noor")
    type_in(page, "E-mail address", "noor@example.org")
    tab_to(page, "I have read how we treat each other")
    page.keyboard.press("Space")
    press(page, "Join us")
    type_in(page, "Code", mailed_code("noor@example.org"))
    press(page, "Go on")

    axe(page)
    press(page, "I agree")
    axe(page)
    tab_to(page, "Yes")
    page.keyboard.press("Space")
    press(page, "Save and go on")
    axe(page)
    press(page, "Go on")
    axe(page)
    tab_to(page, "Listen")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    press(page, "Save and go on")
    axe(page)
    press(page, "Write your hello")
    axe(page)
    press(page, "Start thread")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello from Noor")
    axe(page)

    noor = Member.objects.get()
    assert gate.allows(noor, "contact.mention", now=clock.now())
    assert Welcome.objects.get().first_step == "meet"
    assert Hello.objects.get().member_id == noor.pk


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_without_javascript_and_with_a_rest_in_the_middle(
    open_page: Callable[..., Page], porch: Category, direction: str, screenshot: Callable[[Page, str], None]
) -> None:
    def settle(page: Page) -> None:
        page.wait_for_load_state()
        if direction == "rtl":
            page.evaluate("document.documentElement.dir = 'rtl'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.url
        screenshot(page, f"welcome-{direction}-{page.url.rstrip('/').rsplit('/', 1)[-1]}")

    first = open_page(javascript=False, viewport=NARROW)
    sign_up(first, "Noor")
    settle(first)
    first.get_by_role("button", name="I agree").click()
    settle(first)
    first.get_by_role("group", name="Let visitors read my posts").get_by_label("No").check()
    first.get_by_role("button", name="Save and go on").click()
    settle(first)
    first.get_by_role("button", name="Go on", exact=True).click()
    expect(first.get_by_role("heading", level=1)).to_have_text("A first small step")

    other = open_page(javascript=False, viewport=NARROW)
    other.goto("/account/login/code/")
    other.get_by_label("E-mail").fill("noor@example.org")
    other.locator("main form button[type=submit]").first.click()
    other.get_by_label("Code").fill(mailed_code("noor@example.org"))
    other.locator("main form button[type=submit]").first.click()
    other.goto("/welcome/")
    settle(other)
    other.get_by_role("link", name="Go on").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("A first small step")
    settle(other)
    other.get_by_label("Help").check()
    other.get_by_role("button", name="Save and go on").click()
    settle(other)
    other.get_by_role("link", name="Write your hello").click()
    settle(other)
    other.locator("main textarea[name=source]").fill("I am Noor, and I mend bicycles.")
    other.get_by_role("button", name="Start thread").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Hello from Noor")
    settle(other)

    assert Post.objects.get().source == "I am Noor, and I mend bicycles."
