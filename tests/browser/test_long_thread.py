"""A long thread is drawn as one comes to it, and nobody notices: links land and stay on the post that they name."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from commons import clock
from forum import actions
from forum.actions.posts import Text
from forum.models import Category, Post, Visit
from members.models import Member
from tests.browser.conftest import DESKTOP, PHONE, cookies_of, launched

pytestmark = pytest.mark.django_db(transaction=True)

SETTLED = """place => new Promise((settled) => {
  let last, same = 0;
  const look = () => {
    const { top } = place.getBoundingClientRect();
    same = top === last ? same + 1 : 0;
    last = top;
    if (same < 30) requestAnimationFrame(look);
    else settled(top);
  };
  look();
})"""
MOVED = """
window.moved = [];
const note = (list) => list.getEntries().forEach((shift) => moved.push(shift.value));
new PerformanceObserver(note).observe({type: "layout-shift", buffered: true});
"""
TALL = {"width": 1440, "height": 1400}
IS_DRAWN = "post => post.querySelector('.prose').checkVisibility({contentVisibilityAuto: true})"


@pytest.fixture
def posts(bo: Member, cleo: Member) -> list[Post]:
    """An opening and its answers, of very different lengths."""
    table = Category.objects.create(slug="table", name="The table", visibility="public")
    at = clock.now() - timedelta(days=3)
    opening = actions.start_thread(category=table, by=bo, title="Soup", text=Text("Who brings what?"), now=at)
    parent = Post.objects.select_related("thread__category", "author").get(pk=opening.pk)
    lengths = [1 + number * 5 % 7 for number in range(1, 19)]
    return [
        opening,
        *(
            actions.post_reply(
                parent=parent,
                by=(bo, cleo)[number % 2],
                text=Text("\n\n".join([f"Soup for {number} who come, and bread. " * 5] * length)),
                now=at + timedelta(hours=2 * number),
            )
            for number, length in enumerate(lengths, 1)
        ),
    ]


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(open_page: Callable[..., Page], as_ada: Client, request: pytest.FixtureRequest) -> Page:
    opened = open_page(viewport=request.param)
    opened.context.add_cookies(cookies_of(as_ada))
    return opened


def test_links_land_on_their_post_which_stays_where_it_is(page: Page, posts: list[Post], ada: Member) -> None:
    address, late, last = posts[0].thread.get_absolute_url(), posts[-4], posts[-1]
    seen = {"seen_number": late.number - 1, "current_number": late.number - 1}
    Visit.objects.create(member=ada, thread=late.thread, visited_at=late.created_at, **seen)

    page.goto(f"{address}?from=a-letter#{late.anchor}")
    _stands(page, late)

    page.goto(address)
    assert not page.locator(f"#{last.anchor}").evaluate(IS_DRAWN)
    page.get_by_role("link", name="First new post").click()
    _stands(page, late)
    page.locator(f"#{late.anchor}").get_by_role("link", name="Next new").click()
    _stands(page, posts[-3])


@pytest.mark.parametrize("screen", [PHONE, DESKTOP, TALL], ids=["phone", "desktop", "tall"])
@pytest.mark.parametrize("is_member", [True, False], ids=["member", "visitor"])
def test_short_posts_stand_where_they_were_first_drawn(
    open_page: Callable[..., Page], as_ada: Client, bo: Member, screen: dict[str, int], *, is_member: bool
) -> None:
    table = Category.objects.create(slug="table", name="The table", visibility="public")
    at = clock.now() - timedelta(days=3)
    opening = actions.start_thread(category=table, by=bo, title="Soup", text=Text("Soup?"), now=at)
    for number in range(20):
        parent = Post.objects.select_related("thread__category", "author").get(pk=opening.pk)
        said = Text(f"{number} would like some.")
        actions.post_reply(parent=parent, by=bo, text=said, now=at + timedelta(hours=2 * number))
    page = open_page(viewport=screen)
    page.add_init_script(MOVED)
    if is_member:
        page.context.add_cookies(cookies_of(as_ada))

    page.goto(opening.thread.get_absolute_url())
    page.locator("h1").evaluate(SETTLED)

    assert page.evaluate("moved") == []


def test_the_room_of_a_scroll_bar_is_kept_before_there_is_one(
    browser: Browser, live_server: LiveServer, posts: list[Post]
) -> None:
    """The main part may come after the bar has been drawn, on a page that was short until then."""
    with launched(browser.browser_type, without=["--hide-scrollbars"]) as with_scroll_bars:
        page = with_scroll_bars.new_page(base_url=live_server.url, viewport=DESKTOP)
        page.add_init_script(MOVED)
        late: list[str] = []
        page.route("**/foot*.css", lambda route: _come_late(route, page, late))

        page.goto(posts[0].thread.get_absolute_url())
        page.locator("h1").evaluate(SETTLED)

        assert late
        assert page.evaluate("innerWidth - document.documentElement.clientWidth") > 0
        assert page.evaluate("moved") == []


def _come_late(route: Route, page: Page, late: list[str]) -> None:
    late.append(route.request.url)
    page.wait_for_timeout(400)
    route.continue_()


def test_what_is_far_from_the_screen_is_found_reached_printed_and_answered(
    page: Page, posts: list[Post], axe: Callable[[Page], None]
) -> None:
    last = page.locator(f"#{posts[-1].anchor}")
    page.goto(posts[0].thread.get_absolute_url())
    page.emulate_media(media="print")
    assert all(page.locator(".post").evaluate_all(f"posts => posts.map({IS_DRAWN})"))

    page.emulate_media(media="screen")
    assert not last.evaluate(IS_DRAWN)
    assert page.evaluate("window.find('Soup for 18 who')")
    _stands(page, posts[-1])

    page.evaluate("scrollTo(0, 0)")
    thank = last.get_by_role("link", name="Thank")
    thank.focus()
    thank.evaluate(SETTLED)
    expect(thank).to_be_in_viewport(ratio=1)

    last.get_by_role("link", name="Reply").press("Enter")
    expect(last.get_by_label("Your reply")).to_be_visible()
    axe(page)


def _stands(page: Page, post: Post) -> None:
    """A post is drawn, on the screen, and moves no more."""
    found = page.locator(f"#{post.anchor}")
    top = found.evaluate(SETTLED)
    assert found.evaluate(IS_DRAWN)
    assert 0 <= top < page.viewport_size["height"], top
