"""`python -m commons.files.cleaning GIVEN FOLDER`: cleans one file within bounds that the kernel keeps.

Prints one line of JSON: what was made, or why not.
"""

import json
import os
import resource
import sys
from dataclasses import asdict
from pathlib import Path

from commons.files.cleaning import limits
from commons.files.cleaning.limits import Refusal, Refused
from commons.files.cleaning.making import clean

KINDER = 10  # so that people's pages come first


def bound() -> None:
    """Never more memory, time and disk than a decent file needs, whatever a decoder is talked into."""
    for what, most in (
        (resource.RLIMIT_DATA, limits.MEMORY_MAX),
        (resource.RLIMIT_CPU, limits.CPU_SECONDS_MAX),
        (resource.RLIMIT_FSIZE, limits.OUTPUT_MAX_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    os.nice(KINDER)


def main(source: str, folder: str) -> dict[str, object]:
    try:
        return asdict(clean(Path(source), Path(folder)))
    except Refused as refused:
        return {"refused": refused.refusal}
    except MemoryError:
        return {"refused": Refusal.TOO_HEAVY}


if __name__ == "__main__":
    bound()
    sys.stdout.write(json.dumps(main(*sys.argv[1:3])))
