"""Every write of the members' room."""

from datetime import datetime

from django.db import transaction

from commons.outbox import publish
from members.models import Member, UnclaimedAuthor


@transaction.atomic
def claim_author(*, author: UnclaimedAuthor, by: Member, now: datetime) -> bool:
    """Give somebody the letters that they wrote before they joined. False if somebody else was first.

    The caller has made sure that the address is theirs.
    """
    claimed = UnclaimedAuthor.objects.filter(pk=author.pk, claimed_by=None).update(claimed_by=by, claimed_at=now)
    if claimed:
        publish("members.author_claimed", author=author.pk, member=by.pk)
    return bool(claimed)
