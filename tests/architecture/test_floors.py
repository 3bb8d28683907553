"""A floor uses only the floors below it."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings


@pytest.mark.slow
def test_the_floors_hold() -> None:
    program = Path(sys.executable).parent / "lint-imports"

    done = subprocess.run([program], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
