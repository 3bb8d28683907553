"""Keeping what somebody is writing."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from commons.files import actions as files
from commons.files.models import File
from forum.actions.files import NO_FILES, Files, keep_in_draft
from forum.files import DRAFT
from forum.models import Draft
from members.models import Member


def save_draft(*, member: Member, place: str, path: str, label: str, now: datetime, **typed: str) -> Draft:
    """Keep the latest text for one place; an empty text without files takes the draft away."""
    if not any(value.strip() for name, value in typed.items() if name in {"title", "source"}):
        without_files = _drafts(member, place).exclude(pk__in=File.objects.filter(place_kind=DRAFT).values("place_key"))
        without_files.delete()
        if not _drafts(member, place).exists():
            return Draft(member=member, place=place, saved_at=now)
    fields = {"path": path, "label": label, "saved_at": now, **typed}
    return Draft.objects.update_or_create(member=member, place=place, defaults=fields)[0]


@transaction.atomic
def add_to_draft(
    *, member: Member, place: str, path: str, label: str, now: datetime, given: Files = NO_FILES, **typed: str
) -> Draft:
    """Keep the text with files, however little is written yet.

    Raises:
        RateLimited: too many files for now; nothing has changed.
    """
    fields = {"path": path, "label": label, "saved_at": now, **typed}
    draft, _is_new = Draft.objects.update_or_create(member=member, place=place, defaults=fields)
    keep_in_draft(draft=draft, by=member, given=given, now=now)
    return draft


@transaction.atomic
def discard_draft(*, member: Member, place: str) -> None:
    """Forget what was being written, with the files that were to go with it."""
    _forget(_drafts(member, place))


@transaction.atomic
def forget_drafts(*, saved_before: datetime) -> int:
    """Forget the drafts that nobody has touched since, with their files; how many."""
    return _forget(Draft.objects.filter(saved_at__lt=saved_before))


def _forget(drafts: QuerySet[Draft]) -> int:
    keys = list(drafts.order_by("pk").values_list("pk", flat=True))
    if keys:
        files.forget(File.objects.at(DRAFT, *keys))
        Draft.objects.filter(pk__in=keys).delete()
    return len(keys)


def _drafts(member: Member, place: str) -> QuerySet[Draft]:
    return Draft.objects.filter(member=member, place=place)
