"""Pages for visitors that are made once and handed out until anything on them is another.

Only what a view has marked with `for_every_visitor`, and only to somebody without a session. Who has other cookies has
copies of their own. Each time the journal is asked, in one query, whether the page is still true; the front may keep
it for a few seconds, and asks again by its tag.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language_from_request

from commons import clock, compression, journal

type View = Callable[..., HttpResponseBase]

KEPT_FOR = timedelta(hours=1)
FRONT = {"public": True, "max_age": 0, "s_maxage": 1, "stale_while_revalidate": 4}
"""The front hands a page out for a second, and for four more while it asks anew; a browser always asks."""
WANTED = "_wanted_page"
NOT_IN_KEY = {"csrftoken"}
"""A page with a token in it sets the cookie again, and is not kept."""


@dataclass
class Wanted:
    """A page that a visitor asks for, from the first look for it until it is kept."""

    key: str
    at: datetime
    snapshot: str = ""
    shown: journal.Shown | None = None


@dataclass(frozen=True)
class Ready:
    """A page as it left the house, with what it shows."""

    snapshot: str
    until: datetime
    subjects: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        response = HttpResponse(self.body, headers=dict(self.headers))
        return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response


def for_every_visitor(view: View) -> View:
    """The view's page is the same for everybody without a session, and all that it shows is in the journal."""

    @wraps(view)
    def made_once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted: Wanted | None = getattr(request, WANTED, None)
        if wanted is None:
            return view(request, *args, **kwargs)
        until = min(wanted.at + KEPT_FOR, _midnight(wanted.at))
        with journal.showing(snapshot=wanted.snapshot or journal.snapshot(), until=until) as wanted.shown:
            response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponse):
            response.headers["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        return response

    return made_once


def ready_pages(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The middleware: outermost but for health checks, so that what it hands out has passed all others once."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not settings.READY_PAGES or not _is_of_a_visitor(request):
            return get_response(request)
        wanted = Wanted(_key(request), at=clock.now())
        if kept := cache.get(wanted.key):
            wanted.snapshot, is_another = journal.look(kept.subjects, since=kept.snapshot)
            if not is_another and wanted.at < kept.until:
                return kept.answer(request)
        setattr(request, WANTED, wanted)
        return _keep(request, get_response(request), wanted)

    return answer


def _is_of_a_visitor(request: HttpRequest) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "HTTP_HX_REQUEST" not in request.META
        and not connection.in_atomic_block  # whose own changes no snapshot tells
    )


def _key(request: HttpRequest) -> str:
    told = (
        request.scheme,
        request.META.get("HTTP_HOST", ""),
        request.get_full_path(),
        get_language_from_request(request),
        compression.accepted_encoding(request),
        sorted((name, value) for name, value in request.COOKIES.items() if name not in NOT_IN_KEY),
    )
    return f"ready:{hashlib.sha256(repr(told).encode()).hexdigest()}"


def _midnight(now: datetime) -> datetime:
    """Each day has its own line of what was shown of whom."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _keep(request: HttpRequest, response: HttpResponseBase, wanted: Wanted) -> HttpResponseBase:
    shown = wanted.shown
    is_whole = request.method == "GET" and response.status_code == HTTPStatus.OK and not response.cookies
    if shown is None or not is_whole or not isinstance(response, HttpResponse):
        return response
    patch_cache_control(response, **FRONT)
    headers = tuple(response.headers.items())
    ready = Ready(shown.snapshot, shown.until, tuple(shown.subjects), headers, response.content)
    cache.set(wanted.key, ready, timeout=(shown.until - wanted.at).total_seconds())
    return ready.answer(request)
