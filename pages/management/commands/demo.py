"""Fill an empty site with the demo community."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commons import clock, outbox
from members.models import Member
from pages import demo


class Command(BaseCommand):
    help = "Fill an empty site with a fictional community that looks alive."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if Member.objects.exists():
            msg = "There are people here already; the demo is for an empty site."
            raise CommandError(msg)
        demo.fill(now=clock.now())
        while outbox.sweep(now=clock.now() + outbox.SWEEP_AFTER):
            pass
        self.stdout.write("The demo community has moved in.")
