"""How a thread talks: its last posts as they are looked at for heat and nudges, and who has how much of the talk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, CharField, Count, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Left

from commons.prepared import prepared
from forum import heat
from forum.enums import (
    BALANCE_LOOK_BACK,
    BALANCE_PEOPLE_MIN,
    BALANCE_SHOWN,
    HEAT_LOOK_BACK,
    HEAT_WORDS_READ,
    NUDGES_LOOK_BACK,
    Change,
)
from forum.heat import Spoken
from forum.models import NudgeShown, Post, Reader, Thread, ThreadChange
from members.models import Member

LOOKED_AT = (
    "number",
    "author",
    "unclaimed_author",
    "parent__author",
    "parent__unclaimed_author",
    "created_at",
    "path",
    "beginning",
)


def last_spoken(thread: Thread, *, look_back: int = NUDGES_LOOK_BACK) -> list[Spoken]:
    """The last posts of a thread in the order of time, the very last with the beginning of their text. One query.

    It looks at so many numbers, however long the thread is.
    """
    rows = _last(thread.pk, max(0, thread.last_number - look_back), max(0, thread.last_number - HEAT_LOOK_BACK))
    return [
        Spoken(number, _who(by, old_by), _who(to, old_to), at, text, bytes(path))
        for number, by, old_by, to, old_to, at, path, text in rows
    ]


def spoken_lately(thread: Thread, *, now: datetime) -> list[Spoken]:
    """The posts that say whether a thread is heated, and would be with one more. No query where it cannot be."""
    if not heat.may_be(thread.post_count + 1, last_at=thread.last_post_at, now=now):
        return []
    return last_spoken(thread, look_back=HEAT_LOOK_BACK)


def spoken(post: Post, parent: Post) -> Spoken:
    """A post that was just written to answer another."""
    to, text = _who(parent.author_id, parent.unclaimed_author_id), post.source[:HEAT_WORDS_READ]
    return Spoken(post.number, post.author_id, to, post.created_at, text, bytes(post.path))


@prepared
def _last(thread_id: int, above: int, read_above: int) -> QuerySet[Post, Any]:
    beginning = When(number__gt=read_above, then=Left("source", HEAT_WORDS_READ))
    rows = Post.objects.filter(thread=thread_id, number__gt=above, deleted_at=None)
    rows = rows.annotate(beginning=Case(beginning, default=Value(""))).order_by("created_at", "number")
    return rows.values_list(*LOOKED_AT)


def pause_reason(thread: str = "pk") -> Any:
    """To annotate: why moderators let a thread rest last."""
    paused = ThreadChange.objects.filter(thread=OuterRef(thread), change=Change.PAUSED).order_by("-happened_at", "-pk")
    return Subquery(paused.values("reason")[:1])


def nudges_shown(reader: Reader, thread: str = "pk") -> Any:
    """To annotate: the nudges that the reader has seen in a thread."""
    if not isinstance(reader, Member):
        return Value([], output_field=ArrayField(CharField()))
    return ArraySubquery(NudgeShown.objects.filter(member=reader, thread=OuterRef(thread)).values("nudge"))


@dataclass(frozen=True)
class Balance:
    """Who has how much of a thread's last posts, the most first; `own` is the reader's part. Nobody is named."""

    shares: Sequence[int]
    own: int

    @property
    def posts(self) -> int:
        return sum(self.shares)

    @property
    def people(self) -> int:
        return len(self.shares)

    @property
    def is_for_all(self) -> bool:
        """Whether enough people take part for shares to have no face."""
        return self.people >= BALANCE_PEOPLE_MIN

    @property
    def most(self) -> int:
        """How many of ten posts are by the one who wrote most."""
        return _of_ten(self.shares[0], self.posts)

    @property
    def own_of_ten(self) -> int:
        return _of_ten(self.own, self.posts)

    @property
    def half(self) -> int:
        """How few people wrote half of it."""
        so_far = 0
        for people, share in enumerate(self.shares, start=1):
            so_far += share
            if 2 * so_far >= self.posts:
                return people
        return 0

    @property
    def shown(self) -> Sequence[int]:
        return self.shares[:BALANCE_SHOWN]

    @property
    def rest(self) -> int:
        """How many posts are by all whose share is not shown."""
        return sum(self.shares[BALANCE_SHOWN:])


def balance(thread: Thread, member: Member) -> Balance:
    """The balance of a thread's last thousand posts. One query."""
    posts = Post.objects.filter(thread=thread, number__gt=thread.last_number - BALANCE_LOOK_BACK, deleted_at=None)
    counted = posts.values(by=F("author"), old_by=F("unclaimed_author")).annotate(count=Count("pk"))
    shares = {(row["by"], row["old_by"]): row["count"] for row in counted.order_by("-count")}
    own = sum(count for (by, _old), count in shares.items() if by == member.pk)
    return Balance(shares=list(shares.values()), own=own)


def _of_ten(part: int, whole: int) -> int:
    return round(10 * part / whole) if whole else 0


def _who(member: int | None, unclaimed: int | None) -> object:
    """A key for a person: members are their number; those who have not joined never look like one."""
    if member is not None:
        return member
    return ("unclaimed", unclaimed) if unclaimed is not None else None
