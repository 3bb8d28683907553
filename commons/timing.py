"""Where the time of an answer went: `Server-Timing`, for the tools of a browser, and only where `DEBUG` is on."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponseBase

type Answer = Callable[[HttpRequest], HttpResponseBase]


@dataclass
class Asked:
    """What the database was asked, and how long it took over it."""

    count: int = 0
    seconds: float = 0.0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            self.count += 1
            self.seconds += time.perf_counter() - began


def server_timing(get_response: Answer) -> Answer:
    """How long the database and everything together took; the rest is ours."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        began, asked = time.perf_counter(), Asked()
        with connection.execute_wrapper(asked):
            response = get_response(request)
        total = time.perf_counter() - began
        response.headers["Server-Timing"] = (
            f'sql;dur={asked.seconds * 1000:.1f};desc="{asked.count} queries", '
            f"python;dur={(total - asked.seconds) * 1000:.1f}, total;dur={total * 1000:.1f}"
        )
        return response

    return answer
