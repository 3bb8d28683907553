"""Read mailing-list archives into a category of the forum."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from commons import clock
from forum.archives.importing import AlreadyRunning, Bar, Import, Skipped
from forum.models import Category


class Command(BaseCommand):
    help = (
        "Read mbox archives of a mailing list into a category. Dry unless --apply. Give all archives of a list at once"
        " where you can; run it again whenever you like, it adds only what is new. Nobody is mailed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help="an mbox file")
        parser.add_argument("--category", required=True, metavar="SLUG", help="where the threads go")
        parser.add_argument(
            "--list",
            default="",
            metavar="NAME",
            help="which list this is; one name for all its archives (the category's slug)",
        )
        parser.add_argument("--apply", action="store_true", help="write; without it only tell what would be written")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON on the last line")

    def handle(self, *_args: Any, **options: Any) -> None:
        begun = time.monotonic()
        for path in options["files"]:
            if not path.is_file():
                raise CommandError(f"There is no file {path}.")
        category = Category.objects.filter(slug=options["category"]).first()
        if category is None:
            known = ", ".join(Category.objects.order_by("slug").values_list("slug", flat=True))
            raise CommandError(f"There is no category {options['category']}. There are: {known or 'none'}.")
        run = Import(
            files=options["files"],
            category=category,
            list_name=(options["list"] or category.slug)[:80],
            now=clock.now(),
            tell=self._tell,
            track=_bar,
        )
        try:
            outcome = run.run(apply=options["apply"])
        except AlreadyRunning as error:
            raise CommandError(f"Another import of {error} is running.") from error
        figures = {
            "messages": outcome.messages,
            "threads": outcome.threads,
            "posts": outcome.posts,
            "skipped": dict(sorted((+outcome.skipped).items())),
            "seconds": round(time.monotonic() - begun, 2),
        }
        self._summarise(figures, apply=options["apply"])
        if options["json"]:
            self.stdout.write(json.dumps(figures))

    def _tell(self, skipped: Skipped) -> None:
        name = f"<{skipped.message_id}> " if skipped.message_id else ""
        self.stdout.write(f"skipped {skipped.file} at {skipped.offset}: {name}{skipped.reason}")

    def _summarise(self, figures: dict[str, Any], *, apply: bool) -> None:
        verb = "Stored" if apply else "Would store"
        self.stdout.write(
            f"{verb} {figures['posts']} posts in {figures['threads']} new threads from {figures['messages']} messages."
        )
        for reason, count in figures["skipped"].items():
            self.stdout.write(f"  {count} skipped: {reason}")
        if not apply:
            self.stdout.write("This was a dry run. Add --apply to write.")


def _bar(what: str, total: int, unit: str) -> Bar:
    return tqdm(desc=what, total=total, unit=unit, unit_scale=unit == "B", mininterval=0.5)
