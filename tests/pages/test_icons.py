"""The sprite has every icon that a template asks for, and the styleguide shows every icon of the sprite."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SPRITE = (ROOT / "static" / "img" / "icons.svg").read_text()
DRAWN = set(re.findall(r'<symbol id="([a-z]+)"', SPRITE))
ASKED = re.compile(r'{% icon "([a-z]+)"')


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_icon_that_a_template_asks_for_is_drawn(template: Path) -> None:
    assert set(ASKED.findall(template.read_text())) <= DRAWN


def test_styleguide_shows_every_icon() -> None:
    samples = ROOT / "templates" / "components" / "icon_samples.html"

    assert set(ASKED.findall(samples.read_text())) == DRAWN
