"""Text out of bytes that say, wrongly or not at all, how they are to be read."""

import codecs
import re
from binascii import Error as Damaged
from binascii import a2b_base64, a2b_qp
from functools import lru_cache

ENCODED_WORD = re.compile(r"=\?([\w.:+-]+)(?:\*[\w-]*)?\?([bBqQ])\?(.*?)\?=", re.DOTALL)
BETWEEN_WORDS = re.compile(r"(?<=\?=)\s+(?==\?[\w.:+-]+(?:\*[\w-]*)?\?[bBqQ]\?)")
NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\x80-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
LINE_ENDS = re.compile("\r\n?|[\x0c\x85\u2028\u2029]")
DAMAGE_MAX = 0.05

# What writers meant: browsers read these names as their supersets too.
SUPERSETS = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
NOT_CHARSETS = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}


def decoded(raw: bytes, charset: str = "") -> str:
    """The declared charset if it fits, else UTF-8, else what Windows wrote, else any byte as it is.

    UTF-8 comes before a declared western charset: text that reads as UTF-8 by chance is next to impossible.
    """
    declared = _codec(charset)
    for name in ("utf-8", declared) if declared == "cp1252" else (declared, "utf-8"):
        try:
            return raw.decode(name)
        except UnicodeError:
            continue
    return _hardly_damaged(raw) or _western(raw)


def header_text(raw: bytes) -> str:
    """A header's value with its encoded words read, broken ones too, on one line."""
    text = decoded(raw)
    if "=?" in text:
        text = encoded_words(text)
    return " ".join(CONTROLS.sub("", text).split())


def encoded_words(text: str) -> str:
    """RFC 2047. Neighbours in one charset are joined first: some writers split in the middle of a letter."""
    pieces: list[str] = []
    charset, waiting, end = "", b"", 0
    text = BETWEEN_WORDS.sub("", text)
    for word in ENCODED_WORD.finditer(text):
        if word[1].lower() != charset or word.start() > end:
            pieces += [decoded(waiting, charset), text[end : word.start()]]
            charset, waiting = word[1].lower(), b""
        waiting += _word_bytes(word[2].lower(), word[3])
        end = word.end()
    return "".join([*pieces, decoded(waiting, charset), text[end:]])


def tidy(text: str) -> str:
    """One kind of line end, and none of the characters that a database or a reader cannot bear."""
    return CONTROLS.sub("", LINE_ENDS.sub("\n", text))


def base64_bytes(text: str) -> bytes:
    """As much as can be read."""
    letters = NOT_BASE64.sub("", text)
    letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    try:
        return a2b_base64(letters + "=" * (-len(letters) % 4))
    except Damaged:
        return b""


def quoted_printable_bytes(raw: bytes) -> bytes:
    return a2b_qp(raw)


def _word_bytes(encoding: str, text: str) -> bytes:
    if encoding == "b":
        return base64_bytes(text)
    return a2b_qp(text.encode("utf-8", "surrogateescape"), header=True)


@lru_cache(maxsize=256)
def _codec(charset: str) -> str:
    name = charset.strip().strip("\"'").lower().removeprefix("charset=")
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return "utf-8"
    if found.name in NOT_CHARSETS or not found._is_text_encoding:  # noqa: SLF001 (the only way to tell text from rot13)
        return "utf-8"
    return SUPERSETS.get(found.name, found.name)


def _hardly_damaged(raw: bytes) -> str:
    """UTF-8 with a few bytes lost, if that is what it is."""
    text = raw.decode("utf-8", "replace")
    damaged, beyond_ascii = text.count("\ufffd"), sum(character > "\x7f" for character in text)
    return text if damaged <= DAMAGE_MAX * len(text) and damaged * 3 < beyond_ascii else ""


def _western(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeError:
        return raw.decode("latin-1")
