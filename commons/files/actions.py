"""Giving files, describing them, making them ready and forgetting them."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from commons import ratelimit
from commons.files import storage, workshop
from commons.files.cleaning.formats import Format, told
from commons.files.cleaning.limits import Refusal
from commons.files.enums import (
    FOLDER,
    INCOMING,
    KEEP_STRAY_UPLOADS,
    TRIES_MAX,
    TRY_AGAIN_AFTER,
    Kind,
    State,
)
from commons.files.models import Description, File, Spot
from commons.files.names import safe_name, with_ending
from commons.outbox import publish

CHUNK = 65536
SIZES = ("width", "height", "preview_width", "preview_height")


@dataclass(frozen=True)
class Gift:
    """A file as a form hands it over, with its words or the wish for help with them."""

    content: IO[bytes]
    name: str
    description: str = ""
    language: str = ""
    is_help_wanted: bool = False


@dataclass(frozen=True)
class Words:
    """What somebody says of a picture that they gave before."""

    description: str = ""
    is_help_wanted: bool = False


def give(gift: Gift, *, owner: Any, spot: Spot, now: datetime) -> File:
    """Keep what was given as it is, seen by nobody, and have it made ready. The same file twice is one.

    Raises:
        RateLimited: too many files for now.
    """
    digest = _digest(gift.content)
    here = File.objects.at(*spot).filter(owner=owner, upload_hash=digest)
    if earlier := here.first():
        return earlier
    ratelimit.spend_or_refuse("files.give", key=str(owner.pk), now=now)
    kind = told(gift.content)
    file = File(
        owner=owner,
        place_kind=spot.kind,
        place_key=spot.key,
        kind=Kind.PICTURE if kind is not None and kind.is_picture else Kind.DOCUMENT,
        name=safe_name(gift.name),
        token=secrets.token_urlsafe(32),
        upload_hash=digest,
        given_at=now,
    )
    storage.put(file.incoming, gift.content)
    try:
        with transaction.atomic():
            file.save()
            describe(file=file, by=owner, text=gift.description, language=gift.language, now=now)
            if gift.is_help_wanted:
                ask_for_help(file=file)
            publish("files.given", file=file.pk)
    except IntegrityError:
        storage.forget(file.stored)
        return here.get()
    return file


@transaction.atomic
def describe(*, file: File, by: Any, text: str, language: str, now: datetime) -> bool:
    """Put words to a picture, with a line in its history; nothing if it has these words already."""
    text = text.strip()
    current = File.objects.select_for_update().get(pk=file.pk)
    if not text or (text, language) == (current.description, current.language):
        return False
    Description.objects.create(file=current, by=by, text=text, language=language, written_at=now)
    File.objects.filter(pk=file.pk).update(description=text, language=language, is_help_wanted=False)
    return True


def ask_for_help(*, file: File) -> None:
    """Let others find the words for a picture that has none."""
    File.objects.filter(pk=file.pk, description="", kind=Kind.PICTURE).update(is_help_wanted=True)


@transaction.atomic
def carry(*, from_: Spot, to: Spot) -> int:
    """Move the files of one place to another, for instance of a draft to its post; how many are new there."""
    there = File.objects.at(*to).values("owner", "upload_hash")
    here = File.objects.at(*from_)
    doubled = Q(pk__in=[])
    for row in there:
        doubled |= Q(owner=row["owner"], upload_hash=row["upload_hash"])
    forget(here.filter(doubled))
    return here.update(place_kind=to.kind, place_key=to.key)


@transaction.atomic
def forget(files: QuerySet[File]) -> int:
    """Delete files: they are gone for readers at once, and their bytes as soon as a worker has a moment."""
    gone = list(files.select_for_update().order_by("pk"))
    if gone:
        File.objects.filter(pk__in=[file.pk for file in gone]).delete()
        publish("files.forgotten", names=[name for file in gone for name in file.stored])
    return len(gone)


def forget_all_of(*, owner: Any) -> None:
    """Delete all that somebody gave, the bytes first, so that no failure leaves them behind."""
    for file in File.objects.filter(owner=owner).order_by("pk").iterator(chunk_size=200):
        storage.forget(file.stored)
        File.objects.filter(pk=file.pk).delete()


@transaction.atomic
def forget_words_of(*, helper: Any, gone: Collection[int]) -> None:
    """What somebody said about others' pictures: nameless from now on, or gone, and help is wanted again."""
    theirs = Description.objects.filter(by=helper)
    standing = theirs.filter(pk__in=gone, text=F("file__description")).values("file")
    File.objects.filter(pk__in=standing).update(description="", language="", is_help_wanted=True)
    theirs.filter(pk__in=gone).delete()
    theirs.update(by=None)


