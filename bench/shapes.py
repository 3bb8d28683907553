"""The shape of real discussions: how large threads are, who answers whom, how long people wait and how much they write.

The figures are those of public archives, read from DISCUSSIONS or from the data beside the repository where they are,
else from the copy of the plain numbers in `shapes.json`.
"""

import json
import math
import os
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).parent
BESIDE = HERE.parents[1] / "shared" / "data" / "discussions" / "distributions.json"
LARGEST_BUCKET = 600
"""Threads as large as this and larger are the two that are measured by themselves."""

TO_OPENING, TO_LAST = 0.58, 0.22
"""How many replies answer the opening post and the last one; the others answer any. With Urho3D's threads it gives
that forum's share of posts without an answer, 0.63, and a mean depth of 1.3 where they have 1.6: the long chains
stand in the worst tree."""

TOP_SHARE = math.log(0.437) / math.log(0.01)
"""One member in a hundred writes 43.7 posts in a hundred, as in gbadev's forum."""

SHORTEST_GAP = timedelta(minutes=11).total_seconds()
"""Between two posts of a thread. No thread is then heated (`forum.heat`), so that all stand where their last post put
them."""

LONGEST_THREAD = timedelta(days=120).total_seconds()
PERCENTILES = (
    ("min", 0.0),
    ("p5", 5.0),
    ("p25", 25.0),
    ("p50", 50.0),
    ("p75", 75.0),
    ("p90", 90.0),
    ("p95", 95.0),
    ("p99", 99.0),
)


@cache
def figures() -> Mapping[str, Any]:
    own = json.loads((HERE / "shapes.json").read_text())
    path = Path(os.environ.get("DISCUSSIONS") or BESIDE)
    return {**own["distributions"], **(json.loads(path.read_text()) if path.exists() else {})}


@cache
def worst_tree() -> Sequence[int]:
    """Of each post of the largest thread of comp.lang.cobol, the number of the post that it answers; 0 opens it."""
    return tuple(json.loads((HERE / "shapes.json").read_text())["worst_tree"])


def thread_sizes(count: int, *, posts: int, chance: Random) -> list[int]:
    """So many threads with so many posts in all: gbadev's sizes, stretched to the mean that is asked for."""
    histogram = {int(size): n for size, n in figures()["gbadev-phpbb"]["thread_size_histogram"].items()}
    buckets = sorted(size for size in histogram if size < LARGEST_BUCKET)
    ends = [*buckets[1:], LARGEST_BUCKET]
    drawn = chance.choices(range(len(buckets)), [histogram[size] for size in buckets], k=count)
    raw = [chance.randrange(buckets[n], ends[n]) for n in drawn]
    stretch = (posts - count) / max(1, sum(raw) - count)
    sizes = [1 + round((size - 1) * stretch) for size in raw]
    return _filled_up(sizes, posts, chance)


def _filled_up(sizes: list[int], posts: int, chance: Random) -> list[int]:
    """What rounding has lost or won is given to, or taken from, any thread that has answers."""
    while missing := posts - sum(sizes):
        for _once in range(abs(missing)):
            place = chance.randrange(len(sizes))
            if missing > 0:
                sizes[place] += 1
            elif sizes[place] > 1:
                sizes[place] -= 1
    return sizes


def parents(size: int, chance: Random) -> Iterator[int]:
    """Of each post of a thread, the number of the one that it answers; 0 for the opening post."""
    yield 0
    for number in range(2, size + 1):
        drawn = chance.random()
        if drawn < TO_OPENING:
            yield 1
        elif drawn < TO_OPENING + TO_LAST:
            yield number - 1
        else:
            yield chance.randrange(1, number)


def gaps(size: int, chance: Random) -> list[float]:
    """The seconds before each reply. A long thread runs for four months at most."""
    drawn = [quantile(figures()["urho3d-discourse"]["reply_gap_hours"], chance) * 3600 for _ in range(size - 1)]
    share = min(1.0, LONGEST_THREAD / max(1.0, sum(drawn)))
    return [SHORTEST_GAP + gap * share for gap in drawn]


def quantile(distribution: Mapping[str, float], chance: Random) -> float:
    """A value out of a distribution that is known by its percentiles, never beyond the 99th."""
    drawn = chance.random() * PERCENTILES[-1][1]
    for (low_name, low), (high_name, high) in pairwise(PERCENTILES):
        if drawn <= high:
            before, after = max(distribution[low_name], 0.01), max(distribution[high_name], 0.01)
            return math.exp(math.log(before) + (math.log(after) - math.log(before)) * (drawn - low) / (high - low))
    return distribution["p99"]


def rank(members: int, chance: Random) -> int:
    """Who writes: few write much."""
    return int(members * chance.random() ** (1 / TOP_SHARE))


def zipf(count: int) -> Sequence[float]:
    """Cumulative weights of words or rooms by rank."""
    return list(accumulate(1 / (place + 2.7) for place in range(count)))


def drawn(weights: Sequence[float], chance: Random) -> int:
    return bisect(weights, chance.random() * weights[-1])
