"""iCalendar feeds: everything that is public, by filter, one event, and a member's own secret one."""

from hashlib import sha256

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from commons import clock
from commons.access import public
from commons.requests import PersonRequest
from events import queries
from events.calendars.writing import calendar
from events.enums import FEED_FRESH_SECONDS
from events.forms import FilterForm
from events.models import Event
from events.queries import Filters


@public
@require_safe
def calendar_feed(request: PersonRequest) -> HttpResponse:
    """Public events, or those of them that fit. Cookies play no part, so every cache may keep it."""
    now = clock.now()
    found = queries.events_for_feed(AnonymousUser(), FilterForm(request.GET).filters(now=now), now=now)
    return _fresh(request, found, name=settings.SITE_NAME, is_public=True)


@public
@require_safe
def event_feed(request: PersonRequest, event_id: int) -> HttpResponse:
    """One event, for whoever may see it; once it is in the calendar."""
    found = queries.event(event_id, reader=request.user)
    queries.attach_dates([found])
    return _fresh(request, [found], name=found.title, is_public=False)


@public
@require_safe
def personal_feed(request: PersonRequest, key: str) -> HttpResponse:
    """All that the owner of a secret address may see. The address is the key, so nobody signs in."""
    owner = queries.owner_of_feed(key)
    found = queries.events_for_feed(owner, Filters(), now=clock.now())
    name = _("%(site)s, for %(name)s") % {"site": settings.SITE_NAME, "name": owner}
    return _fresh(request, found, name=name, is_public=False)


def _fresh(request: HttpRequest, events: list[Event], *, name: str, is_public: bool) -> HttpResponse:
    """The feed, or a 304 if the reader has it already."""
    path = request.get_full_path() if is_public else "/events/"
    content = calendar(events, name=name, address=f"{settings.SITE_URL}{path}", base=settings.SITE_URL)
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer: HttpResponse = condition(etag_func=lambda _request: etag)(lambda _request: response)(request)
    patch_cache_control(answer, max_age=FEED_FRESH_SECONDS, **({"public": True} if is_public else {"private": True}))
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
