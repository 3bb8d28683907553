"""Access needs: sealed, kept only on a yes of their own, gone with it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from members.consent import actions as consent
from members.consent import gate
from members.models import Member
from members.people import sealing
from members.people.models import AccessHost, AccessNeeds

PURPOSE = "special.access_needs"


@transaction.atomic
def save_access_needs(*, member: Member, text: str, hosts: Iterable[Member], now: datetime) -> None:
    """Keep what a member needs, for these hosts and nobody else. No text means that nothing is kept.

    The member's end of the consent ledger is locked meanwhile, so that nothing is kept after a no.

    Raises:
        ConsentRequired: there is no yes to keeping them.
    """
    consent.locked_principal(member)
    gate.forget_memo(member)
    gate.require_consent(member, PURPOSE, now=now)
    AccessNeeds.objects.filter(member=member).delete()
    if not text.strip():
        return
    kept = AccessNeeds.objects.create(member=member, sealed=sealing.seal(text), saved_at=now)
    chosen = {host.pk: host for host in hosts if host != member}
    AccessHost.objects.bulk_create([AccessHost(needs=kept, host=host) for host in chosen.values()])


@transaction.atomic
def forget_access_needs(*, member_id: int, saved_before: datetime | None = None) -> bool:
    """Delete what was kept, or only what is older than the yes that stands now. False if there was nothing."""
    kept = AccessNeeds.objects.filter(member=member_id)
    if saved_before is not None:
        kept = kept.filter(saved_at__lt=saved_before)
    return bool(kept.delete()[0])
