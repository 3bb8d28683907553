"""A browser is allowed to tell, and tells: a service worker, a message, a notification, a click. And two browsers agree."""

import json
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from commons import clock
from forum import actions as forum
from forum.actions.posts import Text
from forum.models import Category, Post
from members.models import Member
from notifications.devices.models import Device
from tests.browser.conftest import cookies_of
from tests.cast import says_yes
from tests.notifications.devices.service import PushService

pytestmark = pytest.mark.django_db(transaction=True)

SUBSCRIBED = """
    PushManager.prototype.subscribe = async function (options) {
      window.asked = options.userVisibleOnly;
      return { toJSON: () => (%s) };
    };
    Notification.requestPermission = async () => "granted";
"""


@pytest.fixture
def service(settings: object) -> Iterator[PushService]:
    settings.LOOPBACK_ALLOWED = True  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    found = PushService()
    httpd = found.serve()
    yield found
    httpd.shutdown()
    httpd.server_close()


def push(page: Page, words: dict[str, str]) -> None:
    """Hands the words to the service worker, as a push service would."""
    session = page.context.new_cdp_session(page)
    registrations: list[dict] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: registrations.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    page.wait_for_timeout(300)
    origin = page.evaluate("location.origin")
    found = next(one for one in registrations if one["scopeURL"].startswith(origin) and not one["isDeleted"])
    message = {"origin": origin, "registrationId": found["registrationId"], "data": json.dumps(words)}
    session.send("ServiceWorker.deliverPushMessage", message)


def test_a_browser_is_allowed_and_tells(
    bo: Member, as_bo: Client, open_page: Callable[..., Page], axe: Callable[[Page], None], service: PushService
) -> None:
    says_yes(bo, "push.notify")
    browser = service.browser()
    said = browser.subscription
    keys = {"endpoint": said["endpoint"], "keys": {"p256dh": said["p256dh"], "auth": said["auth"]}}
    page = open_page()
    page.context.grant_permissions(["notifications"])
    page.context.add_cookies(cookies_of(as_bo))
    page.add_init_script(SUBSCRIBED % json.dumps(keys))

    page.goto("/me/notifications/")
    page.get_by_role("button", name="Tell me in this browser").click()

    expect(page.get_by_role("status")).to_contain_text("This browser is on the list now.")
    axe(page)
    assert Device.objects.get().endpoint == browser.endpoint
    assert page.evaluate("navigator.serviceWorker.ready.then((found) => found.scope)") == page.evaluate(
        "location.origin + '/'"
    )
    page.get_by_role("button", name="Send me a test").first.click()
    expect(page.get_by_role("status")).to_contain_text("A test is on its way.")
    page.wait_for_timeout(500)
    words = browser.open(service.messages[0].body)
    assert words["title"] == "This is how it will be"

    push(page, {**words, "to": "/inbox/"})
    shown = "navigator.serviceWorker.ready.then((found) => found.getNotifications()).then((all) => all.map((one) => [one.title, one.data]))"
    page.wait_for_function(f"async () => (await {shown}).length === 1")
    assert page.evaluate(shown) == [["This is how it will be", "/inbox/"]]
    opened = page.context.service_workers[0].evaluate(
        """async () => {
          const [notification] = await self.registration.getNotifications();
          const opened = new Promise((resolve) => { self.clients.openWindow = async (address) => resolve(address); });
          self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
          return opened;
        }"""
    )
    assert opened == page.evaluate("location.origin + '/inbox/'")
    assert page.evaluate(f"{shown}.then((all) => all.length)") == 0


def test_without_javascript_the_page_says_what_is_missing(
    bo: Member, as_bo: Client, open_page: Callable[..., Page]
) -> None:
    says_yes(bo, "push.notify")
    page = open_page(javascript=False)
    page.context.add_cookies(cookies_of(as_bo))

    page.goto("/me/notifications/")

    expect(page.get_by_text("To add a browser, JavaScript must be on in it.")).to_be_visible()
    expect(page.get_by_role("button", name="Tell me in this browser")).to_be_hidden()


def test_a_push_service_that_is_away_is_named(bo: Member, as_bo: Client, open_page: Callable[..., Page]) -> None:
    says_yes(bo, "push.notify")
    page = open_page()
    page.context.add_cookies(cookies_of(as_bo))
    page.add_init_script(
        "PushManager.prototype.subscribe = () => Promise.reject(new Error('away'));"
        "Notification.requestPermission = async () => 'granted';"
    )

    page.goto("/me/notifications/")
    page.get_by_role("button", name="Tell me in this browser").click()

    expect(page.get_by_role("alert").filter(has_text="push service")).to_be_visible()
    assert not Device.objects.exists()


def test_two_browsers_of_one_person_agree(
    ada: Member, bo: Member, as_ada: Client, open_page: Callable[..., Page]
) -> None:
    """What is new, the inbox, and what somebody was writing."""
    table = Category.objects.create(slug="table", name="The table", visibility="public")
    opening = forum.start_thread(category=table, by=ada, title="Soup", text=Text("Who cooks?"), now=clock.now())
    parent = Post.objects.select_related("thread__category").get(pk=opening.pk)
    desk, phone = open_page(), open_page()
    for page in (desk, phone):
        page.context.add_cookies(cookies_of(as_ada))
        page.goto(opening.thread.get_absolute_url())
    forum.post_reply(parent=parent, by=bo, text=Text("I do, on Thursday."), now=clock.now())
    for page in (desk, phone):
        page.goto("/inbox/")
        expect(page.get_by_role("article")).to_contain_text("I do, on Thursday.")

    desk.get_by_role("article").get_by_role("link").first.click()
    expect(desk.get_by_role("main")).to_contain_text("I do, on Thursday.")
    phone.goto("/inbox/")
    expect(phone.get_by_role("main")).to_contain_text("You are up to date.")
    phone.goto("/forum/new/")
    expect(phone.get_by_role("main")).not_to_contain_text("Soup")

    desk.goto(f"/forum/posts/{opening.pk}/reply/")
    desk.get_by_role("textbox").first.fill("Shall I bring bread?")
    expect(desk.locator(".composer__status")).to_contain_text("aved")
    phone.goto(f"/forum/posts/{opening.pk}/reply/")
    expect(phone.get_by_role("textbox").first).to_have_value("Shall I bring bread?")
