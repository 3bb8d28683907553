import pytest

from tests.support.html import check_page

FRAME = (
    "<!doctype html><html lang=en><head><title>T</title></head><body><main id=main><h1>T</h1>{}</main></body></html>"
)


def faults(body: str) -> list[str]:
    return check_page(FRAME.format(body), is_fragment=False)


@pytest.mark.parametrize(
    "good",
    [
        '<script src="/static/x.js"></script>',
        '<script type="application/ld+json">{"name": "x"}</script>',
        '<label for="a">A</label><input id="a" name="a">',
        '<label>A <input name="a"></label>',
        '<input type="hidden" name="a">',
        '<img src="/x.png" alt="">',
        '<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="x"></form>',
        '<a href="/x" hx-get="/x">Go</a>',
        "<h2>A</h2><h3>B</h3><h2>C</h2>",
        '<div class="prose"><p>{{ words }}</p></div>',
        '<textarea aria-label="x">{% words %}</textarea>',
        '<p id="p">x</p><input aria-label="x" aria-describedby="p">',
    ],
)
def test_what_is_well_passes(good: str) -> None:
    assert faults(good) == []


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        ("<p><b>x</p></b>", "line 1"),
        ("<script>alert(1)</script>", "inline <script>"),
        ("<style>p {}</style>", "inline <style>"),
        ('<p style="color: red">x</p>', "style= on <p>"),
        ('<p onclick="x()">x</p>', "onclick= on <p>"),
        ('<p id="a">x</p><p id="a">y</p>', "id a 2 times"),
        ('<input name="a">', "no label for <input name=a>"),
        ('<img src="/x.png">', "no alt"),
        ("<p>{{ words }}</p>", "template leftovers"),
        ('<p tabindex="2">x</p>', "tabindex 2"),
        ('<a href="/x"></a>', "nothing to read"),
        ("<button></button>", "nothing to read"),
        ('<form method="post"></form>', "no token"),
        ('<p hx-get="/x">x</p>', "needs htmx"),
        ('<script src="https://cdn.example/x.js"></script>', "asks https://cdn.example/x.js"),
        ('<a href="/x" target="_blank">x</a>', "target=_blank"),
        ("<h1>Again</h1>", "2 h1"),
        ("<h2>A</h2><h4>B</h4>", "h4 after h2"),
        ('<p aria-describedby="nowhere">x</p>', "leads nowhere"),
        ('<a href="/x" hx-get="/x" hx-target="#nowhere">x</a>', "hx-target=#nowhere leads nowhere"),
    ],
)
def test_what_is_not_well_is_named(bad: str, word: str) -> None:
    assert any(word in fault for fault in faults(bad)), faults(bad)


def test_a_page_has_a_language_a_title_and_a_main_part() -> None:
    found = check_page("<!doctype html><html><body></body></html>", is_fragment=False)

    assert found == [
        "no lang on <html>", "no title", "0 h1", "no <main id=main> for the skip link",
    ]  # fmt: skip


def test_a_fragment_is_spared_what_only_a_page_can_have() -> None:
    assert check_page("<h4>A</h4>", is_fragment=True) == []
