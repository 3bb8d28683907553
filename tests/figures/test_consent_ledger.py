"""10,000 members and 300,000 consent events: the gate answers at once, and the ledger can still be checked."""

import time
from datetime import timedelta
from itertools import batched
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commons import clock
from members.consent import chain, checking, gate, queries
from members.consent.enums import EntityRole, EventState, EventType
from members.consent.models import ConsentEvent, ConsentState, Principal
from members.consent.purposes import CATALOGUE
from members.models import Member

pytestmark = [pytest.mark.figures, pytest.mark.django_db, pytest.mark.timeout(900)]

MEMBERS, EVENTS_EACH = 10_000, 30
SITE = [purpose for purpose in CATALOGUE if purpose.scope_kind == "site"]


def chain_of(principal: Principal) -> list[ConsentEvent]:
    """Thirty answers of one member, yes and no by turns over all purposes."""
    events, before = [], chain.START
    start = clock.now() - timedelta(days=60)
    for seq in range(1, EVENTS_EACH + 1):
        purpose = SITE[(seq + principal.pk) % len(SITE)]
        is_yes = (seq + principal.pk) % 3 > 0
        words = WORDS[purpose.code]
        event = ConsentEvent(
            id=uuid4(), seq=seq, principal_ref=principal.ref, purpose_code=purpose.code, purpose_version=1,
            event_state=EventState.GIVEN if is_yes else EventState.REFUSED, event_type=EventType.EXPRESSED,
            event_time=start + timedelta(days=seq), validity_duration="P24M" if is_yes else "",
            entity_id=str(principal.ref), entity_role=EntityRole.SELF, indication_method="web form",
            ui_surface="/welcome/", notice_sha256=words.sha256, language="en", prev_hash=before,
        )  # fmt: skip
        event.hash = before = chain.seal(event, after=before)
        events.append(event)
    principal.length, principal.head = len(events), before
    return events


WORDS: dict[str, object] = {}


@pytest.fixture
def community(db: None) -> None:
    WORDS.update({purpose.code: queries.current_version(purpose.code) for purpose in SITE})
    people = Member.objects.bulk_create(
        Member(username=f"person{n}", display_name=f"Person {n}") for n in range(MEMBERS)
    )
    changes = queries.supersessions()
    for some in batched(people, 500):
        principals = Principal.objects.bulk_create([Principal(member=member) for member in some])
        events = [event for principal in principals for event in chain_of(principal)]
        ConsentEvent.objects.bulk_create(events)
        Principal.objects.bulk_update(principals, ["length", "head"])
        latest = {(event.principal_ref, event.purpose_code): event for event in events}
        owners = {principal.ref: principal.member_id for principal in principals}
        ConsentState.objects.bulk_create(
            queries.state_of(event, member=owners[event.principal_ref], is_restricted=False, changes=changes)
            for event in latest.values()
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def test_the_gate_with_300_000_events(community: None) -> None:
    assert ConsentEvent.objects.count() == MEMBERS * EVENTS_EACH
    now = clock.now()

    with CaptureQueriesContext(connection) as cold:
        member = Member.objects.get(username="person5000")
        gate.allows(member, "content.public", now=now)
    assert len(cold) == 2  # the member, and their states
    started = time.perf_counter()
    for _again in range(1000):
        gate.allows(member, "content.public", now=now)
    warm = time.perf_counter() - started
    fresh = [Member.objects.get(username=f"person{n}") for n in range(200)]
    started = time.perf_counter()
    for one in fresh:
        gate.allows(one, "content.public", now=now)
    cold_time = (time.perf_counter() - started) / len(fresh)

    plan = gate.consenting("content.public", now=now).explain(analyze=True)
    started = time.perf_counter()
    count = gate.consenting("content.public", now=now).count()
    counting = time.perf_counter() - started
    started = time.perf_counter()
    found = checking.check_ledger()
    checked = time.perf_counter() - started

    print(f"\nallows(): warm {warm * 1000:.2f} µs, cold {cold_time * 1000:.2f} ms, one query")
    print(f"consenting(): {count} members in {counting * 1000:.1f} ms\n{plan}")
    print(f"verify_consent_ledger: {found.events} events in {checked:.1f} s")
    assert warm / 1000 < 0.001
    assert "consent_state_consenting" in plan
    assert "Seq Scan" not in plan
    assert plan.count("consent_state_consenting") == 1
    assert found == checking.Findings(chains=MEMBERS, events=MEMBERS * EVENTS_EACH)
