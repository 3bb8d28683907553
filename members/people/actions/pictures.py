"""Pictures of members: made small and square, without what the camera wrote into them, and gone when they are to go."""

import secrets
from datetime import datetime
from io import BytesIO
from itertools import product
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image, ImageOps

from commons import ratelimit
from commons.files.cleaning.limits import Refused
from commons.files.cleaning.pictures import opened
from members.consent import actions as consent
from members.consent import gate
from members.models import Member
from members.people.enums import (
    KEEP_STRAY_PICTURES,
    OPENED_SIDE,
    PICTURE_MAX_BYTES,
    PICTURE_QUALITIES,
    PICTURE_SIDES,
    UPLOAD_FORMATS,
    UPLOAD_MAX_PIXELS,
)
from members.people.models import Picture, Profile

PURPOSE, FOLDER = "profile.photo", "people"


class NotAPicture(Exception):
    """The file can't be read as a picture, or is larger than this machine should unpack."""


@transaction.atomic
def save_picture(*, member: Member, upload: IO[bytes], now: datetime, seen_by: str | None = None) -> Picture:
    """Keep a small square copy of a picture in place of the one before. `seen_by` None leaves who sees it as it was.

    Raises:
        ConsentRequired: there is no yes to showing a picture; nothing is kept.
        NotAPicture: the file is none.
        RateLimited: too many pictures for now.
    """
    consent.locked_principal(member)
    gate.forget_memo(member)
    gate.require_consent(member, PURPOSE, now=now)
    ratelimit.spend_or_refuse("people.picture", key=str(member.pk), now=now)
    made = squared(upload)
    former = Picture.objects.filter(member=member).first()
    if seen_by is not None:
        Profile.objects.update_or_create(member=member, defaults={"picture_seen_by": seen_by})
    name = f"{secrets.token_urlsafe(24)}.webp"
    default_storage.save(f"{FOLDER}/{name}", ContentFile(made))
    saved, _is_new = Picture.objects.update_or_create(member=member, defaults={"name": name, "saved_at": now})
    if former is not None:
        transaction.on_commit(lambda: default_storage.delete(f"{FOLDER}/{former.name}"))
    return saved


@transaction.atomic
def remove_picture(*, member: Member) -> bool:
    """Delete a member's picture, the file first, so that no failure leaves it behind. False if there was none."""
    return forget_picture(member_id=member.pk, saved_before=None)


@transaction.atomic
def forget_picture(*, member_id: int, saved_before: datetime | None) -> bool:
    """Delete the picture that was kept on a yes which is over: all, or what is older than the yes that stands now."""
    found = Picture.objects.select_for_update().filter(member=member_id)
    if saved_before is not None:
        found = found.filter(saved_at__lt=saved_before)
    if (old := found.first()) is None:
        return False
    default_storage.delete(f"{FOLDER}/{old.name}")
    old.delete()
    return True


def forget_stray_pictures(*, now: datetime) -> int:
    """Delete files that belong to no picture any more, for instance those of people who left; how many went."""
    try:
        names = default_storage.listdir(FOLDER)[1]
    except FileNotFoundError:  # nobody has given a picture; a bucket knows no folders and finds none in it
        return 0
    kept = set(Picture.objects.filter(name__in=names).values_list("name", flat=True))
    stray = [f"{FOLDER}/{name}" for name in names if name not in kept]
    old = [path for path in stray if default_storage.get_modified_time(path) < now - KEEP_STRAY_PICTURES]
    for path in old:
        default_storage.delete(path)
    return len(old)


def squared(upload: IO[bytes]) -> bytes:
    """The middle of a picture as a square WebP, with nothing but its pixels."""
    whole = _opened(upload)
    for side, quality in product(PICTURE_SIDES, PICTURE_QUALITIES):
        small = ImageOps.fit(whole, (side, side), Image.Resampling.LANCZOS)
        out = BytesIO()
        small.save(out, "WEBP", quality=quality, method=4)
        if out.tell() <= PICTURE_MAX_BYTES:
            break
    return out.getvalue()


def _opened(upload: IO[bytes]) -> Image.Image:
    """Upright, without transparency, and new, so that nothing of the file's own notes comes along."""
    try:
        upright = opened(upload, formats=UPLOAD_FORMATS, pixels_max=UPLOAD_MAX_PIXELS, side=OPENED_SIDE).convert("RGBA")
    except Refused as error:
        raise NotAPicture from error
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright.getchannel("A"))
    return paper
