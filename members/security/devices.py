"""The cookie that tells one browser from another: long-lived, random and signed. It is no fingerprint."""

import secrets

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponseBase

COOKIE = "device"
SIGNER = Signer(salt="device cookie")
COOKIE_AGE = 400 * 24 * 3600


def token(request: HttpRequest) -> str:
    """What the browser's cookie says; empty if there is none of ours."""
    try:
        return SIGNER.unsign(request.COOKIES.get(COOKIE, ""))
    except BadSignature:
        return ""


def token_to_keep(request: HttpRequest) -> str:
    """The browser's token, made now if it has none. `keep` sends it along with the answer."""
    kept: str = getattr(request, "device_token", "") or token(request) or secrets.token_urlsafe(16)
    request.device_token = kept  # type: ignore[attr-defined] # carried to the answer of this request
    return kept


def keep(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give the browser its token, if this request has asked for one."""
    if not (kept := getattr(request, "device_token", "")):
        return
    response.set_cookie(
        COOKIE,
        SIGNER.sign(kept),
        max_age=COOKIE_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
