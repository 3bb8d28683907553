"""The only door to other servers. Nothing behind it reaches our own network, waits without end or reads without end.

Whoever asks names an `Errand`: what may be asked for and how much of the answer is read. The address is looked up once,
and the line goes to what was looked at; each redirect passes the same gate.
"""

import ipaddress
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError

PORTS = {"http": 80, "https": 443}
ADDRESS_MAX_LENGTH = 2000
CHUNK = 16 * 1024
SOCKET_SECONDS = 10
OLD_NETWORKS = [ipaddress.ip_network(net) for net in ("::/96", "fec0::/10")]  # IPv4 in IPv6, and site-local, of old
MOVED = {301, 302, 303, 307, 308}


@dataclass(frozen=True)
class Errand:
    """What one kind of question may do. `types` are those that are read, in lower case; empty is any."""

    name: str
    schemes: frozenset[str] = frozenset({"https"})
    redirects: int = 0
    most_bytes: int = 64 * 1024
    seconds: float = 15
    types: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Answer:
    """What a server said. The names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    address: str


class NoAnswer(Exception):
    """Another server was not asked, or gave no answer that can be used; `reason` says why in plain words."""

    def __init__(self, reason: str | Promise) -> None:
        super().__init__(reason)
        self.reason = reason


class NotAllowed(NoAnswer):
    """The address is none that may be asked. Asking again changes nothing."""


class NotReached(NoAnswer):
    """No line could be opened, so nothing was said. Asking again later is safe."""


def ask(
    address: str,
    *,
    errand: Errand,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Ask another server.

    Raises:
        NoAnswer: it may not be asked, or the answer is too long, too slow, of another kind, or none.
    """
    line = _Line()
    with line.cut_after(errand.seconds), _session(line) as session:
        for _hop in range(errand.redirects + 1):
            check(address, errand=errand)
            send = partial(session.request, method, address, data=body, headers=dict(headers or {}))
            answer = _answer(send, address, errand=errand, line=line)
            if answer.status not in MOVED or not answer.headers.get("location"):
                return answer
            to = urljoin(address, answer.headers["location"])
            if method != "GET" or (urlsplit(address).scheme, urlsplit(to).scheme) == ("https", "http"):
                break
            if urlsplit(to).netloc != urlsplit(address).netloc:
                headers = None
            address = to
    raise NotAllowed(_("It leads on to another address, and we do not follow."))


def check(address: str, *, errand: Errand) -> None:
    """Look at the words of an address; where it leads is looked at when the line is opened.

    Raises:
        NotAllowed: it is none that may be asked.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise NotAllowed(_("This is no address.")) from None
    if len(address) > ADDRESS_MAX_LENGTH or not parts.hostname or not address.isascii() or not address.isprintable():
        raise NotAllowed(_("This is no address."))
    if parts.username is not None or parts.password is not None:
        raise NotAllowed(_("An address with a name or a password in it is not asked."))
    if _is_own_machine(parts):
        return
    if parts.scheme not in errand.schemes:
        raise NotAllowed(_("Only addresses that begin with https are asked."))
    if port not in {None, *PORTS.values()}:
        raise NotAllowed(_("Only the usual ports are asked."))


def _is_own_machine(parts: SplitResult) -> bool:
    """Whether this is a server on this machine that a test or a developer allowed. Any scheme of the web, any port."""
    is_loopback = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    return is_loopback and parts.scheme in PORTS and settings.LOOPBACK_ALLOWED


class _Line:
    """The connection of a question, so that it can be cut from outside, however slowly the other side speaks."""

    def __init__(self) -> None:
        self.is_cut = False
        self._held: socket.socket | None = None

    def hold(self, connected: socket.socket) -> socket.socket:
        """Keep a handle of our own: TLS takes the socket away from whoever opened it."""
        self._drop()
        self._held = connected.dup()
        if self.is_cut:
            self.cut()
        return connected

    def cut(self) -> None:
        self.is_cut = True
        if self._held:
            try:
                self._held.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it had ended by itself

    @contextmanager
    def cut_after(self, seconds: float) -> Iterator[None]:
        clock = threading.Timer(seconds, self.cut)
        clock.daemon = True
        clock.start()
        try:
            yield
        finally:
            clock.cancel()
            clock.join()
            self._drop()

    def _drop(self) -> None:
        if self._held:
            self._held.close()
            self._held = None


class _Door(IPFilterAdapter):
    """Looks at where an address leads, and hands each connection to its line."""

    def __init__(self, line: _Line, *, is_https: bool) -> None:
        super().__init__(is_https_proto=is_https, allow_loopback=settings.LOOPBACK_ALLOWED)
        self.line = line

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        host, pool = super().build_connection_pool_key_attributes(*args, **kwargs)
        found = ipaddress.ip_address(host["host"].strip("[]"))
        is_ours = settings.LOOPBACK_ALLOWED and found.is_loopback
        if not is_ours and (not found.is_global or any(found in net for net in OLD_NETWORKS)):
            raise InvalidIPAddress(found)
        return host, pool

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> ConnectionPool:
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = partial(_watched, type(pool).ConnectionCls, self.line)
        return pool


def _watched(connection: type, line: _Line, **options: Any) -> Any:
    made = connection(**options)
    connect = made._new_conn  # noqa: SLF001 (urllib3 has no other name for the moment before TLS)
    made._new_conn = lambda: line.hold(connect())  # noqa: SLF001 (the same)
    return made


@contextmanager
def _session(line: _Line) -> Iterator[HTTPSession]:
    """Without the machine's proxies and passwords, and without cookies of an earlier question."""
    agent = f"Commons (+{settings.SITE_URL})"
    config = Config(
        ip_filter_enable=True,
        ip_filter_allow_loopback_ips=settings.LOOPBACK_ALLOWED,
        never_redirect=True,
        default_timeout=(SOCKET_SECONDS, SOCKET_SECONDS),
        user_agent_override=agent,
    )
    with HTTPSession(config) as session:
        session.trust_env = False
        session.mount("http://", _Door(line, is_https=False))
        session.mount("https://", _Door(line, is_https=True))
        yield session


def _answer(send: Any, address: str, *, errand: Errand, line: _Line) -> Answer:
    try:
        with send(stream=True) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            body = b"" if response.status_code in MOVED else _body(response, headers, errand=errand)
    except InvalidIPAddress:
        raise NotAllowed(_("It leads into a network that is not public.")) from None
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        if line.is_cut:
            raise NoAnswer(_("It took too long to answer.")) from None
        raise _unanswered(error) from None
    if line.is_cut:
        raise NoAnswer(_("It took too long to answer."))
    return Answer(response.status_code, headers, body, address)


def _body(response: requests.Response, headers: Mapping[str, str], *, errand: Errand) -> bytes:
    """What was said, unpacked, up to the limit of the errand."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if errand.types and response.ok and kind not in errand.types:
        raise NoAnswer(_("It answered with another kind of thing than was asked for."))
    body = bytearray()
    while chunk := response.raw.read1(CHUNK, decode_content=True):
        body += chunk
        if len(body) > errand.most_bytes:
            raise NoAnswer(_("Its answer is too long."))
    return bytes(body)


def _unanswered(error: Exception) -> NoAnswer:
    cause = getattr(error.args[0], "reason", None) if error.args else None
    is_unsaid = isinstance(error, requests.ConnectTimeout) or isinstance(cause, NewConnectionError)
    if is_unsaid or "resolve" in str(error):
        return NotReached(_("It could not be reached."))
    return NoAnswer(_("It did not answer as a server does."))
