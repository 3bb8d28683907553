"""A strict house: what would be a blemish in production is a failure here.

Embedded services run for the whole session; every HTML response is checked; an undefined template variable fails;
unordered queries come shuffled; work after commit is done when a request ends; nothing reaches beyond this machine.
"""

import random
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import Client

from commons.config import services
from tests.cast import *  # noqa: F403 (the fixtures of the cast)
from tests.support.html import check_page

OURS = {"commons", "members", "notifications", "forum", "events", "pages"}
UNDEFINED = "UNDEFINED("
UNCHECKED = ("/admin/",)


def pytest_configure(config: pytest.Config) -> None:
    running = services.running()
    running.__enter__()
    config.add_cleanup(lambda: running.__exit__(None, None, None))


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _checked_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every HTML answer of every client is parsed strictly, with its undefined variables."""
    ask = Client.request

    def request(self: Client, **environment: Any) -> HttpResponse:
        response = ask(self, **environment)
        _work_after_commit()
        path = environment["PATH_INFO"]
        if response.headers.get("Content-Type", "").startswith("text/html") and not path.startswith(UNCHECKED):
            _check(response, path=path, is_fragment=bool(environment.get("HTTP_HX_REQUEST")))
        return response

    monkeypatch.setattr(Client, "request", request)


def _check(response: HttpResponse, *, path: str, is_fragment: bool) -> None:
    html = response.content.decode()
    if not html:
        return
    faults = check_page(html, is_fragment=is_fragment or "<html" not in html, where=path)
    if UNDEFINED in html:
        faults.append(f"undefined in a template: {html.split(UNDEFINED)[1].split(')')[0]}")
    if faults:
        pytest.fail("\n".join([f"{path} ({response.status_code})", *faults]), pytrace=False)


def _work_after_commit() -> None:
    """A test's transaction never commits; what waits for a commit is done when a request has been answered."""
    while connection.run_on_commit:
        waiting, connection.run_on_commit = connection.run_on_commit, []
        for _savepoints, run, _robust in waiting:
            run()


@pytest.fixture(autouse=True)
def _shuffled_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever needs an order must ask for it."""
    fetch = QuerySet._fetch_all

    def fetch_shuffled(self: QuerySet[Any]) -> None:
        is_fresh = self._result_cache is None
        fetch(self)
        if is_fresh and self.model._meta.app_label in OURS and not self.ordered and not self.query.is_sliced:
            random.shuffle(self._result_cache)

    monkeypatch.setattr(QuerySet, "_fetch_all", fetch_shuffled)
