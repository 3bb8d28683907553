"""What is written from right to left has its marks on the right."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page

from commons import clock
from forum import actions
from forum.actions.posts import Text
from forum.models import Category
from members.models import Member
from tests.browser.conftest import cookies_of

pytestmark = pytest.mark.django_db(transaction=True)

SOURCE = """
- שלום
- two

1. אחת

   שתיים

> ציטוט
"""
ROOM_FOR_THE_MARK = """(item) => {
    const [own, all] = [item, item.closest('.prose')].map((part) => part.getBoundingClientRect());
    return getComputedStyle(item).direction === 'rtl' ? all.right - own.right : own.left - all.left;
}"""
SIDES = "(quote) => [getComputedStyle(quote).borderLeftWidth, getComputedStyle(quote).borderRightWidth]"


def test_lists_and_quotes_have_their_marks_where_they_begin(
    ada: Member, as_ada: Client, open_page: Callable[..., Page]
) -> None:
    category = Category.objects.create(slug="table", name="The table", visibility="public")
    text = Text(SOURCE)
    post = actions.start_thread(category=category, by=ada, title="Both ways", text=text, now=clock.now())
    page = open_page()
    page.context.add_cookies(cookies_of(as_ada))
    page.goto(post.thread.get_absolute_url())

    items = page.locator(".prose li")
    assert items.evaluate_all("(items) => items.map((item) => getComputedStyle(item).direction)") == [
        "rtl",
        "ltr",
        "rtl",
    ]
    assert [items.nth(number).evaluate(ROOM_FOR_THE_MARK) > 20 for number in range(3)] == [True] * 3
    assert page.locator(".prose blockquote").evaluate(SIDES) == ["0px", "3px"]
