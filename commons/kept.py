"""What somebody typed when their session had ended: kept in the new session, given back in its form after sign-in."""

import re
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth import SESSION_KEY as SIGNED_IN
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme

from commons.refill import refilled
from commons.requests import came_from

SESSION_KEY = "typed"
KEPT_MAX_LENGTH = 100_000  # characters over all fields
NEVER_KEPT = re.compile(r"csrfmiddlewaretoken|code|page|.*password.*", re.IGNORECASE)


def keep(request: HttpRequest) -> str:
    """Put the form of this POST aside; the page where it will be given back.

    That is the page that the form names in its field `page`, or the one that it was sent from. What `access.sealed`
    marks is not kept: no session holds it in clear.
    """
    page = request.POST.get("page") or came_from(request)
    if not page.startswith("/") or not url_has_allowed_host_and_scheme(page, None):
        return "/"
    typed = {name: values for name, values in request.POST.lists() if not NEVER_KEPT.fullmatch(name)}
    is_short = sum(len(value) for values in typed.values() for value in values) <= KEPT_MAX_LENGTH
    is_sealed = request.resolver_match and getattr(request.resolver_match.func, "is_sealed", False)
    if is_short and not is_sealed:
        request.session[SESSION_KEY] = {"page": page, "action": request.path, "typed": typed}
    return page


def waits(request: HttpRequest) -> bool:
    """Whether something was kept that belongs on this page, and who typed it has signed in."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.method != "GET":
        return False
    kept = request.session.get(SESSION_KEY)
    return kept is not None and SIGNED_IN in request.session and kept["page"] == request.get_full_path()


def give_back(request: HttpRequest, response: HttpResponseBase) -> None:
    """Put what was kept for this page into its form, once. A page without one leaves it where it is."""
    if not isinstance(response, HttpResponse) or response.status_code != HTTPStatus.OK or not waits(request):
        return
    kept = request.session[SESSION_KEY]
    notice = render_to_string("components/given_back.html", request=request)
    page = response.content.decode()
    filled = refilled(page, kept["typed"], address=request.path, action=kept["action"], notice=notice)
    if filled is not None:
        response.content = filled
        del request.session[SESSION_KEY]
