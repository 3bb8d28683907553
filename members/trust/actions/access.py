"""Looking at somebody's personal data: asked, confirmed by another, opened for an hour, read back by its owner."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from commons.outbox import publish
from members.models import Member
from members.trust import queries, rules
from members.trust.actions.tellings import tell
from members.trust.enums import ACCESS_OPEN, EMERGENCY_OPEN, KEEP_ACCESSES, Happening, Scope
from members.trust.models import DataAccess, DataAccessView


@transaction.atomic
def ask_for_data(*, about: Member, by: Member, scope: Scope, reason: str, now: datetime) -> DataAccess:
    """Ask to see a member's data. Nothing is open yet; those who may confirm it are told."""
    access = DataAccess.objects.create(asked_by=by, about=about, scope=scope, reason=reason, asked_at=now)
    others = queries.keepers(but=[by.pk, about.pk]).values_list("pk", flat=True)
    tell(others, Happening.DATA_ASKED, now=now)
    return access


@transaction.atomic
def confirm_access(*, access: DataAccess, by: Member, now: datetime) -> bool:
    """Say, as the second person, that the reason is good. False if somebody was first, or it may not be confirmed."""
    access = _locked(access)
    if not rules.can_confirm(by, access, now=now):
        return False
    access.confirmed_by, access.confirmed_at = by, now
    access.save(update_fields=["confirmed_by", "confirmed_at"])
    return True


@transaction.atomic
def open_access(*, access: DataAccess, by: Member, now: datetime) -> bool:
    """Open what was confirmed, for an hour, and let the person know. False if it may not be opened."""
    access = _locked(access)
    if not rules.can_open(by, access, now=now):
        return False
    access.opened_at, access.until = now, now + ACCESS_OPEN
    access.save(update_fields=["opened_at", "until"])
    tell([access.about_id], Happening.DATA_OPENED, about=str(by), now=now)
    return True


@transaction.atomic
def open_in_emergency(*, about: Member, by: Member, scope: Scope, reason: str, now: datetime) -> DataAccess:
    """Break the glass: open at once and alone, for half an hour.

    The person, and every other administrator and moderator, are told here and by letter.
    """
    access = DataAccess.objects.create(
        asked_by=by,
        about=about,
        scope=scope,
        reason=reason,
        asked_at=now,
        opened_at=now,
        until=now + EMERGENCY_OPEN,
        is_emergency=True,
    )
    others = list(queries.keepers(but=[by.pk, about.pk]).values_list("pk", flat=True))
    tell([about.pk], Happening.DATA_OPENED, about=str(by), now=now)
    tell(others, Happening.EMERGENCY, about=str(by), now=now)
    for member in [about.pk, *others]:
        publish("trust.glass_broken", access=access.pk, member=member)
    return access


@transaction.atomic
def close_access(*, access: DataAccess, by: Member, now: datetime) -> bool:
    """End it before its time. False if it was closed already."""
    access = _locked(access)
    if not rules.can_close(by, access, now=now):
        return False
    access.closed_at = now
    access.save(update_fields=["closed_at"])
    return True


@transaction.atomic
def review_emergency(*, access: DataAccess, by: Member, words: str, now: datetime) -> bool:
    """Write down what another person thinks of an emergency. False if somebody was first."""
    access = _locked(access)
    if not rules.can_review(by, access):
        return False
    access.reviewed_by, access.reviewed_at, access.review = by, now, words
    access.save(update_fields=["reviewed_by", "reviewed_at", "review"])
    return True


def note_view(*, access: DataAccess, fields: Sequence[str], now: datetime) -> None:
    """Write down that the data was read. Whoever it is about reads the line."""
    DataAccessView.objects.create(access=access, fields=", ".join(fields), viewed_at=now)


def forget_old_accesses(*, now: datetime) -> int:
    """Delete looks at data that are two years old; an emergency that nobody has reviewed stays."""
    settled = Q(is_emergency=False) | Q(reviewed_at__isnull=False)
    return DataAccess.objects.filter(settled, asked_at__lt=now - KEEP_ACCESSES).delete()[0]


def _locked(access: DataAccess) -> DataAccess:
    return DataAccess.objects.select_for_update(of=("self",)).get(pk=access.pk)