def make_ready(*, file_id: int, now: datetime) -> bool:
    """Make a waiting file anew in the workshop and keep what came out, or why nothing did. False if nothing was to do.

    Whoever takes a file up has it for a while; after three who did not come back it is refused.
    """
    free = Q(taken_up_at=None) | Q(taken_up_at__lt=now - TRY_AGAIN_AFTER)
    waiting = File.objects.filter(pk=file_id, state=State.WAITING)
    if not waiting.filter(free).update(taken_up_at=now, tries=F("tries") + 1):
        return False
    file = File.objects.get(pk=file_id)
    if file.tries > TRIES_MAX:
        _refuse(file, Refusal.TOO_HEAVY)
        return True
    with storage.storage().open(file.incoming) as given, workshop.cleaned(given) as outcome:
        if outcome.refusal:
            _refuse(file, outcome.refusal)
        else:
            _keep(file, outcome)
    return True


def forget_stray_uploads(*, now: datetime) -> int:
    """Delete uploads whose row was never written, because a process ended in between; how many."""
    folder = f"{FOLDER}/{INCOMING}"
    try:
        tokens = storage.storage().listdir(folder)[1]
    except FileNotFoundError:
        return 0
    kept = set(File.objects.filter(token__in=tokens).values_list("token", flat=True))
    paths = [f"{folder}/{token}" for token in tokens if token not in kept]
    old = [path for path in paths if _age(path, now=now) > KEEP_STRAY_UPLOADS]
    storage.forget(old)
    return len(old)


def _age(path: str, *, now: datetime) -> timedelta:
    return now - storage.storage().get_modified_time(path)


def _digest(content: IO[bytes]) -> str:
    content.seek(0)
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type] # every binary file reads into a buffer
    content.seek(0)
    return digest


def _refuse(file: File, refusal: str) -> None:
    storage.forget(file.stored)
    File.objects.filter(pk=file.pk, state=State.WAITING).update(
        state=State.REFUSED, refusal=refusal, is_help_wanted=False
    )


def _keep(file: File, outcome: workshop.Outcome) -> None:
    """Store what was made, then say that it is ready; a file that was forgotten meanwhile leaves nothing."""
    made, full = outcome.made, outcome.folder / "full"
    storage.put_file(file.full, full)
    if made["preview_width"]:
        storage.put_file(file.preview, outcome.folder / "preview")
    with full.open("rb") as content:
        digest = _digest(content)
    name = with_ending(file.name, Format(made["ending"]))
    told_of = {size: made[size] for size in SIZES}
    is_there = File.objects.filter(pk=file.pk, state=State.WAITING).update(
        state=State.READY,
        name=name,
        content_type=made["content_type"],
        content_hash=digest,
        size=full.stat().st_size,
        **told_of,
    )
    storage.forget([file.incoming] if is_there else _left_by(file))


def _left_by(file: File) -> tuple[str, ...]:
    """What may lie there of a file that somebody else has dealt with meanwhile."""
    is_there = File.objects.filter(pk=file.pk).exists()
    return (file.incoming,) if is_there else file.stored
