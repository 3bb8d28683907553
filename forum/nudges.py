"""What the composer may point out while somebody writes: pure reckoning over the last posts of a thread.

The numbers are those of Discourse's nudges ("sequential replies", "dominating topic", "get a room", "reviving an old
topic"), in `forum.enums`. A nudge never holds a post back. The one about writing to somebody long gone is left out:
whether somebody has been here is theirs to tell.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from forum.enums import (
    HEAT_LOOK_BACK,
    IN_A_ROW,
    IN_A_ROW_WITHIN,
    MUCH_POSTS_MIN,
    MUCH_SHARE,
    OLD_THREAD_AGE,
    TO_ONE_PEOPLE_MIN,
    TO_ONE_PERSON,
    Nudge,
)
from forum.heat import Heat, Spoken, heat_of


@dataclass(frozen=True)
class Situation:
    """Somebody is about to answer a post. `posts` are the last ones of the thread, in the order of their writing."""

    me: int
    is_mine: bool
    post_count: int
    posts: Sequence[Spoken]
    heat: Heat
    answers: object = None


def next_nudge(situation: Situation, *, shown: Collection[str], now: datetime) -> Nudge | None:
    """The first that fits and was not shown here before: one at a time."""
    if Nudge.ALL in shown:
        return None
    return next((nudge for nudge in _fitting(situation, now) if nudge not in shown), None)


def branch_of(posts: Sequence[Spoken], path: bytes) -> list[Spoken]:
    """Those of the posts that stand under this place in the tree, itself included."""
    return [post for post in posts if post.path.startswith(path)]


def heat_in(posts: Sequence[Spoken], *, now: datetime) -> Heat:
    return heat_of(posts[-HEAT_LOOK_BACK:], now=now)


def _fitting(situation: Situation, now: datetime) -> Iterator[Nudge]:
    if situation.heat:
        yield Nudge.HEATED
    if situation.posts and now - situation.posts[-1].at >= OLD_THREAD_AGE:
        yield Nudge.OLD
    if _is_in_a_row(situation, now):
        yield Nudge.ROW
    if _is_much(situation):
        yield Nudge.MUCH
    if _is_to_one(situation):
        yield Nudge.ONE


def _is_in_a_row(situation: Situation, now: datetime) -> bool:
    last = situation.posts[-IN_A_ROW:]
    return len(last) == IN_A_ROW and all(post.by == situation.me and now - post.at <= IN_A_ROW_WITHIN for post in last)


def _is_much(situation: Situation) -> bool:
    if situation.is_mine or situation.post_count < MUCH_POSTS_MIN:
        return False
    own = sum(1 for post in situation.posts if post.by == situation.me)
    return own >= MUCH_SHARE * len(situation.posts)


def _is_to_one(situation: Situation) -> bool:
    """My last replies and this one all go to one person, while others are in the room."""
    people = {post.by for post in situation.posts}
    mine = [post.to for post in situation.posts if post.by == situation.me and post.to is not None][-TO_ONE_PERSON:]
    if len(people) < TO_ONE_PEOPLE_MIN or len(mine) < TO_ONE_PERSON:
        return False
    return set(mine) == {situation.answers} and situation.answers != situation.me
