"""Tells people on their next page what has happened: at sign-in, and every two minutes while they are here."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase

from commons import clock
from members.models import Member
from members.trust import actions, queries, tellings
from members.trust.enums import LOOK_EVERY, Happening

SESSION_KEY = "told_at"
GOOD = {Happening.BECAME_MEMBER, Happening.VOUCHED_FOR}


def tell_what_happened(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    def answer(request: HttpRequest) -> HttpResponseBase:
        if _is_time(request):
            _tell(request)
        return get_response(request)

    return answer


@receiver(user_logged_in)
def look_at_once(request: HttpRequest, user: Member, **_kwargs: object) -> None:
    """Whoever signs in and has something to hear is told with the first page."""
    request.session[SESSION_KEY] = "" if queries.untold(user) else clock.now().isoformat()


def _is_time(request: HttpRequest) -> bool:
    """Pages only: a message would be lost on a fragment. Asks the session alone."""
    if request.method != "GET" or request.headers.get("HX-Request") or SESSION_KEY not in request.session:
        return False
    last = request.session[SESSION_KEY]
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
