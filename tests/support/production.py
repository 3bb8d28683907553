"""The site as production runs it, beside a test: granian, hashed and compressed files, the test's own database."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from bench.site import ROOT, Target, end, free_port, granian
from commons.config import services


def environment(static: Path, *, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "commons.config.settings",
        "COMMONS_DEVELOPMENT": "0",
        "DATABASE_URL": f"postgresql://commons@/{connection.settings_dict['NAME']}?host={services.socket_directory()}",
        "REDIS_URL": services.redis_url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "LASTING_KEY": settings.LASTING_KEY,
        "SITE_URL": f"https://localhost:{port}",
        "BEHIND_PROXY": "1",
        "STATIC_ROOT": str(static),
        "LOG_LEVEL": "WARNING",
    }


def collect(static: Path) -> None:
    """The static files, as the image is built with them."""
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment(static, port=0), check=True)


@contextlib.contextmanager
def running(static: Path) -> Iterator[Target]:
    """The same command as the image's, on a port of this machine."""
    port = free_port()
    target = Target("app", port)
    target.process = subprocess.Popen(
        granian(port, "commons.config.wsgi:application"),
        cwd=ROOT,
        env=environment(static, port=port),
        start_new_session=True,
    )
    try:
        target.wait("/healthz")
        yield target
    finally:
        end(target.process)
