"""From what was given to what is kept: told by its content, made anew by its kind."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from commons.files.cleaning import offices, pdfs, pictures
from commons.files.cleaning.formats import CONTENT_TYPES, Format, told
from commons.files.cleaning.limits import Refusal, Refused


@dataclass(frozen=True)
class Made:
    """What stands in the folder now: `full`, and for a picture `preview`."""

    ending: str
    content_type: str
    width: int = 0
    height: int = 0
    preview_width: int = 0
    preview_height: int = 0


def clean(source: Path, folder: Path) -> Made:
    """Make a file anew in an empty folder.

    Raises:
        Refused: it is not taken.
    """
    with source.open("rb") as file:
        kind = told(file)
    if kind is None:
        raise Refused(Refusal.UNKNOWN)
    if kind.is_picture:
        made, (width, height), (preview_width, preview_height) = pictures.clean(source, kind, folder)
        return Made(made, CONTENT_TYPES[made], width, height, preview_width, preview_height)
    _clean_document(source, kind, folder / "full")
    return Made(kind, CONTENT_TYPES[kind])


def _clean_document(source: Path, kind: Format, target: Path) -> None:
    if kind == Format.PDF:
        pdfs.clean(source, target)
    elif kind == Format.TEXT:
        shutil.copyfile(source, target)
    else:
        offices.clean(source, target)
