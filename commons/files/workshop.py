"""Runs the cleaning of one file as a program of its own: without secrets, within bounds, killed when it takes long."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from commons.files.cleaning import limits
from commons.files.cleaning.limits import Refusal

CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Outcome:
    """What became of a file: `made` says what stands in the folder, or `refusal` why it was not taken."""

    folder: Path
    made: dict[str, Any]
    refusal: str = ""


@contextmanager
def cleaned(given: IO[bytes]) -> Iterator[Outcome]:
    """What a file becomes, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="commons-file-") as name:
        folder = Path(name)
        source, made = folder / "given", folder / "made"
        made.mkdir()
        with source.open("wb") as copy:
            while chunk := given.read(CHUNK):
                copy.write(chunk)
        yield _outcome(source, made)


def _outcome(source: Path, made: Path) -> Outcome:
    try:
        done = subprocess.run(  # noqa: S603 (our own program, and paths that we made)
            [sys.executable, "-m", "commons.files.cleaning", str(source), str(made)],
            cwd=settings.BASE_DIR,
            env={"PATH": "", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limits.SECONDS_MAX,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return Outcome(made, {}, Refusal.TOO_HEAVY)
    told = json.loads(done.stdout)
    return Outcome(made, told, told.pop("refused", ""))
