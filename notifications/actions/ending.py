"""Ending letters from the letter itself, without signing in (RFC 8058)."""

from datetime import datetime

from django.db import transaction

from members.consent import actions as consent
from members.models import Member
from notifications.actions.following import unfollow
from notifications.enums import Level
from notifications.models import Follow, SentLetter


def revoke_letters(*, member: Member, now: datetime) -> None:
    """No letter that was sent until now can be answered, or end anything, any more: somebody else may read them."""
    SentLetter.objects.filter(member=member, revoked_at=None).update(revoked_at=now)


@transaction.atomic
def end_letters(*, letter: SentLetter, now: datetime) -> None:
    """No more letters like this one. Of a list, this list ends; with the last list, the consent to lists as well."""
    member = letter.member
    if letter.list_place:
        if Follow.objects.filter(member=member, place=letter.list_place, level=Level.EVERY_POST).exists():
            unfollow(member=member, place=letter.list_place)
        if Follow.objects.filter(member=member, level=Level.EVERY_POST).exists():
            return
    consent.withdraw(member=member, purpose=letter.purpose, surface="letter", now=now)
