"""What Lighthouse says of the pages that people meet first; `make lighthouse` calls this. Reports: var/lighthouse."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.site import HEADERS, ROOT, Target, end, free_port, granian
from commons.config import services

FOLDER = ROOT / "var" / "lighthouse"
TOOLS = FOLDER / "node_modules"
PRESETS = ("mobile", "desktop")
WANTED = {"performance": 1.0, "accessibility": 1.0}
APPLICATION = "commons.config.wsgi:application"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FIGURES = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
HEAD = (
    f"{'page':10}{'preset':9}{'performance':>12}{'accessibility':>14}{'practices':>10}{'seo':>6}   FCP, LCP, TBT, CLS"
)


def main() -> int:
    port = free_port()
    os.environ.update(COMMONS_VAR=str(FOLDER / "site"), DJANGO_SETTINGS_MODULE="commons.config.settings")
    with services.running():
        os.environ.update(_environment(port))
        _prepare()
        with _served(port):
            print(HEAD)
            faults = [fault for page in _pages().items() for preset in PRESETS for fault in _asked(port, page, preset)]
    print("\n".join(faults))
    return bool(faults)


def _environment(port: int) -> dict[str, str]:
    return {
        "COMMONS_DEVELOPMENT": "0",
        "DATABASE_URL": services.database_url(),
        "REDIS_URL": services.redis_url(),
        "SITE_URL": f"https://localhost:{port}",
        "SECRET_KEY": services.local_secret(),
        "LASTING_KEY": services.local_secret("lasting-key"),
        "BEHIND_PROXY": "1",
        "STATIC_ROOT": str(FOLDER / "static"),
        "LOG_LEVEL": "WARNING",
    }


def _prepare() -> None:
    """The demo community, and the static files as the image has them."""
    import django

    django.setup()
    from django.core.management import call_command

    from members.models import Member

    call_command("migrate", verbosity=0, interactive=False)
    if not Member.objects.exists():
        call_command("demo", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


@contextlib.contextmanager
def _served(port: int) -> Iterator[None]:
    process = subprocess.Popen(granian(port, APPLICATION), cwd=ROOT, start_new_session=True)
    try:
        Target("app", port, process).wait("/healthz")
        yield
    finally:
        end(process)


def _pages() -> dict[str, str]:
    """What people meet first; the thread is the demo's longest."""
    from forum.models import Thread

    public = Thread.objects.filter(category__visibility="public").select_related("category")
    thread = public.order_by("-post_count", "pk")[0]
    return {"home": "/", "thread": thread.get_absolute_url(), "calendar": "/events/", "sign-up": "/account/signup/"}


def _asked(port: int, page: tuple[str, str], preset: str) -> Iterator[str]:
    """One line of figures; what is not as good as it should be."""
    name, path = page
    report = FOLDER / f"{name}-{preset}"
    _run(f"http://localhost:{port}{path}", report, preset)
    result = json.loads(report.with_suffix(".report.json").read_text())
    scores = {key: category["score"] for key, category in result["categories"].items()}
    shown = [f"{scores[key]:.0%}" if scores[key] is not None else "-" for key in CATEGORIES]
    figures = ", ".join(result["audits"][figure]["displayValue"] for figure in FIGURES)
    print(f"{name:10}{preset:9}{shown[0]:>12}{shown[1]:>14}{shown[2]:>10}{shown[3]:>6}   {figures}", flush=True)
    for key, least in WANTED.items():
        if scores[key] < least:
            yield f"{name}, {preset}: {key} is {scores[key]:.0%}. {report}.report.html says why."


def _run(address: str, report: Path, preset: str) -> None:
    program = next(path for name in ("chromium", "google-chrome") if (path := shutil.which(name)))
    command = [
        str(TOOLS / ".bin" / "node"), str(TOOLS / "lighthouse" / "cli" / "index.js"), address, "--quiet",
        f"--extra-headers={json.dumps(HEADERS)}", f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags=--headless=new --disable-gpu{' --no-sandbox' if os.geteuid() == 0 else ''}",
        "--output=json", "--output=html", f"--output-path={report}",
    ]  # fmt: skip
    if preset != "mobile":
        command.append(f"--preset={preset}")
    environment = {**os.environ, "CHROME_PATH": program}
    if subprocess.run(command, check=False, env=environment).returncode:  # it loses its own trace now and then
        subprocess.run(command, check=True, env=environment)


if __name__ == "__main__":
    sys.exit(main())
