"""What people write becomes safe HTML, whatever they write."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import bleach
import html5lib
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from commons import markdown, markup

DATA = Path(settings.BASE_DIR).parent / "shared" / "data" / "xss"
SECONDS_MAX = 5.0  # of one processor for 32,000 characters of the worst kind, with coverage watching; 0.7 without

needs_data = pytest.mark.skipif(not DATA.exists(), reason="the shared test data is not beside this checkout")


def render(source: str, **options: object) -> str:
    return markup.render(source, **options).html  # type: ignore[arg-type] # passed on as they are


def vectors() -> Iterator[str]:
    yield from (DATA / "payloadbox.txt").read_text(errors="replace").splitlines()
    yield from json.loads((DATA / "blns.json").read_text())
    for path in sorted((DATA / "bleach").glob("*.test")):
        yield path.read_text().split("\n--\n")[0]


def wrapped(vector: str) -> Iterator[str]:
    """The vector as text, as a link, as a picture, as an autolink, as code and in a table."""
    yield vector
    yield f"[x]({vector})"
    yield f"[x](<{vector}>)"
    yield f"![{vector}]({vector})"
    yield f"<{vector}>"
    yield f'[x](/ "{vector}")'
    yield f"```{vector}\n{vector}\n```"
    yield f"| a |\n|---|\n| {vector} |"
    yield f":::details {vector}\n{vector}\n:::"
    yield f"[^{vector}]\n\n[^{vector}]: {vector}"


def second_opinion(html: str) -> str:
    """bleach, told the same allow-list; independent code that should find nothing left to do."""
    attributes = {
        tag: lambda tag, name, value: (
            name in markup.ATTRIBUTES.get(tag, set()) | markup.ATTRIBUTES["*"]
            and markup.allowed_value(tag, name, value) is not None
        )
        for tag in markup.TAGS
    }
    return bleach.clean(html, tags=markup.TAGS, attributes=attributes, protocols=set(markdown.SCHEMES), strip=True)


def tree(html: str) -> str:
    return html5lib.serialize(
        html5lib.parseFragment(html), tree="etree", alphabetical_attributes=True, quote_attr_values="always"
    )


def faults(html: str) -> list[str]:
    """What must not be in anybody's post, whatever nh3 says of it."""
    found = []
    for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        if element.tag not in markup.TAGS | {"DOCUMENT_FRAGMENT"}:
            found.append(f"<{element.tag}>")
        for name, value in element.attrib.items():
            if name.startswith("on") or name in {"style", "src", "srcset", "formaction"}:
                found.append(f"{name}={value}")
            if name == "href" and not re.match(r"https?://|mailto:|/(?![/\\])|#", value):
                found.append(f"href={value}")
    return found


@needs_data
@pytest.mark.slow
@pytest.mark.timeout(120)
def test_no_known_vector_gets_through_and_bleach_finds_nothing_left() -> None:
    for number, vector in enumerate(vectors()):
        html = render(vector)
        assert faults(html) == [], vector
        assert number % 4 or tree(second_opinion(html)) == tree(html), vector
        for source in wrapped(vector) if number % 8 == 0 else ():  # in every form, in the time that a test has
            assert faults(render(source)) == [], source
    assert number > 7_000


@needs_data
@pytest.mark.slow
@pytest.mark.timeout(180)
def test_raw_html_is_cut_to_the_allow_list_and_bleach_agrees() -> None:
    for vector in vectors():
        html = markup.sanitise(vector)
        assert faults(html) == [], vector
        assert tree(second_opinion(html)) == tree(html), vector


@needs_data
@pytest.mark.parametrize(("name", "agreeing"), [("commonmark-spec.txt", 415), ("gfm-spec.txt", 415)])
def test_the_examples_of_the_specification(name: str, agreeing: int) -> None:
    """Where we mean to differ (HTML as text, line breaks, headings, pictures, directions) the marks are levelled.

    The rest must not get worse than it is.
    """
    fence = "`" * 32
    examples = re.findall(
        rf"^{fence} example.*?\n(.*?)^\.\n(.*?)^{fence}$", (DATA / name).read_text(), re.MULTILINE | re.DOTALL
    )
    same = sum(
        _levelled(render(source.replace("→", "\t"))) == _levelled(want.replace("→", "\t")) for source, want in examples
    )
    assert same >= agreeing, f"{same} of {len(examples)}"


