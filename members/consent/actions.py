"""Every write of the consent ledger. An event is added and never changed; the state follows in the same transaction."""

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.urls import Resolver404, resolve

from commons.outbox import publish
from members.consent import chain, gate, queries
from members.consent.enums import KEEP_CHAIN_MONTHS, STANDING, VALIDITY_MONTHS, EntityRole, EventState, EventType
from members.consent.models import ConsentEvent, ConsentReceipt, ConsentState, LedgerAnchor, Principal
from members.consent.purposes import PURPOSES
from members.models import Member

NAMES = re.compile(r"<[^>]*>")


@transaction.atomic
def answer(*, member: Member, purpose: str, yes: bool, surface: str, now: datetime, scope: str = "") -> bool:
    """Write down a person's yes or no. False if they had said just that already, so that a retry writes nothing.

    A yes to words that have changed since, or that is about to run out, is a renewed one. A no after a yes takes it
    back, at once: whoever listens to `consent.changed` then cleans up after it.
    """
    principal = locked_principal(member)
    state = ConsentState.objects.filter(member=member, purpose_code=purpose, scope_id=scope).first()
    next_state = _after_answer(state, yes=yes, now=now, version=queries.current_version(purpose).version)
    if next_state is None:
        return False
    _append(principal, purpose=purpose, scope=scope, state=next_state, surface=surface, role=EntityRole.SELF, now=now)
    return True


def withdraw(*, member: Member, purpose: str, surface: str, now: datetime, scope: str = "") -> bool:
    """Take a yes back. False if there was none."""
    if not gate.allows(member, purpose, now=now, scope=scope):
        return False
    return answer(member=member, purpose=purpose, yes=False, surface=surface, now=now, scope=scope)


@transaction.atomic
def defer(*, member: Member, purposes: Iterable[str], surface: str, now: datetime) -> None:
    """Write down that somebody was asked and chose not to answer now; they are not asked again for six months."""
    principal = locked_principal(member)
    asked = set(ConsentState.objects.filter(member=member, scope_id="").values_list("purpose_code", flat=True))
    for purpose in purposes:
        if purpose not in asked:
            _append(
                principal,
                purpose=purpose,
                scope="",
                state=EventState.REQUEST_DEFERRED,
                surface=surface,
                role=EntityRole.SELF,
                now=now,
            )


@transaction.atomic
def revoke(*, member: Member, purpose: str, surface: str, now: datetime, scope: str = "") -> bool:
    """The community ends what a person had agreed to, for instance a role that is over. False if nothing stood."""
    principal = locked_principal(member)
    if not gate.allows(member, purpose, now=now, scope=scope):
        return False
    role = EntityRole.CONTROLLER
    _append(principal, purpose=purpose, scope=scope, state=EventState.REVOKED, surface=surface, role=role, now=now)
    return True


@transaction.atomic
def expire_due(*, now: datetime, limit: int = 1000) -> int:
    """Write `ConsentExpired` for every yes whose time is over; how many. It has had no effect since that moment."""
    due = ConsentState.objects.filter(is_standing=True, expires_at__lte=now).select_related("member")
    states = list(due.order_by("expires_at", "pk")[:limit])
    for state in states:
        principal = locked_principal(state.member)
        _append(
            principal,
            purpose=state.purpose_code,
            scope=state.scope_id,
            state=EventState.EXPIRED,
            surface="clock",
            role=EntityRole.SYSTEM,
            now=now,
        )
    return len(states)


@transaction.atomic
def restrict(*, member: Member, now: datetime) -> None:
    """Stop every use of a person's data that rests on consent, until lifted (GDPR Art. 18). Nothing is forgotten."""
    principal = locked_principal(member)
    Principal.objects.filter(pk=principal.pk).update(restricted_at=now)
    ConsentState.objects.filter(member=member).update(is_standing=False)
    gate.forget_memo(member)


@transaction.atomic
def lift_restriction(*, member: Member) -> None:
    """Let every yes that still stands count again."""
    principal = locked_principal(member)
    Principal.objects.filter(pk=principal.pk).update(restricted_at=None)
    rebuild_states(member=member)


@transaction.atomic
def rebuild_states(*, member: Member) -> None:
    """Make the states of one member anew from their chain."""
    principal = locked_principal(member)
    ConsentState.objects.filter(member=member).delete()
    ConsentState.objects.bulk_create(queries.states_from_ledger(principal))
    gate.forget_memo(member)


