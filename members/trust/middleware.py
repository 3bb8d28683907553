"""Tells people on their next page what has happened: at sign-in, and every two minutes while they are here."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY as SIGNED_IN
from django.http import HttpRequest, HttpResponseBase

from commons import clock
from members.models import Member
from members.trust import actions, queries, tellings
from members.trust.enums import LOOK_EVERY, SESSION_KEY, Happening

GOOD = {Happening.BECAME_MEMBER, Happening.VOUCHED_FOR}


def tell_what_happened(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    def answer(request: HttpRequest) -> HttpResponseBase:
        if _is_time(request):
            _tell(request)
        return get_response(request)

    return answer


def _is_time(request: HttpRequest) -> bool:
    """Pages of signed-in people only: a message would be lost on a fragment. Asks the session alone."""
    is_page = request.method == "GET" and not request.headers.get("HX-Request")
    if not is_page or settings.SESSION_COOKIE_NAME not in request.COOKIES or SIGNED_IN not in request.session:
        return False
    last = request.session.get(SESSION_KEY)
    return not last or clock.now() - datetime.fromisoformat(last) > LOOK_EVERY


def _tell(request: HttpRequest) -> None:
    now = clock.now()
    request.session[SESSION_KEY] = now.isoformat()
    member = request.user
    if not isinstance(member, Member):
        return
    untold = queries.untold(member)
    for telling in untold:
        level = messages.SUCCESS if telling.happening in GOOD else messages.INFO
        messages.add_message(request, level, tellings.words(telling))
    if untold:
        actions.mark_told(member=member, tellings=untold, now=now)
