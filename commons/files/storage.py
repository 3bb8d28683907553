"""Where the bytes lie: on the disk or on S3, as the operator chose. No address leads there but a view."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.core.files import File as DjangoFile
from django.core.files.storage import Storage, storages

from commons.files.enums import STORAGE


def storage() -> Storage:
    return storages[STORAGE]


def put(name: str, content: IO[bytes]) -> None:
    """Store under exactly this name, in place of what may lie there."""
    storage().delete(name)
    content.seek(0)
    storage().save(name, DjangoFile(content))


def put_file(name: str, path: Path) -> None:
    with path.open("rb") as content:
        put(name, content)


def forget(names: Iterable[str]) -> None:
    for name in names:
        storage().delete(name)


@dataclass(frozen=True)
class Stored:
    """A stored file that can be opened like a path, for copies of somebody's data."""

    name: str

    def open(self, mode: str = "rb") -> Any:
        return storage().open(self.name, mode)
