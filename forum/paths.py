"""Where a post stands in its tree: a byte string that sorts the thread as a reader walks it.

A path is the parent's path and one step; a step is the time of the post and its number in the
thread, so that siblings stand in the order of time and every path is unique in its thread.
"""

from datetime import datetime

from forum.enums import BAND, DEPTH_MAX

TIME_BYTES, NUMBER_BYTES = 6, 4
STEP = TIME_BYTES + NUMBER_BYTES


def step(*, created_at: datetime, number: int) -> bytes:
    milliseconds = max(0, int(created_at.timestamp() * 1000))
    return milliseconds.to_bytes(TIME_BYTES) + number.to_bytes(NUMBER_BYTES)


def below(parent: bytes, *, created_at: datetime, number: int) -> bytes:
    """The path of a reply; a parent at the greatest depth gets it as a sibling."""
    return parent[: STEP * DEPTH_MAX] + step(created_at=created_at, number=number)


def depth(path: bytes) -> int:
    """How deep: 0 for the opening post, 1 for an answer to it."""
    return len(path) // STEP - 1


def band(depth: int) -> int:
    """Which page of levels: 0 for the opening post and its first five levels, 1 for the next five."""
    return max(0, (depth - 1) // BAND)


def end(path: bytes) -> bytes:
    """A bound above every path that begins with `path`."""
    return path + b"\xff" * STEP


def numbers(path: bytes) -> list[int]:
    """The numbers of the posts that a path leads through, from the opening post to the post itself."""
    return [int.from_bytes(path[end - NUMBER_BYTES : end]) for end in range(STEP, len(path) + 1, STEP)]
