"""Who opens the pages: members with sessions of the site's own making, and what a browser of theirs sends along."""

import time
from collections.abc import Mapping
from functools import cache
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.test import Client

from members.models import Member
from members.security import devices, traces
from members.security.marks import Mark

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LASTS = 30 * 24 * 3600
BROWSER = {
    "Accept": "text/html,application/xhtml+xml",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "en",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "127.0.0.1",
}


def cookies_of(member: Member) -> Mapping[str, str]:
    """A session as signing in makes it, from a browser that the member has used for long."""
    token, now = f"browser-of-{member.username}", time.time()
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(member.pk)
    store[BACKEND_SESSION_KEY] = BACKEND
    store[HASH_SESSION_KEY] = member.get_session_auth_hash()
    network = traces.network_of("127.0.0.1")
    Mark(device=traces.device(token), network=network, family="", until=now + LASTS, seen=now, is_known=True).keep(
        store
    )
    store.create()
    UserSession.objects.create(user=member, session_key=store.session_key, ip="127.0.0.1", user_agent="")
    asking = HttpRequest()
    get_token(asking)
    return {
        settings.SESSION_COOKIE_NAME: store.session_key,
        settings.CSRF_COOKIE_NAME: asking.META["CSRF_COOKIE"],
        devices.COOKIE: devices.SIGNER.sign(token),
    }


def header(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def client(cookies: Mapping[str, str]) -> Client:
    """One that asks as the front does, in this process; always the same, so that the site is loaded once."""
    asking = _client()
    asking.cookies = SimpleCookie(dict(cookies))
    return asking


@cache
def _client() -> Client:
    return Client(headers=BROWSER, SERVER_NAME="127.0.0.1")


def read(asking: Client, path: str) -> Any:
    """What a page answers, in words that can be read here."""
    return asking.get(path, secure=True, headers={"Accept-Encoding": "identity"})
