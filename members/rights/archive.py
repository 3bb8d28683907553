"""A person's copy: one ZIP, written row by row straight into the file, with little memory however much there is.

Each holding becomes three files of the same rows: JSON (exact), CSV (for spreadsheets) and HTML (to read).
"""

import csv
import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import get_language

from commons import holdings
from commons.holdings import Holding
from members.consent import receipts
from members.models import Member
from members.rights import record

SCHEMA = "commons-export-1"
CHUNK = 1000
TELL_EVERY = 1000
SPOOL = 1024 * 1024
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would take for a formula."""


def count(member: Member) -> int:
    """How many rows a copy will have."""
    return sum(holding.of(member).count() for holding in _exported())


def write(path: Path, member: Member, *, now: datetime, tell: Callable[[int], None]) -> None:
    """Write the copy; `tell` hears now and then how many rows are in it."""
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        copy = _Copy(archive, tell, folder=path.parent)
        for holding in _exported():
            copy.add_rows(holding, member)
            copy.add_media(holding, member)
        copy.add_text("consent/receipt.jsonld", receipts.receipt(member, now=now)[1])
        about = record.record()
        copy.add_text("about-processing.json", _json(record.plain(about)))
        copy.add_text("about-processing.html", _page("rights/copy/about_processing.html", about=about))
        copy.add_text("automation/scores.json", _json({"explanation": SCORES, "scores": []}))
        copy.add_text("README.html", _page("rights/copy/readme.html", files=copy.files, member=member, now=now))
        manifest = {"schema": SCHEMA, "site": settings.SITE_URL, "made_at": now.isoformat(), "files": copy.files}
        archive.writestr("manifest.json", _json(manifest))
        tell(copy.rows)


SCORES = "No machine has judged you or what you wrote: this site does not do that. If it ever does, it stands here."


class _Copy:
    """The archive that is being written: what is in it, with the fingerprint of each file."""

    def __init__(self, archive: ZipFile, tell: Callable[[int], None], *, folder: Path) -> None:
        self.archive, self.tell, self.folder = archive, tell, folder
        self.files: list[dict[str, Any]] = []
        self.rows = 0

    @contextmanager
    def file(self, name: str, title: str = "") -> Iterator["_Hashed"]:
        with self.archive.open(name, "w", force_zip64=True) as raw:
            hashed = _Hashed(raw)
            yield hashed
        self.files.append({"name": name, "title": title, "sha256": hashed.sha256, "bytes": hashed.size})

    def add_text(self, name: str, text: str) -> None:
        with self.file(name) as file:
            file.write(text.encode())

    def add_rows(self, holding: Holding, member: Member) -> None:
        """The same rows three times; they are read once, CSV and HTML wait in temporary files."""
        title, before = str(holding.title), self.rows
        with self._spooled() as table, self._spooled() as page:
            writers = (_Csv(table, holding.export), _Html(page, holding.export, title=title))
            with self.file(f"{holding.file}.json", title) as file:
                self._write_rows(file, writers, holding, member)
            writers[1].end(self.rows - before)
            for ending, spooled in (("csv", table), ("html", page)):
                spooled.seek(0)
                with self.file(f"{holding.file}.{ending}", title) as file:
                    shutil.copyfileobj(spooled, file, SPOOL)

    def _spooled(self) -> IO[bytes]:
        """A file without a name, beside the copy: there is room for it, and it is gone with its process."""
        return tempfile.SpooledTemporaryFile(SPOOL, dir=str(self.folder))

    def _write_rows(self, file: "_Hashed", writers: "tuple[_Csv, _Html]", holding: Holding, member: Member) -> None:
        names, rows = holding.export, holding.of(member).order_by("pk").values_list(*holding.export)
        separator = b"[\n"
        for values in map(holding.read, rows.iterator(chunk_size=CHUNK)):
            file.write(separator + json.dumps(dict(zip(names, values, strict=True)), default=plain).encode())
            for writer in writers:
                writer.row(values)
            separator = b",\n"
            self.rows += 1
            if self.rows % TELL_EVERY == 0:
                self.tell(self.rows)
        file.write(b"[]\n" if separator == b"[\n" else b"\n]\n")

    def add_media(self, holding: Holding, member: Member) -> None:
        for name, path in holding.media(member) if holding.media else ():
            with path.open("rb") as source, self.file(f"media/{name}", str(holding.title)) as file:
                shutil.copyfileobj(source, file, SPOOL)


class _Hashed:
    """A file that is written, and the SHA-256 of what went into it."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw, self._hash, self.size = raw, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        self.size += len(data)
        return self._raw.write(data)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


class _Csv:
    """Rows for a spreadsheet. A text that would begin a formula is given an apostrophe."""

    def __init__(self, file: IO[bytes], names: tuple[str, ...]) -> None:
        self._text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
        self._writer = csv.writer(self._text)
        self._writer.writerow(names)

    def row(self, values: tuple[Any, ...]) -> None:
        self._writer.writerow([_cell(value) for value in values])


class _Html:
    """Rows for reading: each a list of names and values; what is HTML already was made safe when it was stored."""

    def __init__(self, file: IO[bytes], names: tuple[str, ...], *, title: str) -> None:
        self._file, self._names = file, names
        head, self._foot = _page("rights/copy/rows.html", title=title).split("<!-- rows -->")
        self._file.write(head.encode())

    def row(self, values: tuple[Any, ...]) -> None:
        pairs = "".join(
            f"<dt>{escape(_label(name))}</dt><dd>{value if name == 'html' else escape(_words(value))}</dd>"
            for name, value in zip(self._names, values, strict=True)
        )
        self._file.write(f"<li><dl>{pairs}</dl></li>\n".encode())

    def end(self, rows: int) -> None:
        self._file.write(self._foot.replace("<!-- count -->", str(rows)).encode())


def plain(value: Any) -> Any:
    """A value as JSON has it: times in full, bytes in hexadecimal."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)


def _label(name: str) -> str:
    return name.replace("__", ": ").replace("_", " ")


def _cell(value: Any) -> str:
    text = _words(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def _words(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, default=plain).strip('"')


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str)


def _page(template: str, **context: Any) -> str:
    return render_to_string(template, {**context, "site_name": settings.SITE_NAME, "language": get_language()})


def _exported() -> Iterator[Holding]:
    return (holding for holding in holdings.holdings() if holding.file)
