"""What the making of files costs: memory of the program that does it, measured by the kernel, and time."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from commons.files.cleaning import limits
from tests.support import strange_files as strange

pytestmark = [pytest.mark.figures, pytest.mark.timeout(300)]

HEAVY: dict[str, Callable[[], bytes]] = {
    "PNG of 40 megapixels": lambda: strange.picture("PNG", size=(8000, 5000), mode="RGBA"),
    "JPEG of 40 megapixels": lambda: strange.picture("JPEG", size=(8000, 5000)),
    "progressive JPEG of 16 megapixels": lambda: strange.picture(
        "JPEG", size=(4000, 4000), progressive=True, subsampling=0
    ),
    "WebP of 16 megapixels": lambda: strange.picture("WEBP", size=(4000, 4000), mode="RGBA"),
    "AVIF of 16 megapixels": lambda: strange.picture("AVIF", size=(4000, 4000)),
    "PNG of 20,000 by 20,000": strange.huge_png,
    "office document of 20 MB of zeros": lambda: strange.office("docx", {"word/b.xml": b"0" * 20_000_000}),
    "office document of 90 MB": lambda: strange.office(
        "docx", {f"word/{n}.xml": bytes(range(256)) * 3900 for n in range(90)}
    ),
    "armed PDF": strange.armed_pdf,
    "PDF of 200 pages": lambda: strange.pdf(pages=200),
}


@pytest.mark.parametrize("what", HEAVY)
def test_the_workshop_stays_below_four_hundred_megabytes(what: str, tmp_path: Path) -> None:
    source, made, began = tmp_path / "given", tmp_path / "made", time.perf_counter()
    source.write_bytes(HEAVY[what]())
    made.mkdir()
    most = 0
    with subprocess.Popen(
        [sys.executable, "-m", "commons.files.cleaning", str(source), str(made)],
        cwd=settings.BASE_DIR, env={"PATH": ""}, stdout=subprocess.PIPE,
    ) as child:  # fmt: skip
        watched = psutil.Process(child.pid)
        while child.poll() is None:
            try:
                most = max(most, watched.memory_info().rss)
            except psutil.NoSuchProcess:
                break
            time.sleep(0.005)
        told = json.loads(child.stdout.read() or b"{}")

    seconds = time.perf_counter() - began
    print(f"\n{what}: {most / limits.MB:.0f} MB, {seconds:.1f} s, {told.get('refused') or 'made'}")
    assert most < 400 * limits.MB
    assert told
