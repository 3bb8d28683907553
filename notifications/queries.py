"""What the pages and the letters of being told ask for."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, CharField, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from commons import contributions, pagination
from commons.pagination import Page
from members.contact import queries as contact
from members.models import Member
from members.welcome.models import Welcome
from notifications import kinds
from notifications.enums import HOLD, PUSH_HOLD, SILENT_AFTER, LettersFor, Level, PushFor, Reason
from notifications.kinds import Described
from notifications.models import Follow, Notice, Preferences, Telling

UNTOLD_AFTER = timedelta(seconds=10)
BATCH = 200
SHOWN = 500
NEW_BY, SEEN_BY = ("-is_needed", "-notice"), ("-notice",)
FOLLOWS_BY = ("place",)
OWN_LETTERS = (Reason.REQUEST, Reason.MESSAGE)
"""Whoever said yes to letters when somebody writes gets them at once, from the room of messages itself."""


@dataclass
class Line:
    """Several tellings of one bundle, as one line of the inbox or of a letter; the newest comes first."""

    tellings: list[Telling] = field(default_factory=list)
    described: list[Described] = field(default_factory=list)

    @property
    def newest(self) -> Described:
        return self.described[0]

    @property
    def is_needed(self) -> bool:
        return any(telling.is_needed for telling in self.tellings)

    @property
    def reason(self) -> str:
        """Why it reached the reader: what was meant for them goes first."""
        foremost = min(self.tellings, key=lambda telling: not telling.is_needed)
        return str(Reason(foremost.reason).label)

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys(one.who for one in self.described if one.who))

    @property
    def closes_at(self) -> datetime | None:
        ends = [telling.notice.closes_at for telling in self.tellings] + [one.closes_at for one in self.described]
        return min(filter(None, ends), default=None)

    @property
    def others(self) -> int:
        """How many more there are than the newest."""
        return len(self.described) - 1

    @property
    def subjects(self) -> list[str]:
        return [telling.notice.subject for telling in self.tellings]


def lines(tellings: Iterable[Telling], reader: Member) -> list[Line]:
    """Tellings with their notices, bundled in their order; what the reader may no longer see is left out.

    So is what somebody did with whom there is no contact any more.
    """
    found = list(tellings)
    apart = contact.kept_apart(reader, {telling.notice.actor_id for telling in found})
    found = [telling for telling in found if telling.notice.actor_id not in apart]
    words = kinds.described((telling.notice for telling in found), reader)
    bundles: dict[str, Line] = {}
    for telling in found:
        if telling.notice_id in words:
            line = bundles.setdefault(telling.notice.bundle, Line())
            line.tellings.append(telling)
            line.described.append(words[telling.notice_id])
    return list(bundles.values())


def new_page(member: Member, *, after: str = "") -> Page[Telling]:
    """What a member has not read: what is meant for them first. One query."""
    unread = Telling.objects.filter(member=member).unread().select_related("notice")
    return _page(unread, by=NEW_BY, after=after)


def seen_page(member: Member, *, after: str = "") -> Page[Telling]:
    """What a member has read, latest first. One query."""
    seen = Telling.objects.filter(member=member, read_at__isnull=False).select_related("notice")
    return _page(seen, by=SEEN_BY, after=after)


def cursor(telling: Telling, *, by: Sequence[str]) -> str:
    values = {"is_needed": telling.is_needed, "notice": telling.notice_id}
    return pagination.encode([values[name.lstrip("-")] for name in by])


def follows(member: Member) -> QuerySet[Follow]:
    return Follow.objects.filter(member=member).order_by("-since", "pk")[:SHOWN]


def level(member: Member, place: str) -> str:
    return Follow.objects.filter(member=member, place=place).values_list("level", flat=True).first() or ""


class Rest(NamedTuple):
    """A break, or a rest from a place. Without `until` it ends when somebody comes back."""

    until: datetime | None


def rest(member: Member, place: str, *, now: datetime) -> Rest | None:
    """Somebody's break, or their rest from a place; None if there is none. One query."""
    if place:
        found = Follow.objects.filter(member=member, place=place, until__gt=now).values_list("until").first()
    else:
        lasts = Q(paused_until=None) | Q(paused_until__gt=now)
        pauses = Welcome.objects.filter(lasts, member=member, paused_at__isnull=False)
        found = pauses.values_list("paused_until").first()
    return Rest(*found) if found else None