def _levelled(html: str) -> str:
    html = re.sub(r' (?:dir|rel|class|tabindex|role|aria-label)="[^"]*"', "", html)
    html = re.sub(r"<(/?)h[1-6]>", r"<\1h>", html)
    html = re.sub(r"<img src=\"([^\"]*)\" alt=\"([^\"]*)\"[^>]*>", r'<a href="\1">Picture: \2</a>', html)
    html = re.sub(r"<br ?/?>\s*", " ", html.replace("<div>", "").replace("</div>", ""))
    return " ".join(tree(html).split())


@given(st.text(max_size=400) | st.text(alphabet="[]()<>*_`~#|:-+!@\\\n x1^", max_size=200))
@hypothesis_settings(max_examples=150, deadline=None)
def test_any_text_becomes_safe_and_stays_as_it_is(source: str) -> None:
    html = render(source)

    assert faults(html) == []
    assert markup.sanitise(html) == html


@pytest.mark.slow
@pytest.mark.parametrize(
    "pattern",
    [
        ">",
        "[",
        "![",
        "*a_",
        "`",
        "[a](",
        "<",
        "[^a",
        "@aaa ",
        "**a ",
        "http://a.b/ ",
        "|a",
        ":::details x\n",
        "\\",
        "- ",
    ],
)
def test_the_worst_text_takes_no_longer_than_a_moment(pattern: str) -> None:
    started = time.process_time()
    render((pattern * 32_000)[:32_000])
    assert time.process_time() - started < SECONDS_MAX


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("# Big", '<h4 dir="auto">Big</h4>\n'),
        ("###### Small", '<h4 dir="auto">Small</h4>\n'),
        (
            "## A\n#### B\n### C\n# D",
            '<h4 dir="auto">A</h4>\n<h5 dir="auto">B</h5>\n<h5 dir="auto">C</h5>\n<h4 dir="auto">D</h4>\n',
        ),
        ("one\ntwo", '<p dir="auto">one<br>\ntwo</p>\n'),
        ("~~gone~~", '<p dir="auto"><s>gone</s></p>\n'),
        ("<b>x</b>", '<p dir="auto">&lt;b&gt;x&lt;/b&gt;</p>\n'),
        ("[home](/forum/)", '<p dir="auto"><a href="/forum/">home</a></p>\n'),
        ("[away](//evil.example)", '<p dir="auto">[away](//evil.example)</p>\n'),
        ("[away](/\\evil.example)", '<p dir="auto"><a href="/%5Cevil.example">away</a></p>\n'),
        (
            "https://x.example/a",
            '<p dir="auto"><a href="https://x.example/a" rel="nofollow ugc noopener">https://x.example/a</a></p>\n',
        ),
        (
            "http://127.0.0.1:8000/a",
            '<p dir="auto"><a href="http://127.0.0.1:8000/a">http://127.0.0.1:8000/a</a></p>\n',
        ),
        ("me@example.org and www.example.org", '<p dir="auto">me@example.org and www.example.org</p>\n'),
        (
            "![a cat](https://x.example/c.png)",
            '<p dir="auto"><a href="https://x.example/c.png" rel="nofollow ugc noopener">Picture: a cat</a></p>\n',
        ),
        (
            ":::details A quarrel\n*words*\n:::",
            '<details><summary dir="auto">A quarrel</summary>\n<p dir="auto"><em>words</em></p>\n</details>\n',
        ),
        ("a\u202eb\u0000c", '<p dir="auto">abc</p>\n'),
        ("Z" + "\u0301" * 40, f'<p dir="auto">Z{"\u0301" * 6}</p>\n'),
    ],
)
def test_what_becomes_of(source: str, html: str) -> None:
    assert render(source) == html


