"""A profile of one web process while it answers a page: a flame graph, and the functions that take the time."""

import subprocess
from collections import Counter
from pathlib import Path

from bench import drive
from bench.pages import Page
from bench.site import PROGRAMS, Target

SECONDS = 12
FUNCTIONS = 25
NEARLY_ALL = 0.9


def record(target: Target, page: Page, folder: Path) -> str:
    """Two looks with py-spy at a page under load: the drawing in `folder`, the summary as text.

    Only the thread that holds the interpreter counts; waiting for PostgreSQL, or for the others, is not seen.
    """
    drive.warm(target, page, visits=target.visits)
    name = f"{page.name}-{page.reader}"
    drawing, stacks = folder / f"{name}.svg", folder / f"{name}.txt"
    _spy(target, page, drawing, "flamegraph")
    _spy(target, page, stacks, "raw")
    return f"{name}: {drawing}\n{summary(stacks.read_text())}"


def _spy(target: Target, page: Page, path: Path, kind: str) -> None:
    web = target.pids()[-1]
    spying = subprocess.Popen(
        [str(PROGRAMS / "py-spy"), "record", "--pid", str(web), "--output", str(path), "--format", kind,
         "--duration", str(SECONDS), "--rate", "200", "--nonblocking", "--gil"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    drive.run(target, page, connections=8, seconds=SECONDS + 2)
    spying.wait()


def summary(stacks: str, *, most: int = FUNCTIONS) -> str:
    """By their own time and with all that they call, where that is not nearly everything; each once in a stack."""
    own, cumulative, whole = Counter[str](), Counter[str](), 0
    for line in stacks.splitlines():
        stack, _space, count = line.rpartition(" ")
        frames = [_function(frame) for frame in stack.split(";") if "(" in frame] or ["?"]
        whole += int(count)
        own[frames[-1]] += int(count)
        cumulative.update(dict.fromkeys(frames, int(count)))
    parts = Counter({name: count for name, count in cumulative.items() if count < NEARLY_ALL * whole})
    lines = [
        f"{whole} samples",
        "own time:",
        *_lines(own, whole, most),
        "with what they call:",
        *_lines(parts, whole, most),
    ]
    return "\n".join(lines)


def _lines(counted: Counter[str], whole: int, most: int) -> list[str]:
    return [f"  {100 * count / max(1, whole):5.1f} %  {name}" for name, count in counted.most_common(most)]


def _function(frame: str) -> str:
    """Without the line, so that a function is one."""
    return frame.rpartition(":")[0] + ")" if ":" in frame and frame.endswith(")") else frame
