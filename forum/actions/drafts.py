"""Keeping what somebody is writing."""

from datetime import datetime

from forum.models import Draft
from members.models import Member


def save_draft(*, member: Member, place: str, path: str, label: str, now: datetime, **typed: str) -> Draft:
    """Keep the latest text for one place; an empty text takes the draft away."""
    if not any(value.strip() for name, value in typed.items() if name in {"title", "source"}):
        discard_draft(member=member, place=place)
        return Draft(member=member, place=place, saved_at=now)
    fields = {"path": path, "label": label, "saved_at": now, **typed}
    return Draft.objects.update_or_create(member=member, place=place, defaults=fields)[0]


def discard_draft(*, member: Member, place: str) -> None:
    Draft.objects.filter(member=member, place=place).delete()
