"""The real thing for figures: services, web, worker and beat as processes of their own, to be driven and killed."""

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commons.config import services
from pages.demo import PASSWORD

ROOT = Path(__file__).resolve().parents[2]


class Site:
    """The real thing: services, web, worker and beat as processes of their own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "commons.config.settings",
            "COMMONS_VAR": str(folder),
            "RATE_LIMITS": "0",
            "PORT": str(self.port),
            **environment,
        }
        self.programs = Path(sys.executable).parent
        self.worker = self.beat = self.web = None

    def manage(self, *command: str) -> None:
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=self.environment, check=True)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self.programs / command[0], *command[1:]], cwd=ROOT, env=self.environment, start_new_session=True
        )

    def start_worker(self) -> None:
        self.worker = self.start("celery", "--quiet", "-A", "commons.config", "worker", "-l", "ERROR", "-c", "2")

    def kill_worker(self) -> None:
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    yield from running_site(tmp_path, monkeypatch)


def running_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **environment: str) -> Iterator[Site]:
    """A site that answers, with more in its environment; stopped in the end."""
    site = Site(tmp_path, **environment)
    for name in ("COMMONS_VAR", "RATE_LIMITS"):
        monkeypatch.setenv(name, site.environment[name])
    with services.running():
        site.manage("migrate", "-v0")
        site.manage("demo")
        site.start_worker()
        beat_file = f"--schedule={tmp_path}/beat"
        site.beat = site.start(
            "celery", "--quiet", "-A", "commons.config", "beat", "-l", "ERROR", beat_file, "--pidfile="
        )
        site.web = site.start(
            "granian",
            "--interface",
            "wsgi",
            "--port",
            str(site.port),
            "--blocking-threads",
            "8",
            "--log-level",
            "error",
            "commons.config.wsgi:application",
        )
        until(lambda: answers(f"{site.address}/readyz"))
        yield site
        for process in (site.web, site.beat, site.worker):
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def signed_in(address: str, name: str) -> urllib.request.OpenerDirector:
    client = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    send(client, f"{address}/account/login/", {"login": name, "password": PASSWORD})
    return client


def send(client: urllib.request.OpenerDirector, path: str, fields: dict[str, str]) -> None:
    for _attempt in range(20):
        try:
            page = client.open(path, timeout=30).read().decode()
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
            data = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
            client.open(path, data, timeout=30).read()
        except OSError:
            time.sleep(0.5)
        else:
            return
    pytest.fail(f"{path} could not be posted to")


def answers(address: str) -> bool:
    try:
        return urllib.request.urlopen(address, timeout=5).status == 200
    except OSError:
        return False


def until(condition: Callable[[], bool], *, patience: float = 60, pause: float = 0.2) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(pause)
