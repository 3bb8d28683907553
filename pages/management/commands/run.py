"""The whole site on one machine: services, tables, the demo on the first run, then web, worker and beat."""

import os
import signal
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from honcho.manager import Manager
from honcho.printer import Printer

from members.models import Member
from pages.demo import PASSWORD, cast

PROGRAMS = Path(sys.executable).parent
THREADS = 3
LETTERS = 25
"""How far above the site's own port letters come in."""


class Command(BaseCommand):
    help = "Run the whole site at http://127.0.0.1:PORT until Ctrl-C."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))

    def handle(self, *_args: Any, port: int, **_options: Any) -> None:
        _refuse_taken(port)
        _refuse_taken(port + LETTERS)
        call_command("migrate", interactive=False, verbosity=0)
        if not Member.objects.exists():
            self.stdout.write("First run: filling the site with a demo community.")
            call_command("demo")
        self._say_how_to_sign_in(port)
        sys.exit(_supervise(port))

    def _say_how_to_sign_in(self, port: int) -> None:
        lines = [f"\nCommons is at http://127.0.0.1:{port}  (mail: http://127.0.0.1:{port}/dev/mail/)"]
        lines += [f"Letters for {settings.MAIL_DOMAIN} are taken in at 127.0.0.1:{port + LETTERS} (SMTP)."]
        if people := list(cast()):
            lines += [f"Sign in with the password {PASSWORD} as:"]
            lines += [f"  {person.username:<8} {part}" for person, part in people]
            if not settings.SECOND_FACTOR_REQUIRED:
                lines += ["They need no second step here; with SECOND_FACTOR_REQUIRED=1 they do, as on a real site."]
        lines += ["Ctrl-C stops everything.\n"]
        self.stdout.write("\n".join(lines))


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            msg = f"Port {port} is taken. Stop what listens there, or choose another: make run PORT={port + 100}"
            raise CommandError(msg) from None


def _supervise(port: int) -> int:
    """Web, worker and beat until one ends or Ctrl-C; what they exited with."""
    environment = {
        **os.environ,
        "COMMONS_DEVELOPMENT": "1",
        "COMMONS_VAR": str(settings.VAR),
        "PORT": str(port),
        "SITE_URL": os.environ.get("SITE_URL", f"http://127.0.0.1:{port}"),
        "PYTHONUNBUFFERED": "1",
    }
    beat_file = settings.VAR / "celerybeat-schedule"
    commands = {
        "letters": f"{PROGRAMS}/python manage.py take_letters --port {port + LETTERS}",
        "web": f"env DATABASE_POOL={THREADS} {PROGRAMS}/granian --interface wsgi --host 127.0.0.1 --port {port}"
        f" --blocking-threads {THREADS} --no-access-log --log-level warning commons.config.wsgi:application",
        "worker": f"nice -n 6 {PROGRAMS}/celery --quiet -A commons.config worker --loglevel WARNING"
        " --concurrency 2 --without-gossip --without-mingle",
        "beat": f"{PROGRAMS}/celery --quiet -A commons.config beat --loglevel WARNING"
        f" --schedule {beat_file} --pidfile=",
    }
    manager = Manager(Printer(sys.stdout))
    for name, command in commands.items():
        manager.add_process(name, f"exec {command}", env=environment, cwd=str(settings.BASE_DIR))
    manager.loop()
    stopped_by_hand = 128 + signal.SIGINT
    return 0 if manager.returncode in (None, stopped_by_hand) else manager.returncode
