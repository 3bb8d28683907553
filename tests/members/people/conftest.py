"""People who tell about themselves, and a media folder that goes with the test."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from commons import clock
from members.consent import actions as consent
from members.models import Member
from members.people import actions
from members.people.enums import Kind, Visibility
from members.people.models import SEEN_BY
from tests.members.consent.conftest import at_once

__all__ = ["at_once"]

TELLS = {
    "about": "I bake on Tuesdays.",
    "pronouns": "she/her",
    "languages": ["ga"],
    "can_share": "Sourdough",
    "would_learn": "Welding",
    "interested": "Tidal power",
    "area": "Ballyhaunis",
}
WORDS = {**TELLS, "languages": "Gaeilge"}
"""What stands on the page for each field."""


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: object) -> Path:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    return tmp_path


def says(member: Member, *purposes: str, yes: bool = True, now: datetime | None = None) -> None:
    """The member's answer, through the real ledger."""
    for purpose in purposes:
        consent.answer(member=member, purpose=purpose, yes=yes, surface="/me/consent/", now=now or clock.now())


def tells(member: Member, *, seen_by: str = Visibility.MEMBERS, **changed: str) -> None:
    """The member fills in everything, for these readers."""
    circles = dict.fromkeys(SEEN_BY, seen_by) | {"picture_seen_by": min_circle(seen_by)} | changed
    fields = {name: TELLS[name] for name in ("about", "pronouns", "languages", "area")}
    actions.save_profile(member=member, **fields, **circles)
    for kind, name in (
        (Kind.CAN_SHARE, "can_share"),
        (Kind.WOULD_LEARN, "would_learn"),
        (Kind.INTERESTED, "interested"),
    ):
        actions.choose_topics(member=member, kind=kind, names=[TELLS[name]])


def min_circle(seen_by: str) -> str:
    return Visibility.MEMBERS if seen_by == Visibility.EVERYONE else seen_by


@pytest.fixture
def photo() -> Callable[..., BytesIO]:
    """A picture as a camera makes it, with a place and a time in it."""

    def make(*, size: tuple[int, int] = (640, 480), kind: str = "JPEG", mode: str = "RGB") -> BytesIO:
        image = Image.effect_noise(size, 80).convert(mode)
        exif = Image.Exif()
        exif[0x010F] = "Spy Camera"
        exif.get_ifd(0x8825)[1] = "N"
        file = BytesIO()
        image.save(file, kind, exif=exif)
        file.name = f"me.{kind.lower()}"
        file.seek(0)
        return file

    return make
