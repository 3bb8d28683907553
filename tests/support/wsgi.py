"""The site as a server of WSGI asks it, past Django's test client."""

from dataclasses import dataclass
from typing import Any

from django.test import RequestFactory

from commons.config.wsgi import application


@dataclass(frozen=True)
class Answer:
    status: str
    headers: dict[str, str]
    body: bytes


def ask(address: str, method: str = "GET", **headers: str) -> Answer:
    """Headers are written as in Django's META, as `HTTP_COOKIE`."""
    told: list[Any] = []
    environ = RequestFactory().generic(method, address, **headers).environ
    body = b"".join(application(environ, lambda status, named: told.extend([status, dict(named)])))  # type: ignore[arg-type, func-returns-value] # we write nothing
    return Answer(told[0], told[1], body)