@transaction.atomic
def issue_receipt(*, receipt_id: UUID, ref: UUID, events: list[UUID], sha256: str, now: datetime) -> ConsentReceipt:
    """Remember that a receipt was handed out."""
    return ConsentReceipt.objects.create(
        id=receipt_id, principal_ref=ref, events=events, issued_at=now, json_sha256=sha256
    )


def make_anchor(*, now: datetime) -> LedgerAnchor:
    """Write down where all chains end today."""
    heads = queries.heads(until=now)
    root = chain.merkle_root([ref.bytes + head for ref, _length, head in heads])
    events = sum(length for _ref, length, _head in heads)
    return LedgerAnchor.objects.create(made_at=now, root=root, chains=len(heads), events=events)


def principal_of(member: Member) -> Principal:
    """The member's random name in the ledger, made when it is first needed."""
    return Principal.objects.get_or_create(member=member)[0]


def locked_principal(member: Member) -> Principal:
    """The member's end of the ledger; its lock keeps the chain in one line."""
    principal = Principal.objects.select_for_update().get(pk=principal_of(member).pk)
    principal.member = member
    return principal


def _after_answer(state: ConsentState | None, *, yes: bool, now: datetime, version: int) -> EventState | None:
    """The next state, or None if nothing changes."""
    was_yes = state is not None and state.event_state in STANDING
    if yes:
        if state is None or not was_yes:
            return EventState.GIVEN
        is_current = state.purpose_version == version and state.until is not None and state.until > now
        return None if is_current else EventState.RENEWED
    if was_yes:
        return EventState.WITHDRAWN
    has_said_no = state is not None and state.event_state in {EventState.REFUSED, EventState.WITHDRAWN}
    return None if has_said_no else EventState.REFUSED


def _append(
    principal: Principal, *, purpose: str, scope: str, state: EventState, surface: str, role: EntityRole, now: datetime
) -> ConsentEvent:
    """The next link of the chain and the state that follows from it. The principal's lock is held."""
    words, entry = queries.current_version(purpose), PURPOSES[purpose]
    event = ConsentEvent(
        id=uuid4(),
        seq=principal.length + 1,
        principal_ref=principal.ref,
        purpose_code=purpose,
        purpose_version=words.version,
        scope_type=entry.scope_kind,
        scope_id=scope,
        event_state=state,
        event_type=EventType.EXPLICITLY_EXPRESSED if entry.is_special else EventType.EXPRESSED,
        event_time=now,
        validity_duration=f"P{VALIDITY_MONTHS}M" if state in STANDING else "",
        entity_id=str(principal.ref) if role == EntityRole.SELF else role,
        entity_role=role,
        indication_method="web form" if role == EntityRole.SELF else role,
        ui_surface=_without_names(surface)[:80],
        notice_sha256=words.sha256,
        language=words.language,
        prev_hash=bytes(principal.head) or chain.START,
    )
    event.hash = chain.seal(event, after=bytes(event.prev_hash))
    ConsentEvent.objects.bulk_create([event])
    principal.length, principal.head = event.seq, event.hash
    principal.save(update_fields=["length", "head"])
    row = queries.state_of(event, member=principal.member_id, is_restricted=principal.restricted_at is not None)
    ConsentState.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["member", "purpose_code", "scope_id"],
        update_fields=[
            "event_state", "purpose_version", "event", "event_time", "expires_at", "until", "is_standing",
        ],
    )  # fmt: skip
    gate.forget_memo(principal.member)
    publish("consent.changed", member=principal.member_id, purpose=purpose, scope=scope, state=str(state))
    return event


def _without_names(surface: str) -> str:
    """A page without the names and titles in its address: the ledger never changes, and people may be forgotten."""
    if not surface.startswith("/"):
        return surface
    try:
        return f"/{NAMES.sub('…', resolve(surface).route)}"
    except Resolver404:
        return ""


@transaction.atomic
def forget_ended_chains(*, now: datetime) -> int:
    """Delete the chains of people who are gone, 24 months after their last event, and anchor what is left."""
    oldest = now - relativedelta(months=KEEP_CHAIN_MONTHS)
    ended = queries.ended_chains(before=oldest)
    gone = ConsentEvent.objects.filter(principal_ref__in=ended).delete()[0] if ended else 0
    ConsentReceipt.objects.filter(principal_ref__in=ended).delete()
    if gone:
        make_anchor(now=now)
    return gone
