"""What a file may be at most, and the ways in which it can be refused."""

from enum import StrEnum

MB = 1024 * 1024

PIXELS_MAX = 40_000_000
PIXELS_MAX_COSTLY = 16_000_000
"""For formats whose decoders keep several copies of a picture in memory, progressive JPEG among them."""
SIDE_MAX = 30_000
FULL_SIDE = 2560
FULL_QUALITY = 85
PREVIEW_SIDES = (960, 720, 480, 320)
PREVIEW_QUALITIES = (80, 65, 50, 35)
PREVIEW_MAX_BYTES = 100_000

PAGES_MAX = 200
PDF_OBJECTS_MAX = 100_000

PARTS_MAX = 2000
PARTS_MAX_BYTES = 100 * MB
PART_RATIO_MAX = 200
PART_RATIO_FROM = MB
"""Below this many bytes a part may shrink as much as it likes."""

MEMORY_MAX = 320 * MB
CPU_SECONDS_MAX = 60
SECONDS_MAX = 90
OUTPUT_MAX_BYTES = 60 * MB


class Refusal(StrEnum):
    """Why a file cannot be taken; `commons.files.enums` has the sentences."""

    TOO_LARGE = "too_large"
    UNKNOWN = "unknown"
    BROKEN = "broken"
    TOO_MANY_PIXELS = "pixels"
    TOO_MANY_PAGES = "pages"
    LOCKED = "locked"
    MACROS = "macros"
    HOLDS_FILES = "holds_files"
    LEADS_OUT = "leads_out"
    BOMB = "bomb"
    TOO_HEAVY = "too_heavy"


class Refused(Exception):
    """The file is not taken."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
