"""Giving a picture with a post, describing it together, with and without JavaScript."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from commons import clock
from commons.files.models import File
from forum import actions
from forum.actions.posts import Text
from forum.models import Category, Draft, Post
from members.models import Member
from tests.browser.conftest import PHONE, cookies_of
from tests.support import strange_files as strange

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def opening(ada: Member) -> Post:
    table = Category.objects.create(slug="table", name="The table", visibility="public")
    made = actions.start_thread(category=table, by=ada, title="Soup", text=Text("Who cooks?"), now=clock.now())
    return Post.objects.select_related("thread__category").get(pk=made.pk)


@pytest.fixture
def soup(tmp_path: Path) -> Path:
    path = tmp_path / "soup.jpg"
    path.write_bytes(strange.picture(size=(1200, 900)))
    return path


def test_a_picture_without_javascript(
    open_page: Callable[..., Page], as_cleo: Client, as_ada: Client, opening: Post, soup: Path,
    axe: Callable[[Page], None], screenshot: Callable[[Page, str], None],
) -> None:  # fmt: skip
    page = open_page(javascript=False, viewport=PHONE)
    page.context.add_cookies(cookies_of(as_cleo))
    page.goto(opening.thread.get_absolute_url())
    page.get_by_label("Your reply").fill("I made some.")
    page.get_by_text("Add a file", exact=True).click()
    page.get_by_label("A picture or a document").set_input_files(soup)
    page.get_by_role("button", name="Add file").click()

    expect(page.get_by_label("Your reply")).to_have_value("I made some.")
    expect(page.get_by_text("soup.jpg", exact=True)).to_be_visible()
    screenshot(page, "files-composer-plain-phone")
    page.get_by_label("I can't describe it now, please help").first.check()
    page.get_by_role("button", name="Post reply").click()

    expect(page.locator("article.post").last).to_contain_text("Description coming.")
    assert not Draft.objects.exists()

    helper = open_page(javascript=False)
    helper.context.add_cookies(cookies_of(as_ada))
    helper.goto("/files/to-describe/")
    screenshot(helper, "files-to-describe-desktop")
    helper.get_by_role("link", name="Describe soup.jpg").click()
    helper.get_by_label("What does the picture show?").fill("A pot of soup on a stove")
    helper.get_by_role("button", name="Save these words").click()
    expect(helper.get_by_text("Now everybody can read what the picture shows.")).to_be_visible()
    screenshot(helper, "files-about-desktop")

    page.reload()
    expect(page.get_by_role("img", name="A pot of soup on a stove")).to_be_visible()
    page.get_by_text("Description", exact=False).first.click()
    screenshot(page, "files-thread-phone")


def test_a_picture_with_javascript_is_there_while_one_writes(
    open_page: Callable[..., Page], as_cleo: Client, opening: Post, soup: Path,
    axe: Callable[[Page], None], screenshot: Callable[[Page, str], None],
) -> None:  # fmt: skip
    page = open_page()
    page.context.add_cookies(cookies_of(as_cleo))
    page.goto(opening.thread.get_absolute_url())
    page.get_by_label("Your reply").fill("I made some.")
    page.get_by_text("Add a file", exact=True).click()
    page.get_by_label("A picture or a document").set_input_files(soup)

    words = page.get_by_label("What does “soup.jpg” show?")
    expect(words).to_be_focused()
    expect(page.locator("[data-files-status]")).to_have_text("The file is here.")
    assert File.objects.get().place_kind == "forum.draft"
    axe(page)
    page.keyboard.type("A pot of soup")
    screenshot(page, "files-composer-desktop")
    page.get_by_role("button", name="Post reply").click()

    expect(page.get_by_role("img", name="A pot of soup")).to_be_visible()
    axe(page)
    screenshot(page, "files-thread-desktop")
    assert Post.objects.get(number=2).source == "I made some."
    assert File.objects.get().description == "A pot of soup"


def test_a_wrong_file_with_javascript_says_so_and_keeps_the_text(
    open_page: Callable[..., Page], as_cleo: Client, opening: Post, tmp_path: Path,
    axe: Callable[[Page], None], screenshot: Callable[[Page, str], None],
) -> None:  # fmt: skip
    drawing = tmp_path / "drawing.png"
    drawing.write_bytes(b"<svg onload='alert(1)'></svg>")
    page = open_page(theme="dark")
    page.context.add_cookies(cookies_of(as_cleo))
    page.goto(opening.thread.get_absolute_url())
    page.get_by_label("Your reply").fill("I made some.")
    page.get_by_text("Add a file", exact=True).click()
    page.get_by_label("A picture or a document").set_input_files(drawing)

    expect(page.locator(".picker [data-error-summary]")).to_contain_text("“drawing.png” is not taken")
    expect(page.get_by_label("Your reply")).to_have_value("I made some.")
    axe(page)
    screenshot(page, "files-refused-dark")
