"""Other servers are asked through one door, and nothing that is typed leads into our own network."""

import gzip
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from commons import net
from commons.net import Errand

PLAIN = Errand("test", schemes=frozenset({"http", "https"}), redirects=3)
PUBLIC = "93.184.216.34"
LITERALS = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://0.0.0.0/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[fec0::1]/",
    "http://[fd00::1]/",
    "http://[fe80::1]/",
    "http://[ff02::1]/",
    "http://10.0.0.1/",
    "http://169.254.169.254/latest/",
    "http://100.64.0.1/",
    "http://192.0.0.192/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
]
NAMES = {
    "loopback.test": [["127.0.0.1"]],
    "inside.test": [["10.1.2.3"]],
    "metadata.test": [["169.254.169.254"]],
    "carrier.test": [["100.64.9.9"]],
    "six.test": [["fd00::5"]],
    "mixed.test": [["127.0.0.1", PUBLIC]],
    "mixed-too.test": [[PUBLIC, "127.0.0.1"]],
    "rebinding.test": [[PUBLIC], ["127.0.0.1"]],
}


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where a line was opened to. Names are looked up in `NAMES`; nothing is reached."""
    answers = {name: iter([*found, *[found[-1]] * 9]) for name, found in NAMES.items()}
    look_up, opened = socket.getaddrinfo, []

    def resolve(host: str, port: int, *args: object, **kwargs: object) -> list[tuple]:
        if host not in NAMES:
            return look_up(host, port, *args, **{**kwargs, "flags": socket.AI_NUMERICHOST})
        return [entry for address in next(answers[host]) for entry in look_up(address, port, type=socket.SOCK_STREAM)]

    def connect(_self: socket.socket, address: tuple) -> None:
        opened.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket.socket, "connect", connect)
    return opened


@pytest.mark.parametrize("address", [*LITERALS, *(f"http://{name}/" for name in NAMES)])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_our_own_network_is_never_reached(address: str, scheme: str, connected: list[str]) -> None:
    with pytest.raises(net.NoAnswer):
        net.ask(address.replace("http", scheme, 1), errand=PLAIN)

    assert set(connected) <= {PUBLIC}


def test_a_public_server_is_reached(connected: list[str]) -> None:
    with pytest.raises(net.NotReached):
        net.ask(f"https://{PUBLIC}/", errand=PLAIN)

    assert connected == [PUBLIC]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nonsense",
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org/",
        "https://",
        "https://user@example.org/",
        "https://:secret@example.org/",
        "https://example.org:22/",
        "https://example.org:99999/",
        "https://[::1/",
        "https://exämple.org/",
        "https://example.org/\r\nX: y",
        "https://example.org/" + "a" * 2000,
        "http://example.org/",
    ],
)
def test_only_plain_addresses_are_asked(address: str, connected: list[str]) -> None:
    with pytest.raises(net.NotAllowed):
        net.ask(address, errand=Errand("strict"))

    assert connected == []


def test_a_name_that_nobody_has_is_not_reached() -> None:
    with pytest.raises(net.NotReached):
        net.ask("https://nobody.invalid/", errand=PLAIN)


class Server(BaseHTTPRequestHandler):
    """Behaves as its path says."""

    def do_GET(self) -> None:
        with suppress(OSError):
            getattr(self, "say_" + self.path.split("/")[1])()

    def do_POST(self) -> None:
        self.do_GET()

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def say_hello(self) -> None:
        self.say(200, f"{self.headers['Host']} {self.headers['User-Agent']} {self.headers['X-Word']}".encode())

    def say_page(self) -> None:
        self.say(200, b"<p>", Content_Type="text/html; charset=utf-8")

    def say_moved(self) -> None:
        self.say(302, Location=self.path.removeprefix("/moved/"))

    def say_round(self) -> None:
        self.say(307, Location="/round")

    def say_bomb(self) -> None:
        self.say(200, gzip.compress(b"0" * 50_000_000), Content_Encoding="gzip")

    def say_long(self) -> None:
        self.say(200, b"0" * 1_000_000)

    def say_slow(self) -> None:
        self.say(200, Content_Length="1000000")
        for _n in range(100):
            self.wfile.write(b"0")
            time.sleep(0.05)

    def say_slowly(self) -> None:
        for _n in range(100):
            self.wfile.write(b"HTTP/1.1 200 OK\r\n"[:1] if _n else b"HTTP/1.1 200 OK\r\nX-Long: ")
            time.sleep(0.05)

    def say_nonsense(self) -> None:
        self.wfile.write(b"SSH-2.0-OpenSSH\r\n\r\n")

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def server(settings: object) -> Iterator[str]:
    settings.LOOPBACK_ALLOWED = True  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


def test_an_answer_comes_with_its_words(server: str) -> None:
    answer = net.ask(f"{server}/hello", errand=PLAIN, headers={"X-Word": "hi"})

    assert answer.status == 200
    assert answer.body.decode() == f"{server.removeprefix('http://')} Commons (+http://127.0.0.1:8000) hi"


def test_redirects_are_counted(server: str) -> None:
    assert net.ask(f"{server}/moved/{server}/moved/{server}/page", errand=PLAIN).body == b"<p>"
    with pytest.raises(net.NotAllowed):
        net.ask(f"{server}/round", errand=PLAIN)
    with pytest.raises(net.NotAllowed):
        net.ask(f"{server}/moved/{server}/page", errand=Errand("none"))
    with pytest.raises(net.NotAllowed):
        net.ask(f"{server}/moved/{server}/page", errand=PLAIN, method="POST", body=b"")


def test_a_redirect_takes_no_headers_to_another_host(server: str) -> None:
    other = server.replace("127.0.0.1", "localhost")

    assert net.ask(f"{server}/moved/{other}/hello", errand=PLAIN, headers={"X-Word": "secret"}).body.endswith(b"None")
    assert net.ask(f"{server}/moved/{server}/hello", errand=PLAIN, headers={"X-Word": "kept"}).body.endswith(b"kept")


@pytest.mark.parametrize(
    "to", ["http://10.0.0.1/", "http://169.254.169.254/", "file:///etc/passwd", "http://[fd00::1]/"]
)
def test_a_redirect_passes_the_same_gate(to: str, server: str) -> None:
    with pytest.raises(net.NotAllowed):
        net.ask(f"{server}/moved/{to}", errand=PLAIN)


@pytest.mark.parametrize("path", ["bomb", "long"])
def test_an_answer_is_read_up_to_its_limit(path: str, server: str) -> None:
    with pytest.raises(net.NoAnswer, match="too long"):
        net.ask(f"{server}/{path}", errand=PLAIN)


@pytest.mark.slow  # it waits for the end of a deadline
@pytest.mark.parametrize("path", ["slow", "slowly"])
def test_a_slow_answer_ends_by_the_clock(path: str, server: str) -> None:
    begun = time.monotonic()

    with pytest.raises(net.NoAnswer, match="too long to answer"):
        net.ask(f"{server}/{path}", errand=Errand("slow", seconds=0.3))

    assert time.monotonic() - begun < 1


def test_another_kind_of_thing_is_not_read(server: str) -> None:
    with pytest.raises(net.NoAnswer, match="another kind"):
        net.ask(f"{server}/page", errand=Errand("json", types=frozenset({"application/json"})))
    assert net.ask(f"{server}/page", errand=Errand("html", types=frozenset({"text/html"}))).body == b"<p>"


def test_what_speaks_no_http_is_no_answer(server: str) -> None:
    with pytest.raises(net.NoAnswer, match="as a server does"):
        net.ask(f"{server}/nonsense", errand=PLAIN)


def test_the_proxies_and_passwords_of_the_machine_are_not_used(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert net.ask(f"{server}/hello", errand=PLAIN).status == 200


@pytest.mark.slow  # it starts Python anew
def test_a_site_that_people_use_never_allows_its_own_machine() -> None:
    environment = {"COMMONS_DEVELOPMENT": "0", "LOOPBACK_ALLOWED": "1", "SECRET_KEY": "x", "LASTING_KEY": "x"}
    environment |= {"SITE_URL": "https://a.example", "DATABASE_URL": "postgresql://a/b", "REDIS_URL": "redis://a"}

    done = subprocess.run(
        [sys.executable, "-c", "import commons.config.settings"],
        env={"PATH": os.environ["PATH"], **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert "LOOPBACK_ALLOWED is for development" in done.stderr
