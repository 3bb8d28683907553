"""Words of thanks: given once, taken back by whoever gave them, taken off a page by whoever was given them."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from commons import ratelimit
from commons.access import require
from members.models import Member
from members.people import rules
from members.people.models import Thanks


@transaction.atomic
def give_thanks(
    *,
    giver: Member,
    receiver: Member,
    words: str,
    is_public: bool,
    submission: UUID,
    now: datetime,
    about: str = "",
) -> Thanks:
    """Thank somebody, for one thing if `about` names it. The same form again, or the same thing, gives nothing new.

    Raises:
        Refused: they may not.
        RateLimited: too many thanks for today.
    """
    require(rules.can_thank(giver, receiver))
    same = Q(submission=submission) | Q(about=about) & ~Q(about="")
    if sent := Thanks.objects.filter(same, giver=giver).first():
        return sent
    ratelimit.spend_or_refuse("people.thanks", key=str(giver.pk), now=now)
    given = {"receiver": receiver, "words": words, "is_public": is_public, "about": about, "created_at": now}
    return Thanks.objects.get_or_create(giver=giver, submission=submission, defaults=given)[0]


@transaction.atomic
def take_off(*, thanks: Thanks, now: datetime) -> None:
    """Take thanks off the receiver's page; nobody is told."""
    Thanks.objects.filter(pk=thanks.pk, taken_off_at=None).update(taken_off_at=now)


@transaction.atomic
def put_back(*, thanks: Thanks) -> None:
    """Show them again."""
    Thanks.objects.filter(pk=thanks.pk).update(taken_off_at=None)


@transaction.atomic
def take_back(*, thanks: Thanks) -> None:
    """Whoever gave the thanks takes their words back; they are gone."""
    Thanks.objects.filter(pk=thanks.pk).delete()
