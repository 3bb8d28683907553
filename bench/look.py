"""One request at a time in this process: which SQL a page asks, and how long Python and PostgreSQL take over it."""

import re
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from django.db import connection, reset_queries
from django.test import override_settings

from bench import readers
from bench.pages import Page, Request

WARM, LOOKS = 3, 11
LIST = re.compile(r"IN \(%s(?:, %s)*\)")
COLUMNS = re.compile(r'^SELECT (?:"\w+"\."\w+"(?: AS "\w+")?, )+.*? FROM (?=")')


@dataclass
class Looked:
    """A request: its queries with their milliseconds, and those of the processor in this thread, whatever else runs."""

    queries: list[tuple[str, float]] = field(default_factory=list)
    python: float = 0.0

    @property
    def sql(self) -> float:
        return sum(took for _sql, took in self.queries)

    def __call__(self, execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 (Django calls it so)
        started = time.perf_counter()
        try:
            return execute(sql, parameters, many, context)
        finally:
            self.queries.append((sql, (time.perf_counter() - started) * 1000))


def look(page: Page) -> list[Looked]:
    """Some requests of a page that is made anew, after a few that warm up."""
    asked = page.requests
    with override_settings(READY_PAGES=False):
        for turn in range(WARM):
            ask(asked[turn % len(asked)], page.status)
        return [ask(asked[(WARM + turn) % len(asked)], page.status) for turn in range(LOOKS)]


def ask(request: Request, status: int) -> Looked:
    cookies = dict(pair.split("=", 1) for pair in request.cookie.split("; ") if pair)
    client, looked = readers.client(cookies), Looked()
    reset_queries()
    with ExitStack() as stack:
        stack.enter_context(connection.execute_wrapper(looked))
        started = time.thread_time()
        if request.method == "POST":
            body = unique(request.body)
            response = client.post(
                request.path,
                body,
                content_type="application/x-www-form-urlencoded",
                secure=True,
                headers={"Origin": "https://127.0.0.1"},
            )
        else:
            response = client.get(request.path, secure=True)
        looked.python = (time.thread_time() - started) * 1000
    if response.status_code != status:
        msg = f"{request.path} answered {response.status_code}"
        raise RuntimeError(msg)
    return looked


def unique(body: str) -> str:
    from uuid import uuid4

    while "@unique@" in body:
        body = body.replace("@unique@", str(uuid4()), 1)
    return body


def in_short(sql: str) -> str:
    """Without the columns it reads, and with lists of any length alike."""
    return COLUMNS.sub("SELECT … FROM ", LIST.sub("IN (…)", " ".join(sql.split())), count=1)


def figures(found: list[Looked]) -> dict[str, float]:
    sql = median(one.sql for one in found)
    return {
        "queries": round(median(len(one.queries) for one in found)),
        "sql_ms": sql,
        "python_ms": median(one.python for one in found),
    }


def listing(found: list[Looked]) -> list[tuple[str, int, float]]:
    """The SQL of a page with how often it was asked in all looks and its median milliseconds, the slowest first."""
    times: dict[str, list[float]] = {}
    for one in found:
        for sql, took in one.queries:
            times.setdefault(in_short(sql), []).append(took)
    counted = Counter({sql: len(all_times) for sql, all_times in times.items()})
    rows = [(sql, counted[sql], median(times[sql])) for sql in times]
    return sorted(rows, key=lambda row: -row[1] * row[2])
