"""nginx before the site: who asks at the same time as others waits for the site, never for them."""

import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from bench import front, site
from tests.support import production

pytestmark = [
    pytest.mark.figures,
    pytest.mark.enable_socket,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed; Debian's nginx-light will do"),
]

AT_ONCE, ROUNDS = 8, 3
LONGEST = 3.0
"""Seconds that eight pages may take on a busy machine; whoever waits for another's page waits five."""


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("BENCH_VAR", str(tmp_path))
    production.collect(tmp_path / "static")
    with production.running(tmp_path / "static") as app:
        target = front.started(app, partial(subprocess.Popen, start_new_session=True))
        assert target is not None
        target.wait("/healthz")
        yield f"http://localhost:{target.port}"
        site.end(target.process)


@pytest.mark.parametrize("path", ["/", "/events/?free=on", "/account/login/"])
def test_nobody_waits_for_the_page_of_another(address: str, path: str) -> None:
    def ask(_number: int) -> float:
        began = time.monotonic()
        with urllib.request.urlopen(f"{address}{path}", timeout=30) as answer:
            answer.read()
        return time.monotonic() - began

    with ThreadPoolExecutor(AT_ONCE) as people:
        waited = [seconds for _ in range(ROUNDS) for seconds in people.map(ask, range(AT_ONCE))]

    assert max(waited) < LONGEST, f"{max(waited):.1f} seconds for {path}"
