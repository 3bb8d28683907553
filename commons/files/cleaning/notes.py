"""Takes what a camera or a program wrote beside the pixels out of a JPEG or PNG, without touching the pixels.

For pictures inside documents, where making them anew could change how the document looks.
"""

MARKER = 0xFF
START_OF_SCAN, END = 0xDA, 0xD9
ALONE = {0x01, *range(0xD0, 0xD9)}
KEPT_APPS = {0xE0, 0xEE}
"""JFIF and Adobe's note on colours: without them a picture can look wrong."""
APPS_AND_COMMENT = {*range(0xE0, 0xF0), 0xFE}
PNG_BEGINS = b"\x89PNG\r\n\x1a\n"
PNG_NOTES = {b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"}
PNG_CHUNK = 12


def without_notes(data: bytes) -> bytes:
    """The same picture without EXIF, XMP, IPTC and comments; whatever it is else, unchanged."""
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data.startswith(PNG_BEGINS):
        return _png(data)
    return data


def _jpeg(data: bytes) -> bytes:
    kept, at = [data[:2]], 2
    while at + 4 <= len(data) and data[at] == MARKER:
        marker = data[at + 1]
        if marker == START_OF_SCAN:
            kept.append(data[at:])
            break
        length = 2 if marker in ALONE else 2 + int.from_bytes(data[at + 2 : at + 4])
        if marker not in APPS_AND_COMMENT or marker in KEPT_APPS:
            kept.append(data[at : at + length])
        at += length
    return b"".join(kept)


def _png(data: bytes) -> bytes:
    kept, at = [PNG_BEGINS], len(PNG_BEGINS)
    while at + PNG_CHUNK <= len(data):
        length = int.from_bytes(data[at : at + 4]) + PNG_CHUNK
        name = data[at + 4 : at + 8]
        if name not in PNG_NOTES:
            kept.append(data[at : at + length])
        at += length
        if name == b"IEND":
            break
    return b"".join(kept)
