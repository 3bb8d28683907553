"""Takes letters in until it is stopped."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand

from notifications.bridge.listening import door


class Command(BaseCommand):
    help = "Take letters in by SMTP, or by LMTP from a mail server on this machine, until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8025)
        parser.add_argument("--lmtp", action="store_true", help="speak LMTP instead of SMTP")

    def handle(self, *_args: Any, host: str, port: int, lmtp: bool, **_options: Any) -> None:
        if not settings.MAIL_DOMAIN:
            msg = "MAIL_DOMAIN is not set, so no letter could be for us. docs/operations.md says what it is."
            raise CommandError(msg)
        stopped = threading.Event()
        for wanted in (signal.SIGTERM, signal.SIGINT):
            signal.signal(wanted, lambda *_: stopped.set())
        opened = door(host=host, port=port, is_lmtp=lmtp)
        opened.start()
        self.stdout.write(f"Taking letters for {settings.MAIL_DOMAIN} at {host}:{port} ({'LMTP' if lmtp else 'SMTP'})")
        stopped.wait()
        opened.stop()
