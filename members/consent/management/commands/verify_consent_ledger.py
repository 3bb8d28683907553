"""Check every link of the consent ledger; exit with 1 and the first broken one if it is not what was written."""

from typing import Any

from django.core.management.base import BaseCommand

from members.consent import checking


class Command(BaseCommand):
    help = "Check every chain of the consent ledger, its states and its latest anchor"

    def handle(self, **_options: Any) -> None:
        found = checking.check_ledger()
        if found.fault:
            self.stderr.write(f"broken: {found.fault}")
            raise SystemExit(1)
        self.stdout.write(f"sound: {found.events} events in {found.chains} chains")
