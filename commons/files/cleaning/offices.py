"""Documents of LibreOffice and Office: a ZIP of parts, written anew without macros and without who made it when."""

import lzma
import re
import zlib
from collections.abc import Iterable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from commons.files.cleaning import limits
from commons.files.cleaning.limits import Refusal, Refused
from commons.files.cleaning.notes import without_notes

UNREADABLE = (BadZipFile, zlib.error, lzma.LZMAError, OSError, ValueError, KeyError, EOFError, RuntimeError)
CHUNK = 65536
LOCKED_FLAG = 0x1
LINK_MODE = 0o120000
TYPE_MASK = 0o170000
AT_THE_BEGINNING = (1980, 1, 1, 0, 0, 0)
MACROS = re.compile(
    r"(?:^|/)(?:vbaproject|vbadata|basic/|scripts/|activex/|macrosheets/|customui/)|\.bin$|(?:^|/)oleobject",
    re.IGNORECASE,
)
HARMLESS_BIN = re.compile(r"(?:^|/)printersettings/printersettings\d*\.bin$", re.IGNORECASE)
ARCHIVES = (
    b"PK\x03\x04",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"\xd0\xcf\x11\xe0",
    b"MZ",
    b"\x7fELF",
)
OUTSIDE = re.compile(rb'<Relationship\b(?=[^>]*TargetMode\s*=\s*["\']External)(?![^>]*relationships/hyperlink["\'])')
XML = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OPENXML = b"http://schemas.openxmlformats.org"
OPENDOCUMENT = b"urn:oasis:names:tc:opendocument:xmlns:office:1.0"
EMPTY = {
    "docProps/core.xml": b'<cp:coreProperties xmlns:cp="%s/package/2006/metadata/core-properties"/>' % OPENXML,
    "docProps/app.xml": b'<Properties xmlns="%s/officeDocument/2006/extended-properties"/>' % OPENXML,
    "docProps/custom.xml": b'<Properties xmlns="%s/officeDocument/2006/custom-properties"/>' % OPENXML,
    "meta.xml": b'<o:document-meta xmlns:o="%s" o:version="1.3"><o:meta/></o:document-meta>' % OPENDOCUMENT,
}
"""Parts that tell who wrote a document, when and with what; each becomes an empty one of its kind."""
PREVIEWS = re.compile(r"^(?:docProps/thumbnail\.\w+|Thumbnails/.+)$", re.IGNORECASE)


def clean(source: Path, target: Path) -> None:
    """Write the document anew.

    Raises:
        Refused: it is broken, locked, has macros, holds other files, reaches for something elsewhere, or would unpack
            to far more than it seems.
    """
    try:
        with ZipFile(source) as given, ZipFile(target, "w", ZIP_DEFLATED) as made:
            _measured(given.infolist())
            left = limits.PARTS_MAX_BYTES
            for part in given.infolist():
                left -= _carry(given, part, made, left)
    except UNREADABLE as error:
        raise Refused(Refusal.BROKEN) from error


def _measured(parts: Iterable[ZipInfo]) -> None:
    """What the table of contents says, before anything is unpacked."""
    parts = list(parts)
    if len(parts) > limits.PARTS_MAX or sum(part.file_size for part in parts) > limits.PARTS_MAX_BYTES:
        raise Refused(Refusal.BOMB)
    if len({part.filename for part in parts}) != len(parts):
        raise Refused(Refusal.BROKEN)
    for part in parts:
        if part.flag_bits & LOCKED_FLAG:
            raise Refused(Refusal.LOCKED)
        if _leads_elsewhere(part):
            raise Refused(Refusal.BROKEN)
        if _is_bomb(part):
            raise Refused(Refusal.BOMB)
        if MACROS.search(part.filename) and not HARMLESS_BIN.search(part.filename):
            raise Refused(Refusal.MACROS)


def _leads_elsewhere(part: ZipInfo) -> bool:
    """A path out of the document, or a link."""
    name = part.filename
    return (
        name.startswith(("/", "\\"))
        or "\\" in name
        or ":" in name
        or ".." in name.split("/")
        or (part.external_attr >> 16) & TYPE_MASK == LINK_MODE
    )


def _is_bomb(part: ZipInfo) -> bool:
    return part.file_size > limits.PART_RATIO_FROM and part.file_size > limits.PART_RATIO_MAX * part.compress_size


def _carry(given: ZipFile, part: ZipInfo, made: ZipFile, most: int) -> int:
    """Take one part over, read no further than `most`; how many bytes it had."""
    if part.is_dir() or PREVIEWS.match(part.filename):
        return 0 if part.is_dir() else _put(made, part, b"")
    if part.filename in EMPTY:
        return _put(made, part, XML + EMPTY[part.filename])
    data = _read(given, part, most)
    if data.startswith(ARCHIVES):
        raise Refused(Refusal.HOLDS_FILES)
    if part.filename.endswith(".rels") and OUTSIDE.search(data):
        raise Refused(Refusal.LEADS_OUT)
    if part.filename == "META-INF/manifest.xml" and b"encryption-data" in data:
        raise Refused(Refusal.LOCKED)
    return _put(made, part, without_notes(data))


def _read(given: ZipFile, part: ZipInfo, most: int) -> bytes:
    """Whatever the table of contents says, never more than `most`."""
    chunks, size = [], 0
    with given.open(part) as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            if size > most:
                raise Refused(Refusal.BOMB)
            chunks.append(chunk)
    return b"".join(chunks)


def _put(made: ZipFile, part: ZipInfo, data: bytes) -> int:
    fresh = ZipInfo(part.filename, AT_THE_BEGINNING)
    fresh.compress_type = ZIP_STORED if part.filename == "mimetype" else ZIP_DEFLATED
    made.writestr(fresh, data)
    return len(data)
