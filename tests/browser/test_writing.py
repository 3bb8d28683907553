"""Nothing that somebody writes is lost: drafts, ended sessions, locked threads, two clicks, a lost line."""

import re
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from playwright.sync_api import Page, expect

from commons import clock
from forum import actions
from forum.actions.posts import Text
from forum.models import Category, Draft, Post
from members.models import Member
from tests.browser.conftest import cookies_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def opening(ada: Member) -> Post:
    table = Category.objects.create(slug="table", name="The table", visibility="public")
    words = Text("The first half. The second half.")
    made = actions.start_thread(category=table, by=ada, title="Soup", text=words, now=clock.now())
    return Post.objects.select_related("thread__category").get(pk=made.pk)


@pytest.fixture
def as_member(open_page: Callable[..., Page]) -> Callable[..., Page]:
    def open_signed_in(client: Client, **options: object) -> Page:
        page = open_page(**options)
        page.context.add_cookies(cookies_of(client))
        return page

    return open_signed_in


def _cut_off(page: Page, address: str) -> None:
    """What the page asks of this address gets no good answer."""
    page.route(address, lambda route: route.fulfill(status=503, body=""))


def test_a_draft_is_saved_two_seconds_after_typing_and_comes_back_elsewhere(
    as_member: Callable[..., Page], as_cleo: Client, opening: Post
) -> None:
    page = as_member(as_cleo)
    page.goto(opening.thread.get_absolute_url())
    page.get_by_label("Your reply").press_sequentially("I was going to say")
    assert not Draft.objects.exists()
    expect(page.locator("[data-draft-status]")).to_have_text("Draft saved")
    assert Draft.objects.get().source == "I was going to say"

    elsewhere = as_member(as_cleo)
    elsewhere.goto(opening.thread.get_absolute_url())
    expect(elsewhere.get_by_label("Your reply")).to_have_value("I was going to say")
    expect(elsewhere.locator("[data-draft-status]")).to_have_text("Your draft is back.")


def test_a_draft_is_saved_while_typing_goes_on(as_member: Callable[..., Page], as_cleo: Client, opening: Post) -> None:
    page = as_member(as_cleo)
    page.goto(opening.thread.get_absolute_url())
    area = page.get_by_label("Your reply")
    for _ in range(17):
        area.press_sequentially("on ")
        page.wait_for_timeout(900)

    assert Draft.objects.get().source.startswith("on on")


def test_a_lost_line_keeps_the_text_and_saves_when_it_is_back(
    as_member: Callable[..., Page], as_cleo: Client, opening: Post
) -> None:
    page = as_member(as_cleo)
    page.goto(opening.thread.get_absolute_url())
    _cut_off(page, "**/forum/drafts/")
    page.get_by_label("Your reply").fill("Do not lose me")
    expect(page.locator("[data-draft-status]")).to_contain_text("Not saved yet")
    expect(page.get_by_label("Your reply")).to_have_value("Do not lose me")

    page.unroute("**/forum/drafts/")
    expect(page.locator("[data-draft-status]")).to_have_text("Draft saved")
    assert Draft.objects.get().source == "Do not lose me"


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_a_session_that_ended_gives_the_text_back_after_sign_in(
    javascript: bool,
    as_member: Callable[..., Page],
    as_cleo: Client,
    cleo: Member,
    opening: Post,
) -> None:
    cleo.set_password("seven quiet rivers")
    cleo.save()
    EmailAddress.objects.create(user=cleo, email=cleo.email, primary=True, verified=True)
    as_cleo.force_login(cleo, "allauth.account.auth_backends.AuthenticationBackend")
    page = as_member(as_cleo, javascript=javascript)
    page.goto(opening.thread.get_absolute_url())
    page.get_by_label("Your reply").fill("Written before the session ended")
    as_cleo.logout()
    page.get_by_role("button", name="Post reply").click()
    expect(page.get_by_role("main")).to_contain_text("What you typed is kept")
    page.get_by_label("E-mail address or username").fill("cleo")
    page.get_by_label("Password").fill("seven quiet rivers")
    page.locator("main form button[type=submit]").first.click()

    expect(page.locator("form.composer textarea[name=source]")).to_have_value("Written before the session ended")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("article.post").last).to_contain_text("Written before the session ended")
    assert Post.objects.count() == 2


