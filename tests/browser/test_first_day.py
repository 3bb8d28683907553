"""Somebody joins, starts a thread, replies three deep, edits and quotes: with JavaScript and without."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from commons import clock
from forum.actions import post_reply
from forum.actions.posts import Text
from forum.models import Category, Post
from members.models import Member
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kitchen(db: None) -> Category:
    return Category.objects.create(slug="kitchen", name="The kitchen", description="Say hello.", visibility="public")


def sign_up(page: Page, name: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Join us").first.click()
    page.get_by_label("Name that others see").fill(name)
    page.get_by_label("E-mail").fill(f"{name.lower()}@example.org")
    page.get_by_label("I have read how we treat each other").check()
    page.locator("main form button[type=submit]").first.click()
    page.get_by_label("Code").fill(mailed_code(f"{name.lower()}@example.org"))
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What happens with your data")


def mailed_code(address: str) -> str:
    letter = mail.outbox[-1]
    assert letter.to == [address]
    return re.search(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]+)*)\s*$", letter.body, re.MULTILINE)[1]


def write(page: Page, text: str, *, button: str, inside: str = "main") -> None:
    form = page.locator(f"{inside} form.composer").last
    form.locator("textarea[name=source]").fill(text)
    form.get_by_role("button", name=button, exact=True).click()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_first_day(
    javascript: bool,
    viewport: dict[str, int],
    open_page: Callable[..., Page],
    axe: Callable[[Page], None],
    screenshot: Callable[[Page, str], None],
    kitchen: Category,
    cleo: Member,
) -> None:
    name = f"{'phone' if viewport == PHONE else 'desktop'}-{'script' if javascript else 'plain'}"
    check = axe if javascript else lambda page: None
    page = open_page(javascript=javascript, viewport=viewport)
    page.goto("/")
    check(page)
    screenshot(page, f"{name}-1-home")
    sign_up(page, "Noor")

    page.goto("/forum/")
    check(page)
    page.get_by_role("link", name="The kitchen").click()
    check(page)
    page.get_by_role("link", name="Start a thread").click()
    check(page)
    page.get_by_label("Title").fill("Soup on Thursday")
    screenshot(page, f"{name}-2-new-thread")
    write(page, "Who brings **bread**?", button="Start thread")
    expect(page.get_by_role("heading", level=1)).to_have_text("Soup on Thursday")
    check(page)

    write(page, "I do.", button="Post reply")
    expect(page.locator("article.post")).to_have_count(2)
    for depth, words in ((2, "And butter?"), (3, "And butter.")):
        page.locator("article.post").last.get_by_role("link", name="Reply").click()
        write(page, words, button="Post reply", inside="article.post" if javascript else "main")
        expect(page.locator("article.post")).to_have_count(depth + 1)
        assert Post.objects.get(source=words).depth == depth
    check(page)

    last = page.locator("article.post").last
    last.get_by_role("link", name="Edit").click()
    check(page)
    write(page, "And butter, and salt.", button="Save changes")
    expect(page.locator("article.post").last).to_contain_text("and salt")

    said = Post.objects.get(number=4)
    post_reply(parent=said, by=cleo, text=Text("Olives are mine."), now=clock.now())
    page.reload()
    page.locator("article.post").last.get_by_role("link", name="Quote").click()
    expect(page.locator("form.composer textarea[name=source]").last).to_have_value(re.compile(r"> Olives are mine\."))
    form = page.locator("form.composer").last
    words = form.locator("textarea[name=source]").input_value()
    write(page, f"{words}Lovely.", button="Post reply")
    expect(page.locator("article.post blockquote")).to_contain_text("Olives are mine.")
    expect(page.locator("article.post")).to_have_count(6)
    screenshot(page, f"{name}-3-thread")
    assert Post.objects.count() == 6
    assert Post.objects.get(number=6).depth == 5
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
