"""The calendar in a real browser: publishing by keyboard without JavaScript, and the month walked with arrow keys."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from commons import clock
from events import actions
from events.actions import NewPlace
from events.after import actions as after
from events.after.models import address
from events.joining import actions as joining
from events.joining.models import MediaChoice
from events.models import Event
from members.models import Member
from tests.browser.conftest import DESKTOP, PHONE, cookies_of
from tests.events.conftest import details, every_week

BULLET = """item => {
    const [outer, inner] = [item.parentElement, item.firstElementChild].map(one => one.getBoundingClientRect());
    const isRightToLeft = getComputedStyle(item).direction === 'rtl';
    return [inner.top - item.getBoundingClientRect().top,
            isRightToLeft ? outer.right - inner.right : inner.left - outer.left];
}"""
"""How far the text of an item is below its top, where a bullet alone would stand, and from the edge of its list."""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def circle(ada: Member) -> Event:
    """A series of Ada's that begins tomorrow."""
    now = clock.now()
    tomorrow = now.date() + timedelta(days=1)
    place = NewPlace(name="The old mill", area="Leeds", address="2 Mill Lane", step_free="yes")
    told = details(
        first_date=tomorrow, recurrence=every_week(tomorrow), attendance="hybrid", visibility="public", place=place
    )
    return actions.publish(event=actions.prepare(by=ada, details=told, now=now), now=now)


def test_a_recurring_hybrid_workshop_is_published_by_keyboard_without_javascript(
    open_page: Callable[..., Page], as_ada: Client, screenshot: Callable[[Page, str], None]
) -> None:
    page = open_page(javascript=False, viewport=PHONE)
    page.context.add_cookies(cookies_of(as_ada))
    tuesday = clock.now().date() + timedelta(days=7 - (clock.now().weekday() - 1) % 7)

    page.goto("/events/")
    page.get_by_role("link", name="Prepare an event").first.press("Enter")
    page.get_by_label("What is it called?").fill("How we decide")
    page.get_by_label("What happens, and for whom is it?").fill("For everybody who wants to decide together.")
    page.get_by_label("On which day?").fill(tuesday.isoformat())
    page.get_by_label("From").fill("19:00")
    page.get_by_label("Until", exact=False).first.fill("21:00")
    page.get_by_label("Does it happen again?").select_option("weeks")
    page.get_by_role("radio", name="In person and online").press("Space")
    page.get_by_label("Name of the place").fill("The old mill")
    for group in page.get_by_role("group").filter(has_text="We don't know yet").all():
        if group.get_by_role("radio", name="We don't know yet").count() == 1:
            group.get_by_role("radio", name="We don't know yet").press("Space")
    page.get_by_role("button", name="Publish").last.press("Enter")
    expect(page.get_by_role("heading", name="When it happens")).to_be_visible()
    screenshot(page, "calendar-dates-phone")
    page.get_by_role("button", name="Publish").first.press("Enter")

    expect(page.get_by_text("It is in the calendar.")).to_be_visible()
    expect(page.get_by_text("Every Tuesday")).to_be_visible()
    assert Event.objects.get().occurrences.count() >= 8


def test_a_member_joins_is_reminded_and_thinks_again_about_pictures(
    circle: Event,
    cleo: Member,
    as_cleo: Client,
    open_page: Callable[..., Page],
) -> None:
    page = open_page(javascript=False, viewport=PHONE)
    page.context.add_cookies(cookies_of(as_cleo))
    date = circle.occurrences.select_related("event").order_by("starts_at")[1]

    page.goto(date.get_absolute_url())
    page.get_by_role("link", name="Join", exact=True).press("Enter")
    page.get_by_role("radio", name="Yes, I come").press("Space")
    page.get_by_label("Remind me two days before").press("Space")
    pictures = page.get_by_role("group", name="May pictures be taken of you?")
    pictures.get_by_role("radio", name="For members only").press("Space")
    page.get_by_role("button", name="Tell the hosts").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("You have a place.")

    joining.remind(now=date.starts_at - timedelta(hours=48))
    page.goto("/inbox/")
    page.get_by_role("link", name=circle.title).first.press("Enter")
    page.get_by_role("link", name="Pictures and recordings of you").press("Enter")
    expect(pictures.get_by_role("radio", name="For members only")).to_be_checked()
    pictures.get_by_role("radio", name="None of me").press("Space")
    page.get_by_role("button", name="Keep it so").press("Enter")
    expect(page.get_by_role("button", name="Keep it so")).not_to_be_visible()

    latest = MediaChoice.objects.filter(rsvp__member=cleo, part="photos").latest("pk")
    assert latest.level == "none"


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_what_came_of_it_stands_beside_its_bullet(
    open_page: Callable[..., Page], as_ada: Client, ada: Member, direction: str
) -> None:
    yesterday = clock.now() - timedelta(days=1)
    told = details(first_date=yesterday.date(), visibility="public")
    event = actions.publish(event=actions.prepare(by=ada, details=told, now=yesterday), now=yesterday)
    date = event.occurrences.select_related("event").get()
    after.tell_outcome(occurrence=date, by=ada, words="A choir", thread=None, now=clock.now())
    page = open_page(viewport=PHONE)
    page.context.add_cookies(cookies_of(as_ada))
    page.goto(address(date))
    page.evaluate("direction => { document.documentElement.dir = direction }", direction)

    item = page.get_by_role("listitem").filter(has_text="A choir")
    above, beside = item.evaluate(BULLET)

    assert above < 1
    assert beside > 10


def test_the_month_is_walked_with_arrow_keys(
    open_page: Callable[..., Page], circle: Event, axe: Callable[[Page], None]
) -> None:
    page = open_page(viewport=DESKTOP)
    page.goto("/events/month/2026/12/")
    grid = page.get_by_role("grid")
    stops = grid.locator("[data-day][tabindex='0']")
    expect(stops).to_have_count(1)
    axe(page)

    stops.focus()
    assert page.evaluate("document.activeElement.dataset.day") == "2026-12-01"
    for key, day in (("ArrowRight", "2026-12-02"), ("ArrowDown", "2026-12-09"), ("End", "2026-12-13"),
                     ("Home", "2026-12-07"), ("ArrowUp", "2026-11-30"), ("ArrowLeft", "2026-11-30")):  # fmt: skip
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.dataset.day") == day

    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageDown")
    page.wait_for_url("**/events/month/2027/1/")
    expect(page.locator("[data-day='2027-01-01']")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/events/?from=2027-01-01")