@pytest.mark.parametrize(
    ("source", "begins"),
    [
        ("> שלום", '<blockquote dir="rtl">\n<p dir="auto">'),
        ("> hello שלום", '<blockquote dir="ltr">'),
        ("- שלום", '<ul dir="rtl">\n<li dir="rtl">'),
        ("- one\n- שלום", '<ul dir="ltr">\n<li dir="ltr">one</li>\n<li dir="rtl">'),
        ("3. 1984\n4. שלום", '<ol start="3" dir="rtl">\n<li>1984</li>\n<li dir="rtl">'),
        ("- مرحبا\n\n  - one", '<ul dir="rtl">\n<li dir="rtl">\n<p dir="auto">مرحبا</p>\n<ul dir="ltr">'),
        ("> - `code` @ana שלום", '<blockquote dir="rtl">\n<ul dir="rtl">\n<li dir="rtl">'),
        ("> 1984", "<blockquote>"),
        ("- שלום\n\n      code", '<ul dir="rtl">\n<li dir="rtl">\n<p dir="auto">שלום</p>\n<pre dir="auto"><code>code'),
        (":::details שלום\n- one\n:::", '<details><summary dir="auto">שלום</summary>\n<ul dir="ltr">'),
    ],
)
def test_quotes_and_lists_run_as_their_first_letter_does(source: str, begins: str) -> None:
    assert render(source).startswith(begins)


def test_a_footnote_runs_as_its_first_letter_does() -> None:
    assert '<li id="fn1" class="footnote-item" dir="rtl"><p dir="auto">שלום' in render("a[^1]\n\n[^1]: שלום")


def test_people_who_exist_are_linked() -> None:
    html = render("Hi @Ana, @bo. @nobody `@ana` mail@ana.example", people={"ana": "/people/ana/", "bo": "/people/bo/"})

    assert html.count('class="mention"') == 2
    assert '<a class="mention" href="/people/ana/">@Ana</a>,' in html
    assert '<a class="mention" href="/people/bo/">@bo</a>.' in html


def test_names_are_found_where_they_are_meant() -> None:
    source = "@Ana and @ana, (@bo-2), `@code`, x@mail.example, [@link](/x), @x @_no"

    assert markup.mentioned(source) == ("ana", "bo-2")


def test_tasks_say_their_state() -> None:
    html = render("- [ ] cooks\n- [x] room")

    assert 'role="img" aria-label="to do">☐</span> cooks' in html
    assert 'role="img" aria-label="done">☑</span> room' in html


def test_footnotes_of_two_posts_keep_apart() -> None:
    one, two = (render("a[^1]\n\n[^1]: note", prefix=prefix) for prefix in ("n1-", "n2-"))

    assert 'href="#fnn1-1"' in one
    assert 'id="fnn1-1"' in one
    assert 'id="fnn2-1"' in two


def test_a_wide_table_scrolls_in_its_own_box() -> None:
    html = render("| a |\n|:-:|\n| 1 |")

    assert '<div class="table-scroll" role="group" tabindex="0" aria-label="Table"><table>' in html
    assert '<td dir="auto" class="align-center">1</td>' in html


def test_links_off_the_site_are_counted() -> None:
    source = (
        "https://a.example [b](https://b.example) ![c](https://c.example/p.png) [home](/forum/) `https://d.example`"
    )

    assert markup.link_count(source) == 3


def test_a_feed_reader_gets_whole_addresses() -> None:
    assert 'href="https://here.example/forum/"' in markup.absolute(
        render("[home](/forum/)"), base="https://here.example"
    )


def test_an_excerpt_is_words_on_one_line() -> None:
    assert markup.plain_text(render("# Soup & bread\n\n- one\n- two"), limit=20) == "Soup & bread one two"
    assert markup.plain_text(render("So **much** soup, `now`."), limit=40) == "So much soup, now."
    assert markup.plain_text(render("word " * 50), limit=10) == "word word…"
