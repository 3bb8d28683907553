"""Tables on a phone: each row is read from top to bottom, and is still a row of a table."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from members.models import Member
from tests.browser.conftest import DESKTOP, cookies_of
from tests.cast import says_yes

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 320, "height": 700}
ASIDE = "(table) => table.parentElement.scrollWidth - table.parentElement.clientWidth"
LABEL = "(cell) => getComputedStyle(cell, '::before').content"


@pytest.mark.parametrize("address", ["/about/retention/", "/me/consent/history/"])
def test_nothing_of_a_table_stands_aside(
    address: str, ada: Member, as_ada: Client, open_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    says_yes(ada, "profile.directory")
    page = open_page(viewport=PHONE)
    page.context.add_cookies(cookies_of(as_ada))
    page.goto(address)
    table = page.get_by_role("table").first
    row = table.get_by_role("row").nth(1)
    cell = row.get_by_role("cell").last

    assert table.evaluate(ASIDE) == 0
    assert row.get_by_role("cell").count() >= 4
    assert cell.get_attribute("data-label") in cell.evaluate(LABEL)
    expect(table.get_by_role("columnheader").last).to_have_text(cell.get_attribute("data-label"))
    axe(page)
    page.set_viewport_size(DESKTOP)
    assert cell.evaluate(LABEL) == "none"
