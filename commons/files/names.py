"""Names of files as people read them: short, on one line, without tricks, with the ending of what they hold."""

import re
import unicodedata
from pathlib import PurePosixPath

from commons.files.cleaning.formats import Format
from commons.files.enums import NAME_MAX_LENGTH, TEXT_ENDINGS

ENDING_MAX_LENGTH = 5
UNSAFE = re.compile(r'[\\/:*?"<>|%#;&`$\'{}\[\]\s]+')
NAMELESS = "file"
OFFICIAL = re.compile(r"^(?:img|dsc|dscn|pxl|image|screenshot|scan|photo)?[\s_-]*\d[\d\s_.-]*$", re.IGNORECASE)
ENDINGS = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|heic|pdf)$", re.IGNORECASE)


def safe_name(given: str) -> str:
    """What is left of a name that a stranger gave: letters, digits, dots and dashes."""
    name = unicodedata.normalize("NFC", given)
    name = "".join(one for one in name if unicodedata.category(one)[0] not in {"C", "Z"} or one == " ")
    name = UNSAFE.sub("-", name).strip("-. ")
    return name[-NAME_MAX_LENGTH:] or NAMELESS


def with_ending(name: str, kind: Format) -> str:
    """The name with the ending of what the file holds, whatever it called itself."""
    path = PurePosixPath(name)
    if kind == Format.TEXT and path.suffix.lower() in TEXT_ENDINGS:
        return name
    stem = path.stem if len(path.suffix) <= ENDING_MAX_LENGTH else path.name
    return f"{stem[: NAME_MAX_LENGTH - ENDING_MAX_LENGTH]}.{kind}"


def is_like_a_name(text: str) -> bool:
    """Whether a description is no more than what a camera calls its files."""
    return bool(ENDINGS.search(text.strip()) or OFFICIAL.match(text.strip()))
