"""How the events of one person hang together: each carries a keyed hash of itself and of the one before."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from datetime import UTC

from commons import keys
from members.consent.models import ConsentEvent

START = bytes(32)
SEALED = (
    "id",
    "seq",
    "principal_ref",
    "purpose_code",
    "purpose_version",
    "scope_type",
    "scope_id",
    "event_state",
    "event_type",
    "validity_duration",
    "entity_id",
    "entity_role",
    "indication_method",
    "ui_surface",
    "notice_sha256",
    "language",
)


def seal(event: ConsentEvent, *, after: bytes) -> bytes:
    """HMAC-SHA256 of the hash before and of every field of the event, in canonical JSON."""
    fields = {name: _plain(getattr(event, name)) for name in SEALED}
    fields["event_time"] = event.event_time.astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.digest(keys.derived("consent ledger"), after + text.encode(), "sha256")


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The root of a binary hash tree over the leaves, with the domains of RFC 6962; an odd one moves up as it is."""
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        odd = level[-1:] if len(level) % 2 else []
        level = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs] + odd
    return level[0] if level else hashlib.sha256(b"").digest()


def first_fault(events: Iterable[ConsentEvent]) -> ConsentEvent | None:
    """The first event of one chain, in order, that is not what was written, or None."""
    before = START
    for place, event in enumerate(events, 1):
        is_sound = event.seq == place and bytes(event.prev_hash) == before
        if not is_sound or not hmac.compare_digest(bytes(event.hash), seal(event, after=before)):
            return event
        before = bytes(event.hash)
    return None


def _plain(value: object) -> object:
    return value if isinstance(value, int) else str(value)
