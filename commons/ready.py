"""Pages that are made once and handed out until anything on them is another.

Only what a view has marked with `made_once`: once for all visitors, and once for each session of a member. Who has
other cookies has copies of their own. Each time the journal is asked whether the page is still true: in one query, or
along with the session.

A visitor's page comes before everything else that a request passes, and the front may keep it for a few seconds. A
member's comes in place of the view: whose session it is, and what it may do, is looked at as for any other page.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIRequest
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language_from_request

from commons import clock, compression, journal, kept, replicas

type View = Callable[..., HttpResponseBase]
type Told = tuple[Any, ...]
type Somebody = tuple[int, bool, tuple[tuple[str, bool], ...]]
type Who = Somebody | tuple[()]
type Look = tuple[str, bool]

KEPT_FOR = timedelta(hours=1)
KEPT_FOR_READER = timedelta(minutes=5)
"""So that a visit is known to within five minutes, and words such as "today" too."""
FRONT = {"public": True, "max_age": 0, "s_maxage": 1, "stale_while_revalidate": 4}
"""The front hands a page out for a second, and for four more while it asks anew; a browser always asks."""
READER = {"private": True, "no_cache": True}
TOLD, WANTED, NEAR, LOOKED = "_told", "_wanted_page", "_near_page", "commons.looked"
NOBODY: Who = ()
NEAR_MOST = 500
"""Pages that a process keeps beside those in the cache, some ten kilobytes each; they are asked about all the same."""
NOT_IN_KEY = {"csrftoken"}
"""A page with a token in it sets the cookie again, and is not kept."""


@dataclass
class Wanted:
    """A page that somebody asks for, from the first look for it until it is kept. `told` is all that names it but who
    the reader is."""

    told: Told
    reader: Who
    at: datetime
    kept_for: timedelta
    snapshot: str = ""
    shown: journal.Shown | None = None

    @property
    def key(self) -> str:
        """In the cache, where names are short."""
        return f"made:{hashlib.sha256(repr((self.told, self.reader)).encode()).hexdigest()}"


@dataclass(frozen=True)
class Ready:
    """A page as it left the house, with what it shows."""

    snapshot: str
    until: datetime
    subjects: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes
    reader: Who

    def answer(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(self.body, headers=dict(self.headers))
        return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response


_near: dict[Told, Ready] = {}


def made_once(view: View) -> View:
    """All that the view's page shows is in the journal, and for visitors it is the same for everybody."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        def make() -> HttpResponseBase:
            return view(request, *args, **kwargs)

        if wanted := getattr(request, WANTED, None):
            return _make(make, wanted)
        return _for_reader(request, make) if _is_of_a_reader(request) else make()

    return answer


