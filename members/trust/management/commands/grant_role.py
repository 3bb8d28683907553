"""Give somebody a role from the machine: for the first administrator, and for when none is left."""

import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from commons import clock
from members.enums import Role
from members.models import Member
from members.trust import actions

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Give a member a role for a year, at once. Dry without --apply"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument("--apply", action="store_true", help="do it")

    def handle(self, *, username: str, role: str, apply: bool, **_options: Any) -> None:
        member = Member.objects.filter(username=username.lower(), is_active=True).first()
        if member is None:
            msg = f"There is nobody called {username} here."
            raise CommandError(msg)
        if not apply:
            self.stdout.write(f"Would make {username} {role} for a year. Add --apply to do it.")
            return
        reason = "given on the machine"
        grant = actions.grant_from_command_line(member=member, role=Role(role), reason=reason, now=clock.now())
        log.warning("%s was made %s on the machine, until %s", username, role, f"{grant.until:%Y-%m-%d}")
        self.stdout.write(f"{username} is {role} until {grant.until:%Y-%m-%d}.")
