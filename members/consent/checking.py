"""Is the ledger what was written? Chains, their ends, the states made from them, the words, the latest anchor."""

from collections.abc import Sequence
from dataclasses import dataclass

from members.consent import chain, queries
from members.consent.models import ConsentEvent, ConsentState, LedgerAnchor, Principal, PurposeVersion
from members.consent.publishing import fingerprint

STATE_FIELDS = ("purpose_code", "scope_id", "event_state", "purpose_version", "event", "until", "is_standing")


@dataclass(frozen=True)
class Findings:
    """`fault` names the first thing that is wrong; empty if the ledger is sound."""

    chains: int
    events: int
    fault: str = ""


def check_ledger() -> Findings:
    """Go through all of it, one chain in memory at a time."""
    principals = {principal.ref: principal for principal in Principal.objects.order_by("pk")}
    changes, chains, events = queries.supersessions(), 0, 0
    for ref, links in queries.chains():
        chains, events = chains + 1, events + len(links)
        if broken := chain.first_fault(links):
            return Findings(chains, events, f"event {broken.pk}, link {broken.seq} of chain {ref}: {broken}")
        principal = principals.pop(ref, None)
        if principal and (fault := _fault_of(principal, links, changes=changes)):
            return Findings(chains, events, fault)
    cut = next((principal for principal in principals.values() if principal.length), None)
    fault = f"chain {cut.ref} is gone; it had {cut.length} links" if cut else _fault_of_words() or _fault_of_anchor()
    return Findings(chains, events, fault)


def _fault_of(principal: Principal, links: Sequence[ConsentEvent], *, changes: queries.Supersessions) -> str:
    if principal.length != len(links) or bytes(principal.head) != bytes(links[-1].hash):
        return f"chain {principal.ref} ends at link {len(links)}, and should end at link {principal.length}"
    live = ConsentState.objects.filter(member=principal.member_id).order_by("pk")
    made = queries.states_from_events(principal, links, changes=changes)
    if {_plain(state) for state in live} != {_plain(state) for state in made}:
        return f"the states of chain {principal.ref} are not what the chain says; rebuild them"
    return ""


def _fault_of_words() -> str:
    for words in PurposeVersion.objects.order_by("pk"):
        if words.sha256 != fingerprint(notice=words.notice_text, easy_read=words.easy_read_text):
            return f"the words of {words} have been changed"
    return ""


def _fault_of_anchor() -> str:
    """The latest anchor only: chains whose time is over leave the ledger, and older roots with them."""
    anchor = LedgerAnchor.objects.order_by("-made_at").first()
    if anchor is None:
        return ""
    heads = queries.heads(until=anchor.made_at)
    if chain.merkle_root([ref.bytes + head for ref, _length, head in heads]) != bytes(anchor.root):
        return f"the chains are not those of the anchor of {anchor.made_at:%Y-%m-%d %H:%M}"
    return ""


def _plain(state: ConsentState) -> tuple[object, ...]:
    return tuple(getattr(state, name) for name in STATE_FIELDS)
