"""Copies of what we hold: asking, making, letting them end."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.db.models import Q

from commons import ratelimit
from commons.outbox import publish
from members.models import Member
from members.rights import archive, notices
from members.rights.enums import EXPORT_LIFETIME, LEASE, NEW_DEVICE_DELAY
from members.rights.models import Export


def ask_for_export(*, member: Member, is_at_home: bool, now: datetime) -> Export | None:
    """Begin a copy, one a day, and tell its owner by mail, in case it was somebody else. None if one is being made.

    Unless they are at home, in a browser that we have known for a while, it waits for a day.

    Raises:
        RateLimited: there was one today.
    """
    not_before = now if is_at_home else now + NEW_DEVICE_DELAY
    try:
        with transaction.atomic():
            export = Export.objects.create(member=member, asked_at=now, not_before=not_before)
            ratelimit.spend_or_refuse("rights.export", key=str(member.pk), now=now)
            publish("rights.export_asked", export=str(export.pk))
    except IntegrityError:
        return None
    return export


def waiting_exports(*, now: datetime) -> list[UUID]:
    """What is due and nobody is making, for the worker."""
    due = Export.objects.filter(_free(now), ready_at=None, not_before__lte=now)
    return list(due.order_by("asked_at", "pk").values_list("pk", flat=True))


def make_export(*, export_id: UUID, now: datetime) -> bool:
    """Write the file, row by row, so that it needs little memory. False if it is not due, or somebody makes it."""
    mine = Export.objects.filter(_free(now), pk=export_id, ready_at=None, not_before__lte=now)
    if not mine.update(taken_at=now, progress=0):
        return False
    export = Export.objects.select_related("member").get(pk=export_id)
    name, partial = f"{export.pk}.zip", _partial(export)
    partial.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    Export.objects.filter(pk=export.pk).update(total=archive.count(export.member))
    archive.write(partial, export.member, now=now, tell=lambda rows: _tell(export, rows))
    size = partial.stat().st_size
    _keep(partial, name)
    found = Export.objects.filter(pk=export.pk)
    if not found.update(ready_at=now, expires_at=now + EXPORT_LIFETIME, file=name, size=size):
        remove_file(name)
        return False
    notices.export_ready(export.member)
    return True


def forget_exports(*, before: datetime) -> int:
    """Delete the files and rows of copies that were ready before that moment."""
    ended = list(Export.objects.filter(ready_at__lt=before).order_by("pk"))
    for export in ended:
        remove_file(export.file)
    return Export.objects.filter(pk__in=[export.pk for export in ended]).delete()[0]


def forget_exports_of(member: Member) -> None:
    """Delete every copy of a member, half-made ones too."""
    for export in Export.objects.filter(member=member).order_by("pk"):
        remove_file(f"{export.pk}.zip")
        _partial(export).unlink(missing_ok=True)
    Export.objects.filter(member=member).delete()


def remove_file(name: str) -> None:
    storages["exports"].delete(name)


def _partial(export: Export) -> Path:
    """Where a copy is while it is made, on this machine's own disk."""
    return Path(settings.EXPORT_ROOT) / f"{export.pk}.zip.part"


def _keep(partial: Path, name: str) -> None:
    remove_file(name)
    with partial.open("rb") as made:
        storages["exports"].save(name, File(made))
    partial.unlink()


def _free(now: datetime) -> Q:
    return Q(taken_at=None) | Q(taken_at__lt=now - LEASE)


def _tell(export: Export, rows: int) -> None:
    Export.objects.filter(pk=export.pk).update(progress=rows)
