"""After a restore: erase again whoever was erased since the backup was made."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from commons import clock
from members.rights import actions


class Command(BaseCommand):
    help = "Erase again, after a restore, everybody on the list of erasures. Dry unless --apply."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--apply", action="store_true", help="erase; without it only count")

    def handle(self, *_args: Any, **options: Any) -> None:
        met = actions.replay(apply=options["apply"], now=clock.now())
        verb = "erased again" if options["apply"] else "to erase again"
        self.stdout.write(f"{len(met)} accounts {verb}")