def ready_pages(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The middleware: outermost but for health checks, so that what it hands out has passed all others once."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not _may_be_ready(request):
            return get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            return _asking_along(request, get_response)
        wanted = _for_visitors(request)
        near, look = _looked(request)
        if ready := _find(wanted, near=near, answer=look):
            return ready.answer(request)
        setattr(request, WANTED, wanted)
        response = get_response(request)
        if not response.cookies and (ready := _keep(request, response, wanted, FRONT)):
            return ready.answer(request)
        return response

    return answer


def at_the_door(application: WSGIApplication) -> WSGIApplication:
    """Hands out a visitor's page that this process keeps before Django begins with the request, which takes as long
    again. Where anything is in the way, Django says what."""

    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        response = _at_hand(environ)
        if response is None:
            return application(environ, start_response)
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return [response.content]

    return answer


def _at_hand(asked: dict[str, Any]) -> HttpResponse | None:
    """The page, if it is near and still true. What the journal said stays in `asked`, WSGI's environ, for Django."""
    if settings.SESSION_COOKIE_NAME in asked.get("HTTP_COOKIE", ""):  # or in another's name: Django knows which
        return None
    request = WSGIRequest(asked.copy())  # which writes into what it is given
    if not _may_be_ready(request):
        return None
    wanted = _for_visitors(request)
    near = _near.get(wanted.told)
    if near is None:
        return None
    try:
        look = journal.look(near.subjects, since=near.snapshot)
    except Error as away:
        asked[LOOKED] = away
        return None
    finally:
        connection.close_if_unusable_or_obsolete()
    asked[LOOKED] = near, look
    return near.answer(request) if _is_true(near, wanted, look) else None


def _looked(request: HttpRequest) -> tuple[Ready, Look] | tuple[None, None]:
    """What the door has found.

    Raises:
        Error: of the database, which was away.
    """
    looked = request.META.get(LOOKED, (None, None))
    if isinstance(looked, Error):
        raise looked
    return looked


def _for_visitors(request: HttpRequest) -> Wanted:
    return Wanted(_told(request, but=NOT_IN_KEY), NOBODY, at=clock.now(), kept_for=KEPT_FOR)


def _asking_along(request: HttpRequest, get_response: Callable[[HttpRequest], HttpResponseBase]) -> HttpResponseBase:
    """Whether the page that is near is still true comes along with the session, in one query."""
    told = _told(request)
    setattr(request, TOLD, told)
    near = _near.get(told)
    if near is None:
        return get_response(request)
    with journal.asking_along(near.subjects, since=near.snapshot) as along:
        setattr(request, NEAR, (near, along))
        return get_response(request)


def _may_be_ready(request: HttpRequest) -> bool:
    return (
        settings.READY_PAGES
        and request.method in {"GET", "HEAD"}
        and "HTTP_HX_REQUEST" not in request.META
        and not connection.in_atomic_block  # whose own changes no snapshot tells
    )


def _is_of_a_reader(request: HttpRequest) -> bool:
    """A page with a form in it is true for the cookie that the form is sent with; one with a message, or with what was
    typed before signing in, is read once."""
    return (
        _may_be_ready(request)
        and request.user.is_authenticated
        and settings.CSRF_COOKIE_NAME in request.COOKIES
        and not len(get_messages(request))
        and not kept.waits(request)
    )


def _for_reader(request: HttpRequest, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    who = _who(request)
    snapshot = getattr(request.session, "snapshot", "")  # which comes along with the session, before all else
    told = getattr(request, TOLD, None) or _told(request)
    wanted = Wanted(told, who, at=clock.now(), kept_for=KEPT_FOR_READER, snapshot=snapshot)
    near, along = getattr(request, NEAR, (None, None))
    if ready := _find(wanted, near=near, answer=along and along.answer):
        return ready.answer(request)
    was_changed = request.session.modified
    response = _make(make, wanted, f"members.member:{who[0]}", journal.reader(who[0]))
    is_another = request.session.modified != was_changed or _who(request) != who
    if response.cookies or is_another or not isinstance(response, HttpResponse):
        return response
    compression.compress(response, compression.accepted_encoding(request))
    ready = _keep(request, response, wanted, READER)
    return ready.answer(request) if ready else response


def _who(request: HttpRequest) -> Somebody:
    reader: Any = request.user
    return reader.pk, reader.has_shown_second_factor, tuple((reader.besides or {}).items())


def _make(make: Callable[[], HttpResponseBase], wanted: Wanted, *subjects: str) -> HttpResponseBase:
    until = min(wanted.at + wanted.kept_for, _midnight(wanted.at))

    def show(snapshot: str) -> replicas.Made:
        with journal.showing(snapshot=snapshot, until=until) as shown:
            journal.shows(*subjects)
            return make(), shown

    response, wanted.shown = replicas.made(show, *subjects) or show(wanted.snapshot or journal.snapshot())
    if isinstance(response, HttpResponse):
        response.headers["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return response


def _told(request: HttpRequest, *, but: Collection[str] = ()) -> Told:
    return (
        request.scheme,
        request.META.get("HTTP_HOST", ""),
        request.get_full_path(),
        get_language_from_request(request),
        compression.accepted_encoding(request),
        *sorted((name, value) for name, value in request.COOKIES.items() if name not in but),
    )


def _midnight(now: datetime) -> datetime:
    """Each day has its own line of what was shown of whom."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _find(wanted: Wanted, *, near: Ready | None = None, answer: Look | None = None) -> Ready | None:
    """The page that was kept, if it is still true: by this process, or else by any.

    Args:
        near: what this process keeps, if the journal was asked about it; `answer` is what it said.
    """
    near = near or _near.get(wanted.told)
    if near and near.reader == wanted.reader and _is_true(near, wanted, answer):
        return near
    far: Ready | None = cache.get(wanted.key)
    if far is None or (near and far.snapshot == near.snapshot) or not _is_true(far, wanted):
        return None
    _keep_near(wanted.told, far)
    return far


def _is_true(ready: Ready, wanted: Wanted, answer: Look | None = None) -> bool:
    snapshot, is_another = answer or journal.look(ready.subjects, since=ready.snapshot)
    wanted.snapshot = wanted.snapshot or snapshot  # what was read first may stand on the page
    return not is_another and wanted.at < ready.until


def forget() -> None:
    """Drop what this process keeps, as `cache.clear()` drops what all keep."""
    _near.clear()


def _keep_near(told: Told, ready: Ready) -> None:
    _near.pop(told, None)
    _near[told] = ready
    if len(_near) > NEAR_MOST:
        _near.pop(next(iter(_near)), None)


def _keep(request: HttpRequest, response: HttpResponseBase, wanted: Wanted, control: dict[str, Any]) -> Ready | None:
    shown = wanted.shown
    is_whole = request.method == "GET" and response.status_code == HTTPStatus.OK
    if shown is None or not is_whole or shown.is_for_now or not isinstance(response, HttpResponse):
        return None
    patch_cache_control(response, **control)
    ready = Ready(
        shown.snapshot,
        shown.until,
        tuple(shown.subjects),
        tuple(response.headers.items()),
        response.content,
        wanted.reader,
    )
    cache.set(wanted.key, ready, timeout=(shown.until - wanted.at).total_seconds())
    _keep_near(wanted.told, ready)
    return ready
