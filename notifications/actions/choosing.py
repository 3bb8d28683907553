"""Choosing how one wants to be told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from commons import undeliverable
from members.models import Member
from notifications import budget
from notifications.models import Preferences, Telling


@transaction.atomic
def choose(*, member: Member, choices: Mapping[str, Any], now: datetime) -> Preferences:
    """Keep what somebody chose, and look anew when the next letter and the next digest are due."""
    preferences, _new = Preferences.objects.select_for_update().get_or_create(member=member)
    for name, value in choices.items():
        setattr(preferences, name, value)
    _look_anew(preferences, now=now)
    return preferences


@transaction.atomic
def try_address_again(*, member: Member, now: datetime) -> None:
    """Letters came back from this member's address; they say that it works, so what waits may go out."""
    undeliverable.forget(member.email)
    look_anew(member=member.pk, now=now)


def pause(*, member: Member, until: datetime, now: datetime) -> Preferences:
    """No mail until then. The inbox goes on filling, quietly."""
    return choose(member=member, choices={"paused_until": until}, now=now)


def unpause(*, member: Member, now: datetime) -> Preferences:
    return choose(member=member, choices={"paused_until": None}, now=now)


@transaction.atomic
def look_anew(*, member: int, now: datetime) -> None:
    """A yes to letters was given: what waits may go out."""
    if preferences := Preferences.objects.select_for_update().filter(pk=member).first():
        _look_anew(preferences, now=now)


def _look_anew(preferences: Preferences, *, now: datetime) -> None:
    has_waiting = Telling.objects.filter(member=preferences.member_id).waiting().exists()
    preferences.letter_due_at = budget.first_open(preferences, now) if has_waiting else None
    preferences.push_due_at = budget.first_open(preferences, now, on_devices=True) if has_waiting else None
    preferences.digest_due_at = budget.next_digest(preferences, after=now)
    preferences.save()
