import pytest

from tests.support.htmx import same, swap

PAGE = '<!doctype html><html><head></head><body><ol id="a"><li>1</li></ol><p id="b">x</p></body></html>'


@pytest.mark.parametrize(
    ("how", "body"),
    [
        ("innerHTML", '<ol id="a"><li>2</li></ol><p id="b">x</p>'),
        ("beforeend", '<ol id="a"><li>1</li><li>2</li></ol><p id="b">x</p>'),
        ("afterbegin", '<ol id="a"><li>2</li><li>1</li></ol><p id="b">x</p>'),
        ("outerHTML", '<li>2</li><p id="b">x</p>'),
        ("afterend", '<ol id="a"><li>1</li></ol><li>2</li><p id="b">x</p>'),
        ("delete", '<p id="b">x</p>'),
    ],
)
def test_every_way_of_swapping(how: str, body: str) -> None:
    swapped = swap(PAGE, "<li>2</li>", target="a", how=how)

    assert same(swapped, f"<!doctype html><html><head></head><body>{body}</body></html>") == []


def test_what_rides_out_of_band_goes_to_its_own_place() -> None:
    swapped = swap(PAGE, '<li>2</li><p id="b" hx-swap-oob="true">y</p>', target="a", how="beforeend")

    assert same(swapped, PAGE.replace("<li>1</li>", "<li>1</li><li>2</li>").replace("x", "y")) == []


def test_a_difference_is_told() -> None:
    assert same(PAGE, PAGE.replace("<li>1</li>", "<li>2</li>"))
    assert same(PAGE, PAGE.replace("<li>1</li>", ""))
    assert same(PAGE, PAGE.replace('<p id="b">', '<p id="b" class="c">'))


def test_what_is_to_be_ignored_is() -> None:
    assert same(PAGE, PAGE.replace("<li>1</li>", ""), ignoring=["a"]) == []
