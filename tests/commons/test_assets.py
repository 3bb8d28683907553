"""Static files as production serves them."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rcssmin import cssmin

from commons.assets import ADDRESS, whole

ROOT = Path(__file__).resolve().parents[2]
STYLES = ROOT / "static" / "css"
SITE = whole(STYLES / "site.css")


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("static")
    environment = {**os.environ, "STATIC_ROOT": str(folder), "COMMONS_DEVELOPMENT": "0", "COMMONS_DEBUG": "0"}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "commons.config.settings", "SITE_URL": "https://commons.example",
        "DATABASE_URL": "postgresql://nobody/nothing", "REDIS_URL": "redis://nobody",
    }  # fmt: skip
    command = [
        sys.executable,
        "manage.py",
        "collectstatic",
        "--noinput",
        "-v0",
        "-i",
        "admin",
        "-i",
        "mfa",
    ]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return folder


def sheets() -> Iterator[str]:
    yield from re.findall(r'@import "([^"]+)"', (STYLES / "site.css").read_text())


def test_the_sheet_of_every_page_holds_what_it_imports() -> None:
    assert len(list(sheets())) > 5
    assert "@import" not in SITE
    for name in sheets():
        assert ADDRESS.sub("", (STYLES / name).read_text()) in ADDRESS.sub("", SITE)


def test_addresses_in_an_imported_sheet_still_lead_there() -> None:
    found = re.findall(r'url\("([^"]+)"\)', SITE)

    assert found
    assert all((STYLES / address).exists() for address in found)


@pytest.mark.slow  # collects and compresses the static files
def test_collected_files_are_packed_and_name_each_other(collected: Path) -> None:
    [sheet] = collected.glob("css/site.*.css")
    [loader] = collected.glob("js/behaviours/smoother.*.js")
    asked = [loader.parent / address for address in re.findall(r'import\("([^"]+)"\)', loader.read_text())]

    assert "/*" not in sheet.read_text()
    assert all(
        (sheet.parent / address).exists() for address in re.findall(r'url\("(\.\./img[^"]+)"\)', sheet.read_text())
    )
    assert len(asked) == 2
    for path in (sheet, loader, *asked):
        assert re.search(r"\.[0-9a-f]{12}\.", path.name)
        assert path.with_suffix(f"{path.suffix}.br").exists()
        assert path.with_suffix(f"{path.suffix}.gz").exists()


def test_a_sheet_without_comments_says_the_same() -> None:
    def bare(text: str) -> str:
        return re.sub(r"[\s;]+", "", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))

    assert bare(cssmin(SITE)) == bare(SITE)
