"""Every pair of colours that docs/frontend.md lets stand together is told apart, in every set of tokens.css."""

import re
from math import cos, radians, sin
from pathlib import Path

import pytest

STYLES = Path(__file__).resolve().parents[2] / "static" / "css"
TOKENS = (STYLES / "tokens.css").read_text()
PARTS = (STYLES / "components" / "parts.css").read_text()

TEXT, CONTROL = 4.5, 3.0
HUES = [f"avatar--tone-{number}" for number in range(12)]
SETS = {
    "light": [":root {\n    color-scheme: light;"],
    "dark": [
        "@media (prefers-color-scheme: dark) {\n    :root:not([data-theme]) {\n",
        ':root[data-theme="dark"] {\n',
    ],
    "contrast": [
        "@media (prefers-contrast: more) {\n    :root:not([data-theme]) {\n",
        '  :root[data-theme="contrast"] {\n    color-scheme: light;',
    ],
    "contrast-dark": [
        "@media (prefers-contrast: more) and (prefers-color-scheme: dark) {\n    :root:not([data-theme]) {\n",
        '@media (prefers-color-scheme: dark) {\n    :root[data-theme="contrast"] {\n',
    ],
}
PAIRS = [
    *[(ink, ground, TEXT) for ink in ("ink", "ink-soft") for ground in ("paper", "paper-deep", "surface")],
    *[("ink", ground, TEXT) for ground in ("moss-soft", "marigold-soft", "clay-soft", "sky-soft")],
    *[
        ("moss", ground, TEXT)
        for ground in ("paper", "paper-deep", "surface", "marigold-soft", "clay-soft", "moss-soft")
    ],
    *[("moss-strong", ground, TEXT) for ground in ("paper", "surface", "moss-soft")],
    *[("sky", ground, TEXT) for ground in ("paper", "surface", "sky-soft")],
    *[("clay", ground, TEXT) for ground in ("paper", "surface", "clay-soft")],
    ("marigold-ink", "marigold-soft", TEXT),
    ("on-moss", "moss", TEXT),
    ("on-moss", "moss-strong", TEXT),
    ("on-clay", "clay", TEXT),
    ("on-clay", "clay-strong", TEXT),
    ("on-marigold", "marigold", TEXT),
    ("on-bar", "bar", TEXT),
    ("on-bar-soft", "bar", TEXT),
    *[("line-strong", ground, CONTROL) for ground in ("paper", "surface")],
    *[("focus", ground, CONTROL) for ground in ("paper", "paper-deep", "surface", "moss-soft", "clay-soft")],
    ("moss", "moss-soft", CONTROL),
    ("marigold", "bar", CONTROL),
]

type Oklch = tuple[float, float, float]


@pytest.mark.parametrize("name", SETS)
def test_both_ways_to_a_set_of_colours_give_the_same_colours(name: str) -> None:
    ways = [_declared(start) for start in SETS[name]]

    assert all(way == ways[0] for way in ways)


@pytest.mark.parametrize("name", SETS)
def test_every_set_of_colours_names_the_same_colours(name: str) -> None:
    assert _declared(SETS[name][0]).keys() == _declared(SETS["light"][0]).keys()


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_colours_that_stand_together_are_told_apart(name: str, ink: str, ground: str, least: float) -> None:
    colours = _declared(SETS[name][0])

    assert contrast(_oklch(colours[ink]), _oklch(colours[ground])) >= least


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("tone", HUES)
def test_initials_can_be_read_on_every_tone(name: str, tone: str) -> None:
    colours = _declared(SETS[name][0])
    hue = float(re.search(rf"\.{tone} \{{\s*--hue: (\d+);", PARTS)[1])  # type: ignore[index] # absent is a failure
    ink, ground = ((*map(float, colours[part].split()), hue) for part in ("tone-ink", "tone-paper"))

    assert contrast(ink, ground) >= TEXT  # type: ignore[arg-type] # two numbers and a hue


@pytest.mark.parametrize(("name", "least"), [("contrast", 7), ("contrast-dark", 7)])
@pytest.mark.parametrize("ink", ["ink", "ink-soft", "moss", "sky", "clay"])
def test_high_contrast_is_high(name: str, least: float, ink: str) -> None:
    colours = _declared(SETS[name][0])

    assert contrast(_oklch(colours[ink]), _oklch(colours["paper"])) >= least


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast((0, 0, 0), (1, 0, 0)) == pytest.approx(21, abs=0.01)


def contrast(one: Oklch, other: Oklch) -> float:
    """The ratio of WCAG 2 between two colours."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Oklch) -> float:
    red, green, blue = (min(max(part, 0.0), 1.0) for part in _linear_srgb(*colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear_srgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _declared(start: str) -> dict[str, str]:
    """The custom properties of the block of tokens.css that begins so."""
    begin = TOKENS.index(start) + len(start)
    block = TOKENS[begin : TOKENS.index("}", begin)]
    return dict(re.findall(r"--([a-z-]+): ([^;]+);", block))


def _oklch(value: str) -> Oklch:
    lightness, chroma, hue = map(float, value.removeprefix("oklch(").removesuffix(")").split())
    return lightness, chroma, hue
