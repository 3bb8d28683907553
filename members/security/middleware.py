"""Looks at every session before anybody acts on it: is it still the browser that signed in?"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from commons import clock, kept
from commons.access import SecondFactorNeeded
from members.models import Member
from members.security import actions, devices, rules, watch
from members.security.marks import Finding, Mark
from members.security.sessions import owner_of

type Answer = Callable[[HttpRequest], HttpResponseBase]

DANGEROUS = {
    "account_email",
    "account_change_password",
    "account_set_password",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_add_webauthn",
    "mfa_remove_webauthn",
    "mfa_generate_recovery_codes",
}
DANGEROUS_TO_READ = {"mfa_view_recovery_codes", "mfa_download_recovery_codes"}


def guard(get_response: Answer) -> Answer:
    """End or ignore a session that is not where it belongs, and say what the others are good for."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if SESSION_KEY in request.session:
            _look(request, now=clock.now())
        else:
            request.user = AnonymousUser()
        response = get_response(request)
        devices.keep(request, response)
        return response

    def process_view(request: HttpRequest, _view: Any, _arguments: Any, _keywords: Any) -> HttpResponse | None:
        if not _is_dangerous(request) or not isinstance(member := request.user, Member):
            return None
        verdict = rules.can_change_dangerously(member, request.session, now=clock.now())
        return None if verdict else _put_off(request, member, verdict.reason)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, SecondFactorNeeded):
            return None
        page = kept.keep(request) if request.method == "POST" else request.path
        return HttpResponseRedirect(f"{reverse('security:second_step')}?{urlencode({'next': page})}")

    answer.process_view = process_view  # type: ignore[attr-defined] # Django looks the hook up by name
    answer.process_exception = process_exception  # type: ignore[attr-defined] # Django looks the hook up by name
    return answer


def _look(request: HttpRequest, *, now: datetime) -> None:
    mark = Mark.of(request.session) or watch.adopt(request, now=now)
    finding = mark.look(watch.place(request), now=now)
    match finding:
        case Finding.OVER:
            actions.drop_session(session=request.session)
            _say_good_bye(request, _("You were signed in for a long time, so we ask once more."))
        case Finding.OTHER_DEVICE | Finding.INTERLEAVED:
            actions.end_taken_session(session=request.session, now=now)
            _say_good_bye(request, _("You were signed out to keep the account safe. Please sign in again."))
        case Finding.ELSEWHERE:
            _ignore(request, mark, now=now)
        case Finding.BACK | Finding.FINE:
            _welcome(request, mark, is_back=finding is Finding.BACK, now=now)


def _say_good_bye(request: HttpRequest, words: str) -> None:
    request.user = AnonymousUser()
    messages.info(request, words)


def _ignore(request: HttpRequest, mark: Mark, *, now: datetime) -> None:
    """Take whoever asks from another network and another make of browser for a visitor; the session stays."""
    if not mark.is_away:
        actions.note_turn(session=request.session, mark=mark, is_away=True, now=now)
    request.session = type(request.session)()
    request.user = AnonymousUser()


def _welcome(request: HttpRequest, mark: Mark, *, is_back: bool, now: datetime) -> None:
    if is_back:
        actions.note_turn(session=request.session, mark=mark, is_away=False, now=now)
    if mark.wants_touch(now):
        actions.touch(session=request.session, mark=mark, now=now)
    request.user = _person(request, mark, now=now)


def _person(request: HttpRequest, mark: Mark, *, now: datetime) -> Member | AnonymousUser:
    person = owner_of(request.session) or get_user(request)
    if isinstance(person, Member):
        person.has_shown_second_factor = mark.is_strong(now)
    return person


def _is_dangerous(request: HttpRequest) -> bool:
    name = request.resolver_match.url_name if request.resolver_match else ""
    return name in DANGEROUS_TO_READ or (request.method == "POST" and name in DANGEROUS)


def _put_off(request: HttpRequest, member: Member, reason: str) -> HttpResponse:
    mark = Mark.of(request.session)
    device = mark.device if mark else ""
    actions.put_off_change(member=member, device=device, to=request.POST.get("email", ""), now=clock.now())
    return render(request, "403.html", {"reason": reason}, status=403)