def with_level(reader: Member | AnonymousUser, prefix: str) -> Any:
    """To annotate rows that can be followed: the reader's own level at each, without a query more."""
    if not isinstance(reader, Member):
        return Value("")
    place = Concat(Value(f"{prefix}:"), Cast(OuterRef("pk"), CharField()))
    mine = Follow.objects.filter(member=reader, place=place).values("level")
    return Coalesce(Subquery(mine), Value(""))


def place_key() -> Any:
    """The number in a place, to compare with the keys of its rows."""
    return Cast(Func(F("place"), Value(":"), Value(2), function="split_part"), BigIntegerField())


def untold(*, now: datetime) -> list[int]:
    """Notices whose task was lost, oldest first."""
    left = Notice.objects.filter(told_at=None, created_at__lt=now - UNTOLD_AFTER).order_by("created_at")
    return list(left.values_list("pk", flat=True)[:BATCH])


def due_for_letters(*, now: datetime) -> list[int]:
    due = Preferences.objects.filter(letter_due_at__lte=now).order_by("letter_due_at")
    return list(due.values_list("pk", flat=True)[:BATCH])


def due_for_digest(*, now: datetime) -> list[int]:
    due = Preferences.objects.filter(digest_due_at__lte=now).order_by("digest_due_at")
    return list(due.values_list("pk", flat=True)[:BATCH])


def due_for_pushes(*, now: datetime) -> list[int]:
    due = Preferences.objects.filter(push_due_at__lte=now).order_by("push_due_at")
    return list(due.values_list("pk", flat=True)[:BATCH])


def for_letters(preferences: Preferences, *, wanted: str, now: datetime) -> QuerySet[Telling]:
    """What may leave in a letter: held long enough, still unread, and wanted by mail."""
    waiting = Telling.objects.filter(member=preferences.member_id).waiting().filter(told_at__lte=now - HOLD)
    waiting = waiting.exclude(reason__in=(*OWN_LETTERS, Reason.EVERY_POST))
    if wanted == LettersFor.NOTHING:
        return waiting.none()
    if wanted == LettersFor.NEEDED:
        waiting = waiting.filter(is_needed=True)
    return waiting.select_related("notice").order_by("-is_needed", "-notice")


def for_pushes(preferences: Preferences, *, since: datetime, now: datetime) -> QuerySet[Telling]:
    """What may be told on devices that are there since then: held a moment, and still unread."""
    waiting = Telling.objects.filter(member=preferences.member_id, pushed_at=None).unread()
    waiting = waiting.filter(told_at__gte=since, told_at__lte=now - PUSH_HOLD).exclude(reason=Reason.EVERY_POST)
    if preferences.push_for == PushFor.NOTHING:
        return waiting.none()
    if preferences.push_for == PushFor.NEEDED:
        waiting = waiting.filter(is_needed=True)
    return waiting.select_related("notice").order_by("-is_needed", "-notice")


def for_list(preferences: Preferences) -> QuerySet[Telling]:
    """What is read by mail, post by post, in its order; of a list that has ended, nothing more."""
    lists = Follow.objects.filter(member=preferences.member_id, level=Level.EVERY_POST).values_list("place", flat=True)
    waiting = Telling.objects.filter(member=preferences.member_id, reason=Reason.EVERY_POST).waiting()
    waiting = waiting.filter(notice__places__overlap=list(lists))
    return waiting.select_related("notice").order_by("notice")[:BATCH]


def for_digest(preferences: Preferences, *, besides: Iterable[str]) -> QuerySet[Telling]:
    """What waits, but for reasons that have letters of their own."""
    waiting = Telling.objects.filter(member=preferences.member_id).waiting().exclude(reason__in=list(besides))
    return waiting.select_related("notice").order_by("-is_needed", "-notice")


def last_here(member: Member, *, now: datetime) -> datetime:
    """When somebody was last here, as far as is kept; whoever lives in their mailbox is here by what they write."""
    seen = UserSession.objects.filter(user=member).order_by("-last_seen_at").values_list("last_seen_at", flat=True)
    here = max(filter(None, (seen.first(), member.last_login, member.date_joined)))
    if now - here <= SILENT_AFTER:
        return here
    return max([here, *(one.created_at for one in contributions.recent(member, reader=member, limit=1))])


def left_out_by_room(lines: Iterable[Line]) -> list[tuple[str, int]]:
    """How much of each room a digest does not show, most first."""
    return Counter(line.newest.room for line in lines for _one in line.tellings).most_common()


def _page(tellings: QuerySet[Telling], *, by: Sequence[str], after: str) -> Page[Telling]:
    bound = pagination.decode(after, length=len(by)) if after else None
    return pagination.page(tellings, by=by, after=bound)
