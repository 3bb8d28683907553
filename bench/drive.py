"""Drives the site from outside with wrk, a page at a time, each between two looks at the yardstick."""

import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.look import unique
from bench.pages import Page, Request
from bench.site import Target, is_read

SCRIPT = Path(__file__).with_name("wrk.lua")
MEASURED = re.compile(r"^measured (.*)$", re.MULTILINE)
WARM = 8
ANSWER = Page("yardstick", "visitor", [Request("/")])


class Failed(Exception):
    """What came back is not what the page answers."""


@dataclass(frozen=True)
class Run:
    """Requests a second, milliseconds and bytes an answer, and how many requests there were in all."""

    rate: float
    p50: float
    p95: float
    p99: float
    size: float
    requests: int = 0


@dataclass(frozen=True)
class Round:
    """A page beside the yardstick of the same moment."""

    page: Run
    yardstick: float

    @property
    def share(self) -> float:
        return self.page.rate / self.yardstick


def parse(output: str) -> Run:
    """The line that `wrk.lua` ends with.

    Raises:
        Failed: wrk said nothing, or some answers were not what was expected.
    """
    if not (line := MEASURED.search(output)):
        msg = f"wrk measured nothing: {output.strip()[-500:]}"
        raise Failed(msg)
    found = {name: int(value) for name, value in (pair.split("=") for pair in line[1].split())}
    if found["unexpected"] or found["failed"] or not found["requests"]:
        msg = f"of {found['requests']} answers {found['unexpected']} were of another kind; {found['failed']} failed"
        raise Failed(msg)
    seconds = found["microseconds"] / 1_000_000
    return Run(
        rate=found["requests"] / seconds,
        p50=found["p50"] / 1000,
        p95=found["p95"] / 1000,
        p99=found["p99"] / 1000,
        size=found["bytes"] / found["requests"],
        requests=found["requests"],
    )


def run(target: Target, page: Page, *, connections: int, seconds: int, seed: int = 1) -> Run:
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as asked:
        asked.write("".join(f"{request.line()}\n" for request in page.requests))
        asked.flush()
        command = [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{seconds}s",
            "--timeout",
            "30s",
            "-s",
            str(SCRIPT),
            target.address,
        ]
        command += ["--", asked.name, str(seed), str(page.status)]
        made_before = page.made() if page.made else 0
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        found = parse(done.stdout + done.stderr)
        if page.made:
            check_made(page.made() - made_before, forms=found.requests, connections=connections)
    except Failed as error:
        msg = f"{page.name} as {page.reader} via {target.via}: {error}"
        raise Failed(msg) from None
    return found


def check_made(made: int, *, forms: int, connections: int) -> None:
    """Each form that was answered has made something new, and so may have those that were under way at the end.

    Raises:
        Failed: some did not, as a form that was sent before does not, and that is quicker.
    """
    if not forms <= made <= forms + connections:
        msg = f"{forms} forms were answered, and {made} things were made"
        raise Failed(msg)


def warm(target: Target, page: Page, *, visits: int) -> None:
    """Let every process and thread answer before anybody looks at the time, and everybody read so many times."""

    def ask(turn: int) -> int:
        request = page.requests[turn % len(page.requests)]
        return target.ask(request.method, request.path, cookie=request.cookie, body=unique(request.body))

    with ThreadPoolExecutor(WARM) as asking:
        answers = set(asking.map(ask, range(max(4 * WARM, visits * len(page.requests)))))
    if answers != {page.status}:
        msg = f"{page.name} as {page.reader} via {target.via} answers {answers}"
        raise Failed(msg)


def beside(
    yardstick: Target, targets: Sequence[tuple[Target, Page]], *, connections: int, seconds: int, seed: int
) -> Iterator[tuple[Target, Page, Round]]:
    """One round: yardstick, page, yardstick, page … ; a page is held against the yardstick before and after it."""

    def look() -> float:
        return run(yardstick, ANSWER, connections=connections, seconds=max(1, seconds // 2)).rate

    for target, page in targets:
        warm(target, page, visits=target.visits if is_read(page) else 0)
        before = look()
        found = run(target, page, connections=connections, seconds=seconds, seed=seed)
        after = look()
        yield target, page, Round(found, (before + after) / 2)


def middle(rounds: Sequence[Round]) -> dict[str, float]:
    """The median of several rounds, each figure by itself."""
    return {
        "share": median(one.share for one in rounds),
        "requests_per_second": median(one.page.rate for one in rounds),
        "yardstick": median(one.yardstick for one in rounds),
        "p50_ms": median(one.page.p50 for one in rounds),
        "p95_ms": median(one.page.p95 for one in rounds),
        "p99_ms": median(one.page.p99 for one in rounds),
        "bytes": round(median(one.page.size for one in rounds)),
    }
