"""Read calendars of others into ours."""

import json
import time
from argparse import ArgumentParser
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from commons import clock
from events import actions
from events.calendars.reading import Skipped, Told, read
from events.enums import AHEAD, Visibility

STARTS_MOST = 20_000  # lines that one event may fill


class Command(BaseCommand):
    help = (
        "Read iCalendar files into the calendar. Dry unless --apply; run it again whenever you like, it takes over only"
        " what is new or newer. Nobody is told. Times without a zone are on the clock of TIME_ZONE."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help="an iCalendar file")
        parser.add_argument("--apply", action="store_true", help="write; without it only tell what would be written")
        parser.add_argument("--json", action="store_true", help="nothing but starts and figures on the output")
        parser.add_argument(
            "--occurrences",
            nargs=2,
            metavar=("FROM", "TO"),
            help="list each start from one day on and before the other",
        )
        parser.add_argument(
            "--visibility",
            choices=Visibility.values,
            default=Visibility.MEMBERS,
            help="who may see new events (members)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        begun, now = time.monotonic(), clock.now()
        since, until = map(_moment, options["occurrences"] or ("0001-01-01", (now + AHEAD).isoformat()))
        events, skipped = self._read(options["files"], now=now)
        count = 0
        for told in events:
            lines, is_cut = starts_between(told, since, until)
            count += len(lines)
            if is_cut:
                skipped.append(Skipped("it has more dates than we work out; the rest was left out", told.uid))
            for moment in lines if options["occurrences"] else ():
                self.stdout.write(f"{told.uid}\t{moment:%Y-%m-%dT%H:%M:%SZ}")
        figures: dict[str, Any] = {"events": len(events), "occurrences": count, "skipped": _counted(skipped)}
        if options["apply"]:
            figures |= dict(actions.import_events(events, visibility=options["visibility"], now=now))
        figures["seconds"] = round(time.monotonic() - begun, 2)
        if not options["json"]:
            self._tell(skipped, figures, apply=options["apply"])
        self.stdout.write(json.dumps(figures))

    def _read(self, files: list[Path], *, now: datetime) -> tuple[list[Told], list[Skipped]]:
        """The events of all files, of one that stands in several the newest; and what was skipped."""
        found: dict[str, Told] = {}
        skipped: list[Skipped] = []
        for path in tqdm(files, desc="Reading", unit="file", mininterval=0.5, disable=None):
            if not path.is_file():
                raise CommandError(f"There is no file {path}.")
            reading = read(path.read_bytes(), zone=settings.TIME_ZONE, now=now)
            skipped += reading.skipped
            for told in reading.events:
                if told.uid not in found or found[told.uid].sequence <= told.sequence:
                    found[told.uid] = told
        return list(found.values()), skipped

    def _tell(self, skipped: list[Skipped], figures: dict[str, Any], *, apply: bool) -> None:
        for one in skipped:
            self.stderr.write(f"skipped {one.uid or 'a file'}: {one.reason}")
        verb = "Read" if apply else "Would read"
        self.stderr.write(f"{verb} {figures['events']} events with {figures['occurrences']} dates.")
        if not apply:
            self.stderr.write("This was a dry run. Add --apply to write.")


def starts_between(told: Told, since: datetime, until: datetime) -> tuple[list[datetime], bool]:
    """The starts of an event from one moment to another, in UTC, and whether some were left out."""
    walls = told.starts(until=_naive(until))
    moments = [moment for wall in walls.walls if since <= (moment := told.instant(wall)) < until]
    return moments[:STARTS_MOST], walls.is_cut or len(moments) > STARTS_MOST


def _naive(moment: datetime) -> datetime:
    """A wall time that is late enough for every zone; what is beyond the moment itself is left out afterwards."""
    return moment.replace(tzinfo=None) + timedelta(days=1)


def _moment(typed: str) -> datetime:
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError as error:
        raise CommandError(f"{typed} is not a day that we can read. Write it like 2027-03-30.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _counted(skipped: list[Skipped]) -> dict[str, int]:
    """By reason, without what is only one event's own, such as the name of its zone."""
    return dict(sorted(Counter(one.reason.partition(":")[0] for one in skipped).items()))
