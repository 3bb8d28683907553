"""A nudge while somebody writes, and the question to read once more: with the keyboard, and with axe."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from commons import clock
from forum import actions
from forum.actions.posts import Text
from forum.models import Category, Post
from members.models import Member
from tests.browser.conftest import PHONE, cookies_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def quarrel(ada: Member, cleo: Member) -> Post:
    """Ada and Cleo go to and fro; the last word is Ada's."""
    table = Category.objects.create(slug="table", name="The table", visibility="public", how_we_talk="Say I, not you.")
    now = clock.now()
    last = actions.start_thread(category=table, by=ada, title="Soup", text=Text("Who?"), now=now - timedelta(minutes=9))
    for number in range(8, -1, -1):
        parent = Post.objects.select_related("thread__category", "author").get(pk=last.pk)
        text, at = Text("You never listen"), now - timedelta(minutes=number)
        last = actions.post_reply(parent=parent, by=(ada, cleo)[number % 2], text=text, now=at)
    return Post.objects.select_related("thread__category").get(pk=last.pk)


@pytest.fixture
def page(open_page: Callable[..., Page], as_cleo: Client) -> Page:
    opened = open_page(viewport=PHONE)
    opened.context.add_cookies(cookies_of(as_cleo))
    return opened


def test_on_the_thread_a_nudge_comes_with_the_writing_and_goes_with_one_press(
    page: Page, quarrel: Post, axe: Callable[..., None], screenshot: Callable[[Page, str], None]
) -> None:
    page.goto(quarrel.thread.get_absolute_url())
    area = page.get_by_label("Your reply")
    area.press_sequentially("So")

    nudge = page.get_by_role("note").filter(has_text="This branch is getting heated")
    expect(nudge).to_be_visible()
    axe(page)
    screenshot(page, "talk-nudge-on-thread")
    page.get_by_role("button", name="Don’t show this here again").click()

    expect(nudge).to_have_count(0)
    expect(area).to_have_value("So")


def test_return_in_what_one_heard_posts_and_takes_no_other_way(
    page: Page, quarrel: Post, axe: Callable[..., None], screenshot: Callable[[Page, str], None]
) -> None:
    page.goto(f"/forum/posts/{quarrel.pk}/reply/")
    expect(page.get_by_text("Two people going to and fro", exact=False)).to_be_visible()
    axe(page)
    screenshot(page, "talk-nudge-on-reply")
    page.get_by_label("Your reply").fill("You liar")
    page.get_by_label("What I heard").fill("You want less soup.")
    page.get_by_label("What I heard").press("Enter")

    expect(page.get_by_text("Read it once more?")).to_be_visible()
    axe(page)
    screenshot(page, "talk-read-once-more")
    page.get_by_role("button", name="Post it as it is").click()

    expect(page.get_by_text("You want less soup.")).to_be_visible()
    assert Post.objects.latest("number").source == "You liar"
