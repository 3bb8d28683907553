"""Mark a member's address as proved, for the first evening, when mail does not work yet."""

from argparse import ArgumentParser
from typing import Any

from allauth.account.models import EmailAddress
from django.core.management.base import BaseCommand, CommandError

from members.models import Member


class Command(BaseCommand):
    help = "Mark a member's e-mail address as proved without a letter. Says what it would do; does it with --apply."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--apply", action="store_true")

    def handle(self, *_args: Any, username: str, apply: bool, **_options: Any) -> None:
        member = Member.objects.filter(username=username.lower()).first()
        if member is None or not member.email:
            raise CommandError(f"Nobody with an address is called {username}.")
        if apply:
            proved = {"verified": True, "primary": True}
            EmailAddress.objects.update_or_create(user=member, email=member.email, defaults=proved)
        self.stdout.write(f"{member.email} {'counts' if apply else 'would count'} as proved for {username}.")
