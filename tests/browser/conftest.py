"""A real Chromium against a live server. A page that asks another host, breaks the policy or logs an error fails."""

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as Hung

from members.security import devices

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in this thread; the tests are synchronous

expect.set_options(timeout=15_000)  # a slow machine may take its time; a missing thing is still missing

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
COLOURS = ["color-contrast", "link-in-text-block"]
AXE = {
    "preload": False,  # it would copy the sheets into the page, which our policy forbids; they fix no orientation
    "resultTypes": ["violations"],  # nothing is told of what passes, which is faster
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {
        "target-size": {"enabled": True},
        "label-content-name-mismatch": {"enabled": True},
        "css-orientation-lock": {"enabled": True},
    },
}

DRAW_ALL = "document.querySelectorAll('.post--later').forEach(post => { post.style.contentVisibility = 'visible' })"
"""For axe, which takes the words of a post that is still to be drawn for lying upon the next one."""


class InFlight:
    """Requests that the live server works on. A table emptied below one of them would end in a deadlock."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0
        request_started.connect(self._begin)
        request_finished.connect(self._end)

    def _begin(self, **_: object) -> None:
        with self._changed:
            self._count += 1

    def _end(self, **_: object) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def wait_for_none(self, *, seconds: float = 10) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self._count <= 0, seconds), "A request does not end."


in_flight = InFlight()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long walks come first, so that whoever has done the rest meanwhile is not left waiting for them."""
    items.sort(key=lambda item: "test_every_page" not in item.nodeid)
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(900))
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=[Hung]))


@pytest.fixture(autouse=True)
def _no_limits(settings: object) -> None:
    """Journeys go faster than people do."""
    settings.RATE_LIMITS = False  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    settings.ACCOUNT_RATE_LIMITS = False  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting


@pytest.fixture(autouse=True)
def _media(tmp_path: Path, settings: object) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launched(playwright.chromium)
        yield browser
        browser.close()


def launched(chromium: BrowserType, *, without: Sequence[str] = ()) -> Browser:
    """Debian's Chromium, `without` some of what Playwright asks of it."""
    program = next((path for name in NAMES if (path := shutil.which(name))), None)
    if program is None:
        pytest.fail("The browser tests need Chromium. On Debian: apt-get install chromium", pytrace=False)
    arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS
    return chromium.launch(executable_path=program, args=arguments, ignore_default_args=list(without))


@pytest.fixture
def open_page(browser: Browser, live_server: object) -> Iterator[Callable[..., Page]]:
    """Opens a watched page: `open_page(javascript=…, viewport=…, theme=…)`."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_watched(*, javascript: bool = True, viewport: dict[str, int] = DESKTOP, theme: str = "") -> Page:
        context = browser.new_context(
            base_url=live_server.url, java_script_enabled=javascript, viewport=viewport, reduced_motion="reduce"
        )
        contexts.append(context)
        if theme:
            context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
        page = context.new_page()
        page.on("request", lambda request: _watch_request(request.url, live_server.url, faults))
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("console", lambda message: _watch_console(message, faults))
        page.on("dialog", lambda dialog: (faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        return page

    yield open_watched
    for context in contexts:
        context.close()
    in_flight.wait_for_none()
    assert faults == []


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Fails on whatever axe finds on a page."""

    def check(page: Page) -> None:
        assert axe_faults(page) == []

    return check


def axe_faults(page: Page, *, colours_only: bool = False) -> list[tuple[str, str, list[str]]]:
    """Whatever axe finds on a page; with `colours_only` in what a theme can change."""
    options = {**AXE, "runOnly": {"type": "rule", "values": COLOURS}} if colours_only else AXE
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    page.evaluate(DRAW_ALL)
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    return [(fault["id"], page.url, [node["html"][:160] for node in fault["nodes"]][:4]) for fault in found]


@pytest.fixture
def screenshot() -> Callable[[Page, str], None]:
    """Keeps a picture in var/test/screenshots, for people to look at; only with `SCREENSHOTS=1`, as it takes its time."""
    folder = Path(settings.VAR) / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> None:
        if os.environ.get("SCREENSHOTS"):
            page.screenshot(path=folder / f"{name}.png", full_page=True)

    return take


def cookies_of(client: Client) -> list[dict[str, str]]:
    """What a signed-in client carries, for a browser: its session and which browser it is."""
    names = ("sessionid", devices.COOKIE)
    return [{"name": name, "value": client.cookies[name].value, "domain": "localhost", "path": "/"} for name in names]


def _watch_request(url: str, home: str, faults: list[str]) -> None:
    if not url.startswith((home, "data:", "blob:", "about:")):
        faults.append(f"request to {url}")


def _watch_console(message: object, faults: list[str]) -> None:
    if message.type == "error" and not re.search(
        "status of (?:4|503)|Error Code 503 from /forum/preview/", message.text
    ):
        faults.append(f"console: {message.text}")
