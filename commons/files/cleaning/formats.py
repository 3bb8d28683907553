"""What a file is, by its first bytes. Whether it really is that, only making it anew can tell."""

import codecs
import re
from enum import StrEnum
from io import BytesIO
from typing import IO
from zipfile import BadZipFile, ZipFile

import puremagic

HEAD = 4096
TYPES_PART_MAX = 1_000_000
MARKUP = re.compile(rb"\s*<(?:!doctype|!--|\?xml|\?php|svg|html|head|body|script|iframe|style)", re.IGNORECASE)
PROGRAM = (b"#!", b"MZ", b"\x7fELF")
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
OPENDOCUMENT = "application/vnd.oasis.opendocument."
OOXML = "application/vnd.openxmlformats-officedocument."


class Format(StrEnum):
    """What is taken, by the ending that a file of its kind has."""

    JPEG = "jpg"
    PNG = "png"
    GIF = "gif"
    WEBP = "webp"
    AVIF = "avif"
    PDF = "pdf"
    TEXT = "txt"
    ODT = "odt"
    ODS = "ods"
    ODP = "odp"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"

    @property
    def is_picture(self) -> bool:
        return self in PICTURES


PICTURES = {Format.JPEG, Format.PNG, Format.GIF, Format.WEBP, Format.AVIF}

CONTENT_TYPES = {
    Format.JPEG: "image/jpeg",
    Format.WEBP: "image/webp",
    Format.PDF: "application/pdf",
    Format.TEXT: "text/plain; charset=utf-8",
    Format.ODT: f"{OPENDOCUMENT}text",
    Format.ODS: f"{OPENDOCUMENT}spreadsheet",
    Format.ODP: f"{OPENDOCUMENT}presentation",
    Format.DOCX: f"{OOXML}wordprocessingml.document",
    Format.XLSX: f"{OOXML}spreadsheetml.sheet",
    Format.PPTX: f"{OOXML}presentationml.presentation",
}
"""How each kind is handed out. Pictures become JPEG or WebP."""

MAIN_PARTS = {
    b"wordprocessingml.document.main+xml": Format.DOCX,
    b"spreadsheetml.sheet.main+xml": Format.XLSX,
    b"presentationml.presentation.main+xml": Format.PPTX,
}
BY_SIGNATURE = {
    "image/jpeg": Format.JPEG,
    "image/png": Format.PNG,
    "image/gif": Format.GIF,
    "image/webp": Format.WEBP,
    "image/avif": Format.AVIF,
    "application/pdf": Format.PDF,
}
BEGINNINGS = {
    Format.JPEG: (b"\xff\xd8\xff",),
    Format.PNG: (b"\x89PNG\r\n\x1a\n",),
    Format.GIF: (b"GIF87a", b"GIF89a"),
    Format.WEBP: (b"RIFF",),
    Format.AVIF: (b"\x00\x00\x00",),
    Format.PDF: (b"%PDF-",),
}


def told(file: IO[bytes]) -> Format | None:
    """What the file seems to be, or None if nothing that is taken. Leaves it at its beginning."""
    file.seek(0)
    head = file.read(HEAD)
    try:
        if head.startswith(b"PK\x03\x04"):
            return _office(file)
        return _signed(head) or (Format.TEXT if _is_text(file, head) else None)
    finally:
        file.seek(0)


def _signed(head: bytes) -> Format | None:
    """By the signature that stands at the very beginning."""
    for found in puremagic.magic_string(head) if head else ():
        kind = BY_SIGNATURE.get(found.mime_type)
        if kind and head.startswith(BEGINNINGS[kind]):
            return kind
    return None


def _is_text(file: IO[bytes], head: bytes) -> bool:
    """UTF-8 throughout, and no page or program that only looks like text."""
    if not head or MARKUP.match(head.removeprefix(codecs.BOM_UTF8)) or head.startswith(PROGRAM):
        return False
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while chunk := file.read(65536):
            if CONTROLS.search(chunk):
                return False
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _office(file: IO[bytes]) -> Format | None:
    try:
        with ZipFile(file) as parts:
            if kind := _opendocument(_beginning(parts, "mimetype", 100)):
                return kind
            types = _beginning(parts, "[Content_Types].xml", TYPES_PART_MAX)
    except (BadZipFile, KeyError, OSError, ValueError, NotImplementedError, RuntimeError):
        return None
    return next((kind for name, kind in MAIN_PARTS.items() if name in types), None)


def _opendocument(mimetype: bytes) -> Format | None:
    names = {CONTENT_TYPES[kind]: kind for kind in (Format.ODT, Format.ODS, Format.ODP)}
    return names.get(mimetype.decode("ascii", "replace").strip())


def _beginning(parts: ZipFile, name: str, most: int) -> bytes:
    if name not in parts.NameToInfo:
        return b""
    with parts.open(name) as part:
        return part.read(most)


def of_bytes(data: bytes) -> Format | None:
    return told(BytesIO(data))
