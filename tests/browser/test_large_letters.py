"""Small windows and large letters: a page at 400 %, and a browser whose own letters are half as large again."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from tests.browser.conftest import cookies_of

pytestmark = pytest.mark.django_db(transaction=True)

LONG_WORDS = """() => document.querySelectorAll('.bar__link').forEach((link) => {
    (link.querySelector('.bar__name') ?? link.lastChild).textContent = 'Veranstaltungskalender';
})"""
BEYOND = """() => [...document.querySelectorAll('.bar *')].filter((part) => {
    const box = part.getBoundingClientRect();
    return box.right > innerWidth + 0.5 || box.left < -0.5;
}).map((part) => part.outerHTML.slice(0, 120))"""


def with_letters(page: Page, size: int) -> Page:
    """As if somebody had asked their browser for letters of this size."""
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": size}})
    return page


def faults(page: Page) -> list[str]:
    page.evaluate("document.fonts.ready.then(() => undefined)")
    if page.evaluate("document.documentElement.scrollWidth") > page.viewport_size["width"]:
        return ["The page scrolls sideways.", *page.evaluate(BEYOND)]
    return page.evaluate(BEYOND)


@pytest.mark.parametrize("who", ["visitor", "member"])
@pytest.mark.parametrize(
    ("width", "height", "letters"),
    [(320, 256, 16), (320, 700, 19), (320, 700, 32), (360, 740, 24), (390, 844, 24), (768, 1024, 16), (1280, 800, 24)],
)
def test_the_bar_keeps_within_the_page(
    who: str, width: int, height: int, letters: int, open_page: Callable[..., Page], as_ada: Client
) -> None:
    page = with_letters(open_page(viewport={"width": width, "height": height}), letters)
    if who == "member":
        page.context.add_cookies(cookies_of(as_ada))
    page.goto("/about/")

    assert faults(page) == []
    page.evaluate(LONG_WORDS)
    assert faults(page) == []


def test_the_menu_keeps_within_the_page(open_page: Callable[..., Page], as_ada: Client) -> None:
    page = with_letters(open_page(viewport={"width": 320, "height": 700}), 24)
    page.context.add_cookies(cookies_of(as_ada))
    page.goto("/about/")
    page.locator(".menu > summary").click()

    expect(page.get_by_role("link", name="Your page")).to_be_visible()
    assert faults(page) == []