def test_a_thread_locked_meanwhile_gives_the_text_back(
    as_member: Callable[..., Page], as_cleo: Client, ada: Member, opening: Post
) -> None:
    page = as_member(as_cleo)
    page.goto(opening.thread.get_absolute_url())
    page.get_by_label("Your reply").fill("Too late, but dear to me")
    actions.lock(thread=opening.thread, by=ada, reason="Settled.", now=clock.now())
    page.get_by_role("button", name="Post reply").click()

    expect(page.get_by_text("This thread is locked, so it takes no more replies.")).to_be_visible()
    expect(page.locator("textarea")).to_have_value("Too late, but dear to me")
    assert Draft.objects.get().source == "Too late, but dear to me"


def test_two_clicks_make_one_post(as_member: Callable[..., Page], as_cleo: Client, opening: Post) -> None:
    page = as_member(as_cleo, javascript=False)
    page.goto(opening.thread.get_absolute_url())
    page.get_by_label("Your reply").fill("Once")
    page.get_by_role("button", name="Post reply").dblclick()
    expect(page.locator("article.post")).to_have_count(2)
    page.go_back()
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("article.post")).to_have_count(2)

    assert Post.objects.filter(source="Once").count() == 1


def test_quoting_takes_just_what_is_selected(as_member: Callable[..., Page], as_cleo: Client, opening: Post) -> None:
    page = as_member(as_cleo)
    page.goto(opening.thread.get_absolute_url())
    page.evaluate(
        """() => {
            const words = document.querySelector('[data-quotable] p').firstChild;
            const range = document.createRange();
            range.setStart(words, 0);
            range.setEnd(words, 15);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }"""
    )
    page.get_by_role("link", name="Quote").click()

    expect(page.locator("form.composer textarea[name=source]")).to_have_value(re.compile(r"> The first half\.\n"))
    assert "second half" not in page.locator("form.composer textarea[name=source]").input_value()


def test_the_toolbar_and_the_preview(as_member: Callable[..., Page], as_cleo: Client, opening: Post) -> None:
    page = as_member(as_cleo)
    page.goto(opening.thread.get_absolute_url())
    area = page.get_by_label("Your reply")
    area.fill("soup")
    area.select_text()
    page.get_by_role("button", name="Bold").click()
    expect(area).to_have_value("**soup**")
    page.get_by_role("button", name="Preview").click()

    expect(page.locator(".composer__preview strong")).to_have_text("soup")
    assert Post.objects.count() == 1


def test_what_does_not_reach_us_is_said_and_what_was_typed_stays(
    as_member: Callable[..., Page], as_cleo: Client, opening: Post
) -> None:
    page = as_member(as_cleo)
    page.goto(opening.thread.get_absolute_url())
    _cut_off(page, "**/forum/preview/")
    page.get_by_label("Your reply").fill("soup")
    page.get_by_role("button", name="Preview").click()

    expect(page.get_by_text("That did not reach us")).to_be_in_viewport()
    expect(page.get_by_label("Your reply")).to_have_value("soup")


def test_everything_is_reached_by_keyboard(as_member: Callable[..., Page], as_cleo: Client, opening: Post) -> None:
    page = as_member(as_cleo)
    page.goto(opening.thread.get_absolute_url())
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
            break
    page.keyboard.type("By keys alone")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Post reply":
            break
    page.keyboard.press("Enter")

    expect(page.locator("article.post").last).to_contain_text("By keys alone")
