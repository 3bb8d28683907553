"""`python -m bench`: fill what is missing, start the site, drive it, say how it went. `make bench` calls this."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from math import inf
from pathlib import Path
from typing import Any

from bench import site
from bench.sizes import SIZES, Size

ROUNDS, SECONDS = 3, 6
QUICK_ROUNDS, QUICK_SECONDS = 2, 3
QUICK_CONNECTIONS = 8
CHECKED_MOST = 1_000_000
"""Larger communities are made by the same code; counting them anew takes as long as filling them."""

SETTLED = 3
"""A member's page is the same from the third visit on: the first itself is news."""

UNFINISHED = 3


def main() -> int:
    given = _arguments()
    size = SIZES[given.size]
    with site.running_services():
        if given.fresh:
            site.drop_database(size)
        site.make_database(size)
        os.environ.update(site.environment(size))
        if not _prepare(size, minutes=given.minutes):
            return UNFINISHED
        if not given.fill_only:
            _measure(size, given)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--size", choices=sorted(SIZES), default="S")
    parser.add_argument("--only", default="", help="pages with this in their name")
    parser.add_argument("--quick", action="store_true", help="8 connections and short rounds")
    parser.add_argument("--profile", action="store_true", help="flame graphs of the pages in var/bench")
    parser.add_argument("--fresh", action="store_true", help="fill the database anew")
    parser.add_argument("--fill-only", action="store_true", help="fill, check and stop")
    parser.add_argument("--minutes", type=float, default=inf, help="stop filling after so long; the next call goes on")
    return parser.parse_args()


def _prepare(size: Size, *, minutes: float) -> bool:
    """Bring the tables to where the migrations are, fill what is missing, collect the static files."""
    import django

    django.setup()
    from django.core.management import call_command

    from bench import corpus, loading

    call_command("migrate", verbosity=0, interactive=False)
    if not loading.is_loaded(corpus.DONE):
        try:
            corpus.fill(size, say=_say, until=time.monotonic() + 60 * minutes)
        except corpus.Unfinished:
            return False
        if size.posts <= CHECKED_MOST:
            _check(size)
    call_command("collectstatic", verbosity=0, interactive=False)
    return True


def _check(size: Size) -> None:
    from bench import checks

    for fault in checks.faults():
        _say(f"WRONG in {size.database}: {fault}")


def _measure(size: Size, given: argparse.Namespace) -> None:
    from bench import look, report, walk
    from bench.pages import CONNECTIONS, pages
    from bench.texts import Pool

    wanted = list(pages(Pool(share=size.text_share), only=given.only))
    report.forget_scans()
    looks = {(page.name, page.reader): look.look(page) for page in wanted}
    with site.running(size) as running:
        if given.profile:
            _profile(running, wanted)
            return
        _warm(running, wanted)
        connections = [QUICK_CONNECTIONS] if given.quick else CONNECTIONS
        rounds, seconds = (QUICK_ROUNDS, QUICK_SECONDS) if given.quick else (ROUNDS, SECONDS)
        rows = [row for count in connections for row in _rounds(running, wanted, count, rounds=rounds, seconds=seconds)]
        rows = [
            row if row["via"] == site.LEAST else {**row, **look.figures(looks[row["page"], row["as"]])} for row in rows
        ]
        memory = report.memory(running.app)
    kept, disk = report.keep(rows, {}), report.disk()
    if not given.only:
        for fault in walk.walk():
            _say(f"WRONG beside the pages: {fault}")
        disk["indexes"] = report.disk()["indexes"]
        report.keep([], {f"memory_{size.name}": memory, f"disk_{size.name}": disk})
    _write_queries(size, looks)
    print(report.table(kept))
    for process in memory:
        print(f"web process {process['pid']}: {process['rss_mb']} MB resident, {process['own_mb']} MB its own")
    print(report.described(disk))


def _warm(running: site.Site, wanted: Sequence[Any]) -> None:
    from bench import drive

    for page in filter(site.is_read, wanted):
        for target in running.ways(page):
            drive.warm(target, page, visits=max(1, SETTLED * target.visits))


def _rounds(
    running: site.Site, wanted: Sequence[Any], connections: int, *, rounds: int, seconds: int
) -> list[dict[str, Any]]:
    """Every page through every way, some times, one beside the other; pages that write come last in each round."""
    from bench import drive

    asked = [(target, page) for page in sorted(wanted, key=site.is_read, reverse=True) for target in running.ways(page)]
    found: dict[tuple[str, str, str], list[drive.Round]] = {}
    for number in range(rounds):
        measured = drive.beside(running.yardstick, asked, connections=connections, seconds=seconds, seed=number + 1)
        for target, page, one in measured:
            found.setdefault((page.name, page.reader, target.via), []).append(one)
        _wait_for_worker()
        _say(f"{connections} connections: round {number + 1} of {rounds} done")
    return [
        {
            "page": name,
            "as": reader,
            "via": via,
            "size": running.size.name,
            "connections": connections,
            **drive.middle(all_rounds),
        }
        for (name, reader, via), all_rounds in found.items()
    ]


def _wait_for_worker() -> None:
    """What was written has listeners; they are done before the next round."""
    from commons.config.celery import app

    deadline = time.monotonic() + 120
    with app.connection_for_read() as broker:
        asked = broker.default_channel.queue_declare
        while any(asked(queue=name).message_count for name in app.amqp.queues) and time.monotonic() < deadline:
            time.sleep(0.2)


def _profile(running: site.Site, wanted: Sequence[Any]) -> None:
    from bench import profile

    for page in wanted:
        print(profile.record(running.app, page, site.var()))


def _write_queries(size: Size, looks: dict[tuple[str, str], Any]) -> None:
    """The SQL of every page, with its milliseconds, beside the flame graphs."""
    from bench import look

    lines = []
    for (name, reader), found in looks.items():
        of = look.figures(found)
        times = f"{of['queries']} queries, {of['sql_ms']:.2f} ms SQL, {of['python_ms']:.2f} ms Python"
        lines.append(f"\n## {name} as {reader}: {times}\n")
        lines += [f"{took:7.2f} ms × {count / len(found):4.1f}  {sql}" for sql, count, took in look.listing(found)]
    path = Path(site.var()) / f"queries-{size.name}.md"
    path.write_text("\n".join(lines) + "\n")
    _say(f"The SQL of each page stands in {path}")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
