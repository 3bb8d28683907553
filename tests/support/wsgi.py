"""The site as a server of WSGI asks it, past Django's test client."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.util import setup_testing_defaults

from commons.config.wsgi import application


@dataclass(frozen=True)
class Answer:
    status: str
    headers: dict[str, str]
    body: bytes


def ask(address: str, method: str = "GET", **told: str) -> Answer:
    """What a server tells besides is written as it does, as `HTTP_COOKIE`."""
    path, _mark, query = address.partition("?")
    asked = {"REQUEST_METHOD": method, "PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query}
    environ: dict[str, Any] = {**asked, "HTTP_HOST": "testserver", **told}
    setup_testing_defaults(environ)
    answered: list[Any] = []
    body = b"".join(application(environ, lambda status, named: answered.extend([status, dict(named)])))  # type: ignore[arg-type, func-returns-value] # we write nothing
    return Answer(answered[0], answered[1], body)
