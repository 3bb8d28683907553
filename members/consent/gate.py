"""The only door to e-mail, to showing what people tell about themselves, and to the world outside.

Asked at the moment of use: `allows` for one person, `consenting` for many. Everything is off until
there is a yes that stands. Whoever then uses the data leaves a line with `members.consent.uses`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import ExpressionWrapper, F, Func, JSONField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from commons import clock, journal
from commons.access import Refused
from commons.prepared import is_any_of, prepared
from commons.requests import MemberRequest
from members.consent.enums import STANDING, EventState, Why
from members.consent.models import ConsentState
from members.consent.purposes import PURPOSES
from members.models import Member

WHY = {
    EventState.REQUEST_DEFERRED: Why.DEFERRED,
    EventState.REFUSED: Why.REFUSED,
    EventState.WITHDRAWN: Why.WITHDRAWN,
    EventState.REVOKED: Why.REVOKED,
    EventState.EXPIRED: Why.EXPIRED,
    EventState.INVALIDATED: Why.INVALIDATED,
}
MEMO = "_consent_states"


@dataclass(frozen=True)
class Answer:
    """Truthy if something may be done now, and then on which event; else with the reason."""

    why: Why | None = None
    event: UUID | None = None

    def __bool__(self) -> bool:
        return self.why is None


class ConsentRequired(Refused):
    """Something would have been done without a yes. Nothing was done."""


def allows(member: object, purpose: str, *, now: datetime, scope: str = "") -> Answer:
    """Whether `member` has said yes to `purpose`, and the yes stands at this moment.

    The states of one member are read once for each `Member` instance, that is once a request.
    """
    PURPOSES[purpose]
    if not isinstance(member, Member):
        return Answer(Why.NEVER_ASKED)
    return _answer(_states(member).get((purpose, scope)), now=now)


def state(member: Member, purpose: str, *, scope: str = "") -> ConsentState | None:
    """What a member has said last to a purpose."""
    return _states(member).get((purpose, scope))


def consenting(purpose: str, *, now: datetime, scope: str = "") -> QuerySet[ConsentState, Any]:
    """The ids of all members whose yes to `purpose` stands, for `filter(author__in=consenting(…))`."""
    PURPOSES[purpose]
    journal.shows(f"consent.purpose:{purpose}")
    standing = ConsentState.objects.filter(purpose_code=purpose, scope_id=scope, is_standing=True, until__gt=now)
    return standing.values("member")


def consents(member: str, purpose: str, *, now: datetime, scope: str = "") -> Coalesce:
    """A condition: the yes to `purpose` of the member in this field stands.

    It is looked up for each row. Beside an OR, PostgreSQL would go through all of `consenting(…)` before the first row,
    and through what an `Exists` asks for as well.
    """
    theirs = consenting(purpose, now=now, scope=scope).filter(member=OuterRef(member))
    return Coalesce(Subquery(theirs.values("is_standing")[:1]), Value(value=False))


def standing_events(members: Iterable[int], purposes: Sequence[str], *, now: datetime) -> dict[str, dict[int, UUID]]:
    """For each purpose, those of these members whose yes stands, with the event it rests on.

    One query; none without members.
    """
    members = tuple(sorted(set(members)))
    rows = _standing(members, now, purposes=tuple(purposes)) if members else []
    return _by_purpose(rows, members, purposes, now=now)


@prepared
def _standing(members: tuple[int, ...], now: datetime, *, purposes: tuple[str, ...]) -> QuerySet[ConsentState, Any]:
    standing = _yes_that_stands(purposes, now=now).filter(is_any_of("member_id", members))
    return standing.values_list("purpose_code", "member", "event", "until").order_by()


def standing_along(purposes: Sequence[str], *, now: datetime) -> ArraySubquery:
    """To annotate members with what `told_along` reads: what `standing_events` would say of each."""
    theirs = _yes_that_stands(purposes, now=now).filter(member=OuterRef("pk"))
    row = Func(*map(F, ("purpose_code", "member", "event", "until")), function="jsonb_build_array")
    return ArraySubquery(theirs.annotate(row=ExpressionWrapper(row, JSONField())).values("row"))


def told_along(
    rows: Mapping[int, Iterable[Sequence[Any]]], purposes: Sequence[str], *, now: datetime
) -> dict[str, dict[int, UUID]]:
    """What came along with each of these members, as `standing_events` says it. No query."""
    told = [
        (purpose, member, UUID(event), datetime.fromisoformat(until))
        for theirs in rows.values()
        for purpose, member, event, until in theirs
    ]
    return _by_purpose(told, rows.keys(), purposes, now=now)


def _yes_that_stands(purposes: Sequence[str], *, now: datetime) -> QuerySet[ConsentState]:
    return ConsentState.objects.filter(purpose_code__in=purposes, scope_id="", is_standing=True, until__gt=now)


def _by_purpose(
    rows: Iterable[Any], members: Iterable[int], purposes: Sequence[str], *, now: datetime
) -> dict[str, dict[int, UUID]]:
    journal.shows(*(f"members.member:{member}" for member in members))
    found: dict[str, dict[int, UUID]] = {purpose: {} for purpose in purposes}
    for purpose, member, event, until in rows:
        found[purpose][member] = event
        journal.shows_until(until, now=now)
    return found


def require_consent(member: Member, purpose: str, *, now: datetime, scope: str = "") -> Answer:
    """Like `allows`, for whoever is about to do it.

    Raises:
        ConsentRequired: there is no yes that stands.
    """
    if not (answer := allows(member, purpose, now=now, scope=scope)):
        raise ConsentRequired(_("This needs your yes first: %(purpose)s.") % {"purpose": PURPOSES[purpose].title})
    return answer


def requires_purpose(purpose: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """For views: only with the reader's own yes to `purpose`."""

    def guard(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require_consent(request.user, purpose, now=clock.now())
            return view(request, *args, **kwargs)

        return guarded

    return guard


def forget_memo(member: Member) -> None:
    """What was read of this member's states is no longer true."""
    member.__dict__.pop(MEMO, None)


def _states(member: Member) -> dict[tuple[str, str], ConsentState]:
    if MEMO not in member.__dict__:
        rows = ConsentState.objects.filter(member=member)
        member.__dict__[MEMO] = {(row.purpose_code, row.scope_id): row for row in rows}
    return member.__dict__[MEMO]


def _answer(state: ConsentState | None, *, now: datetime) -> Answer:
    if state is None:
        return Answer(Why.NEVER_ASKED)
    if state.event_state not in STANDING:
        return Answer(WHY[EventState(state.event_state)])
    if not state.is_standing or state.until is None or state.expires_at is None:
        return Answer(Why.RESTRICTED)
    if state.until <= now:
        return Answer(Why.EXPIRED if state.expires_at <= now else Why.SUPERSEDED)
    return Answer(event=state.event)
