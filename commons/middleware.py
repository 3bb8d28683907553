"""What every request passes: headers, health, sign-in that keeps what was typed, refusals in words."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions import middleware as sessions
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render

from commons import health, kept
from commons.access import Refused

type Answer = Callable[[HttpRequest], HttpResponseBase]

PERMISSIONS_POLICY = "publickey-credentials-create=(self), publickey-credentials-get=(self), " + ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "hid",
        "idle-detection",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "picture-in-picture",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
)


def security_headers(get_response: Answer) -> Answer:
    """The headers that Django has no setting for."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        return response

    return answer


def health_checks(get_response: Answer) -> Answer:
    """`/healthz` and `/readyz`, answered before sessions, hosts and redirects can be in the way."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.path == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain")
        if request.path == "/readyz":
            return _readiness()
        return get_response(request)

    return answer


def _readiness() -> JsonResponse:
    parts = health.readiness()
    response = JsonResponse(parts, status=200 if all(parts.values()) else 503)
    response._has_been_logged = True  # type: ignore[attr-defined] # "not yet" is an answer here, not an error
    return response


def no_guesses(get_response: Answer) -> Answer:
    """A member's page that a browser fetches before anybody asked for it is refused: opening it marks it as read."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        is_guess = "prefetch" in request.META.get("HTTP_SEC_PURPOSE", "")
        if is_guess and settings.SESSION_COOKIE_NAME in request.COOKIES:
            return HttpResponse(status=503, headers={"Cache-Control": "no-store"})
        return get_response(request)

    return answer


class SessionMiddleware(sessions.SessionMiddleware):
    """Takes the cookie of an ended session away only from whoever opens a page.

    What a page fetches meanwhile may be answered last, and would take the new session away, with what was kept in it.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None and not cookie.value and not _opens_page(request):
            del response.cookies[settings.SESSION_COOKIE_NAME]
        return response


def _opens_page(request: HttpRequest) -> bool:
    """Whether the browser goes there; one that does not tell so does, unless htmx asks."""
    mode = request.headers.get("Sec-Fetch-Mode")
    return mode == "navigate" if mode else "HX-Request" not in request.headers


class KeepTypedLoginRequired(LoginRequiredMiddleware):
    """Sends visitors to sign in, and keeps what they typed for when they are back."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:  # type: ignore[override] # htmx is sent on by a header
        if request.headers.get("HX-Request") and getattr(view_func, "comes_by_itself", False):
            return HttpResponse(status=204)
        response = super().handle_no_permission(request, view_func)
        if request.method == "POST":
            response = redirect_to_login(
                kept.keep(request), self.get_login_url(view_func), self.get_redirect_field_name(view_func)
            )
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": response.headers["Location"]})
        return response


def given_back(get_response: Answer) -> Answer:
    """What was typed when a session had ended stands in its form again, after sign-in."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        kept.give_back(request, response)
        return response

    return answer


def refusals(get_response: Answer) -> Answer:
    """A `Refused` becomes a 403 that says the rule's sentence."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return render(request, "403.html", {"reason": str(exception)}, status=403)
        return None

    answer.process_exception = process_exception  # type: ignore[attr-defined] # Django looks the hook up by name
    return answer
