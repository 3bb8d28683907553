"""What the consent pages, the receipts and the checks ask of the ledger."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, Max, OuterRef, QuerySet

from members.consent import gate
from members.consent.enums import ASK_AGAIN_AFTER, STANDING, EventState, ScopeKind
from members.consent.gate import Answer
from members.consent.models import ConsentEvent, ConsentState, ConsentUse, Principal, PurposeVersion
from members.consent.purposes import CATALOGUE, PURPOSES, Purpose
from members.models import Member

NO = (EventState.REFUSED, EventState.WITHDRAWN, EventState.REQUEST_DEFERRED)


@dataclass(frozen=True)
class Choice:
    """One purpose as its owner sees it: the words, and what they have said."""

    purpose: Purpose
    answer: Answer
    state: ConsentState | None

    @property
    def is_yes(self) -> bool:
        return bool(self.answer)

    @property
    def is_no(self) -> bool:
        return self.state is not None and self.state.event_state in {EventState.REFUSED, EventState.WITHDRAWN}


def current_version(purpose: str) -> PurposeVersion:
    """The words of a purpose as they are now."""
    return PurposeVersion.objects.filter(purpose_code=purpose, version=PURPOSES[purpose].version).get()


def choices(member: Member, *, now: datetime) -> list[Choice]:
    """Every purpose that covers the whole site, in the order of the catalogue; one query."""
    return [choice(member, purpose.code, now=now) for purpose in CATALOGUE if purpose.scope_kind == ScopeKind.SITE]


def choice(member: Member, purpose: str, *, now: datetime) -> Choice:
    """One purpose as its owner sees it."""
    return Choice(PURPOSES[purpose], gate.allows(member, purpose, now=now), gate.state(member, purpose))


def may_ask(member: Member, purpose: str, *, now: datetime) -> bool:
    """Whether somebody may be asked in passing: not while they say yes, nor within six months of a no."""
    state = gate.state(member, purpose)
    if state is None:
        return True
    has_said_no = state.event_state in NO and state.event_time > now - ASK_AGAIN_AFTER
    return not has_said_no and not gate.allows(member, purpose, now=now)


def history(member: Member) -> QuerySet[ConsentEvent]:
    """All that a member has said, latest last."""
    ref = Principal.objects.filter(member=member).values("ref")
    return ConsentEvent.objects.filter(principal_ref__in=ref).order_by("seq")


def uses(member: Member) -> QuerySet[ConsentUse]:
    """What was done on a member's consents, latest first."""
    return ConsentUse.objects.filter(member=member).order_by("-used_on", "-id")


def expiry(event: ConsentEvent) -> datetime | None:
    """When the yes of this event runs out; None if it is no yes."""
    months = event.validity_duration.removeprefix("P").removesuffix("M")
    return event.event_time + relativedelta(months=int(months)) if event.is_standing else None


type Supersessions = Mapping[str, Sequence[tuple[int, datetime]]]


def supersessions(purpose: str | None = None) -> Supersessions:
    """Of each purpose, or of one, the versions that asked for a new yes, and from when. One query."""
    found: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
    material = PurposeVersion.objects.filter(material_change=True, **({"purpose_code": purpose} if purpose else {}))
    for code, version, since in material.order_by("version").values_list("purpose_code", "version", "effective_from"):
        found[code].append((version, since))
    return found


def state_of(
    event: ConsentEvent, *, member: int, is_restricted: bool, changes: Supersessions | None = None
) -> ConsentState:
    """The state that follows from the latest event of a purpose and scope."""
    expires_at = expiry(event)
    known = supersessions(event.purpose_code) if changes is None else changes
    later = [since for version, since in known.get(event.purpose_code, ()) if version > event.purpose_version]
    return ConsentState(
        member_id=member,
        purpose_code=event.purpose_code,
        scope_id=event.scope_id,
        event_state=event.event_state,
        purpose_version=event.purpose_version,
        event=event.id,
        event_time=event.event_time,
        expires_at=expires_at,
        until=min(expires_at, *later) if expires_at and later else expires_at,
        is_standing=event.event_state in STANDING and not is_restricted,
    )


def states_from_events(
    principal: Principal, events: Iterable[ConsentEvent], *, changes: Supersessions
) -> list[ConsentState]:
    """What the chain of one person, in order, comes to; made from nothing but the chain and the words."""
    latest = {(event.purpose_code, event.scope_id): event for event in events}
    is_restricted = principal.restricted_at is not None
    return [
        state_of(event, member=principal.member_id, is_restricted=is_restricted, changes=changes)
        for event in latest.values()
    ]


def states_from_ledger(principal: Principal) -> list[ConsentState]:
    """The states of one person, made anew. Two queries."""
    events = ConsentEvent.objects.filter(principal_ref=principal.ref).order_by("seq")
    return states_from_events(principal, events, changes=supersessions())


def chains() -> Iterator[tuple[UUID, list[ConsentEvent]]]:
    """Every chain with its events in order, streamed."""
    events = ConsentEvent.objects.order_by("principal_ref", "seq").iterator(chunk_size=2000)
    for ref, links in groupby(events, key=lambda event: event.principal_ref):
        yield ref, list(links)


def heads(*, until: datetime) -> list[tuple[UUID, int, bytes]]:
    """Where each chain ended at that time: its name, its length and its last hash, ordered by name."""
    ends = ConsentEvent.objects.filter(event_time__lte=until).order_by("principal_ref", "-seq")
    rows = ends.distinct("principal_ref").values_list("principal_ref", "seq", "hash")
    return [(ref, length, bytes(head)) for ref, length, head in rows.iterator()]


def ended_chains(*, before: datetime) -> list[UUID]:
    """The chains that belong to nobody any more and whose last event is older than that."""
    theirs = Principal.objects.filter(ref=OuterRef("principal_ref"))
    orphans = ConsentEvent.objects.filter(~Exists(theirs)).values("principal_ref")
    ended = orphans.annotate(last=Max("event_time")).filter(last__lt=before)
    return list(ended.order_by("principal_ref").values_list("principal_ref", flat=True))
