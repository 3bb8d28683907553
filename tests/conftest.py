"""A strict house: what would be a blemish in production is a failure here.

Embedded services run for the whole session; every HTML response is checked; an undefined template variable fails;
unordered queries come shuffled; work after commit is done when a request ends; nothing reaches beyond this machine.
"""

import functools
import gzip
import random
import re
from typing import Any

import brotli
import hypothesis
import pytest
from django.core.cache import caches
from django.db import connection
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.test import Client, TransactionTestCase
from pytest_django import DjangoDbBlocker

from commons import clock, journal, ready
from commons.config import services
from commons.prepared import ByShape, NewRow, Statement, Written, bare
from tests.cast import *  # noqa: F403 (the fixtures of the cast)
from tests.support import database
from tests.support.html import check_page

hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)  # a busy machine is no fault of the code
hypothesis.settings.load_profile("house")

OURS = {"commons", "members", "notifications", "forum", "events", "pages"}
UNDEFINED = "UNDEFINED("
UNCHECKED = ("/admin/",)
UNPACK = {"": bytes, "br": brotli.decompress, "gzip": gzip.decompress}
TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+')  # other at every look


def pytest_configure(config: pytest.Config) -> None:
    running = services.running()
    running.__enter__()
    config.add_cleanup(lambda: running.__exit__(None, None, None))


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    return True  # it was made afresh by the fixture below


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        database.copy_to(connection.creation._get_test_db_name())
    TransactionTestCase._fixture_teardown = lambda _case: database.restore()


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    for kept in caches.all(initialized_only=False):
        kept.clear()
    ready.forget()


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


@functools.lru_cache(maxsize=256)
def _faults(html: str, *, is_fragment: bool) -> tuple[str, ...]:
    return tuple(check_page(html, is_fragment=is_fragment))


def _check(response: HttpResponse, *, path: str, is_fragment: bool) -> None:
    unpack = UNPACK[response.headers.get("Content-Encoding", "")]
    html = TOKEN.sub("", unpack(response.content).decode())
    if not html:
        return
    faults = [*_faults(html, is_fragment=is_fragment or "<html" not in html)]
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
def _true_sql(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQL that was written once is what would be written now, for these arguments."""
    written = ByShape.written

    def compared(self: ByShape[..., Any, Any], *args: Any, **kwargs: Any) -> Written:
        kept = written(self, *args, **kwargs)
        with journal.showing(snapshot="", until=clock.now()) as shown:
            sql, parameters = self.compiler(self.build(*args, **kwargs)).as_sql()
        assert (kept.sql_for(args), [*map(bare, kept.filled(args))]) == (sql, [*map(bare, parameters)])
        assert kept.subjects == shown.subjects
        return kept

    statement = NewRow.statement

    def compared_row(self: NewRow, row: Model) -> Statement:
        kept = statement(self, row)
        [(sql, parameters)] = self.compiler(row).as_sql()
        assert (kept[0], [*map(bare, kept[1])]) == (sql, [*map(bare, parameters)])
        return kept

    monkeypatch.setattr(ByShape, "written", compared)
    monkeypatch.setattr(NewRow, "statement", compared_row)


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
