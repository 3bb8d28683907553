import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons import markup
from commons.contributions import SOURCE_MAX_LENGTH
from tests.forum.archives.letters import parts, post


def test_lines_that_a_program_broke_flow_again() -> None:
    body = (
        "we meet on Saturday at ten in the orchard, and somebody has to bring soup\n"
        "for everybody who comes, because I have only the small pot and it leaks a\n"
        "little.\n"
    )

    assert post(body) == body.replace("\n", " ").strip()


def test_lines_that_a_person_broke_stay() -> None:
    assert post("Dear all,\nsoup is ready.\n\nThanks,\nOrla") == "Dear all,\nsoup is ready.\n\nThanks,\nOrla"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("# 5 is alive", "\\# 5 is alive"),
        ("+ and more", "- and more"),
        ("2017. was good", "2017\\. was good"),
        ("a_b_c and __init__ and _x", "a_b_c and \\_\\_init\\_\\_ and \\_x"),
        ("*.java and 2 * 3 * 4", "\\*.java and 2 * 3 * 4"),
        ("this is *important* to us", "this is **important** to us"),
        ("a <b> c", "a \\<b> c"),
        ("1 < 2", "1 < 2"),
        ("&nbsp; & co", "\\&nbsp; & co"),
        ("[x](y) and [1]", "\\[x](y) and [1]"),
        ("[1]: not a definition", "\\[1]: not a definition"),
        ("a note[^1] here", "a note\\[^1] here"),
        ("`code` and ``quotes''", "`code` and \\`\\`quotes''"),
        ("C:\\temp\\*", "C:\\temp\\\\\\*"),
        ("~~gone~~", "\\~~gone\\~~"),
        (":::details", "\\:::details"),
        ("```", "\\`\\`\\`"),
        ("see https://a.example/b_c_d.", "see <https://a.example/b_c_d>."),
        ("(https://a.example/b_(c))", "(<https://a.example/b_(c)>)"),
        ("<https://a.example/x>", "<https://a.example/x>"),
        ("<URL:https://a.example/x>", "<https://a.example/x>"),
        ("https://a.example/x <https://a.example/x>", "<https://a.example/x>"),
    ],
)
def test_a_line_shows_what_was_typed(typed: str, shown: str) -> None:
    assert post(typed) == shown


def test_links_below_each_other_stay_below_each_other() -> None:
    urls = ["https://a.example/a-long-address-that-fills-its-line/and-goes-on", "https://b.example/another"]

    assert post("\n".join(urls)) == "\n".join(f"<{url}>" for url in urls)


def test_lists_are_lists() -> None:
    assert post("We need:\n* soup\n  and spoons\n* bread\n    - dark\n    - white") == (
        "We need:\n\n- soup and spoons\n- bread\n    - dark\n    - white"
    )
    assert post("1) soup\n2) bread") == "1. soup\n2. bread"


def test_underlined_words_are_bold_and_rules_are_rules() -> None:
    assert post("Soup\n----\nhot") == "**Soup**\n\nhot"
    assert post("Soup\n\n=========\n\nBread") == "Soup\n\n---\n\nBread"


@pytest.mark.parametrize(
    "code",
    [
        "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c",
        'Traceback (most recent call last):\n  File "x.py", line 1, in x\nValueError: x',
        "<project>\n  <name>x</name>\n</project>",
        "for (int i = 0; i < 3; i++) {\n    x();\n}",
        "name      size   price\nsoup        10       2\nbread        3       1",
        "| a | b |\n| 1 | 2 |",
        ">>> import soup\n>>> soup.cook()\n1",
        "try ( Soup s =\n        pot.stir())) {\n    s.serve();\n    call(everybody)\n        .to(table);\n}",
        "Jul 10 14:51:00 pot kitchen[1]: Starting.\nJul 10 14:51:02 pot kitchen[1]: Soup.",
        "[INFO] started\n[ERROR] stopped",
        "    x = foo(bar);",
        "  /\\_/|\n ( o.o )\n ( ^_^ )",
    ],
)
def test_code_and_columns_are_shown_as_typed(code: str) -> None:
    markdown = post(f"Look at this please, it is what I see here:\n\n{code}\n\nWhat now?")

    shown = re.split("^```", markdown, flags=re.MULTILINE)[1]
    margin = min(len(line) - len(line.lstrip()) for line in code.split("\n"))
    assert shown.partition("\n")[2].rstrip("\n") == "\n".join(line[margin:] for line in code.split("\n"))


def test_a_patch_goes_on_over_blank_lines() -> None:
    markdown = post("Here:\n\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n-a\n\n+b\n c\n\nThat is it.")

    assert markdown == "Here:\n\n```diff\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n-a\n\n+b\n c\n```\n\nThat is it."


def test_a_fence_is_longer_than_any_in_the_code() -> None:
    assert post("x = [\n```\n};\n}\n").startswith("````\n") or "\\`" in post("x = [\n```\n};\n}\n")


def test_quoted_text_folds_with_the_line_that_names_the_quoted() -> None:
    markdown = post("I do.\n\nOn Mon, 6 Mar 2017, Orla Quinn <orla@orchard.example> wrote:\n> Who cooks?\n> > Soup?\n")

    assert markdown == (
        "I do.\n\n:::details Show quoted text\nOn Mon, 6 Mar 2017, Orla Quinn wrote:\n\n> Who cooks?\n>\n> > Soup?\n:::"
    )


def test_a_short_quote_before_its_answer_is_shown() -> None:
    assert post("Orla wrote:\n> Who cooks?\n\nI do.") == "Orla wrote:\n\n> Who cooks?\n\nI do."


def test_the_signature_folds() -> None:
    assert post("I do.\n-- \nTariq\ntariq@well.example") == "I do.\n\n:::details Signature\nTariq\ntariq@…\n:::"


def test_attachments_are_named_at_the_end() -> None:
    pdf = 'Content-Type: application/pdf; name="pot_1.pdf"\n\n' + "x" * 12_000

    assert (
        post(**parts("mixed", "Content-Type: text/plain\n\nHere.", pdf))
        == "Here.\n\n- Attached: pot_1.pdf (11.7\xa0KB), not stored"
    )


def test_of_very_many_attachments_the_first_are_named() -> None:
    pots = [f'Content-Type: application/pdf; name="{number:03}{"x" * 90}.pdf"\n\nx' for number in range(500)]

    markdown = post(**parts("mixed", "Content-Type: text/plain\n\nHere.", *pots))

    assert markdown.endswith("\n- and 470 more")


@pytest.mark.parametrize(
    "body",
    [
        "Write to tariq@well.example.",
        "Write to <tariq@well.example>, or tariq+soup@well.example",
        "mailto:tariq@well.example",
        "Write to tariq at well.example (or Tariq (at) well.example)",
        "https://lists.example/x?to=tariq@well.example and https://x.example/tariq%40well.example",
        "On Mon, 6 Mar 2017, tariq at well.example wrote:\n> ask tariq@well.example\n\nYes",
        "-----Original Message-----\nFrom: Tariq [mailto:tariq@well.example]\nSent: x\nTo: y\nSubject: z\n\nHi",
        "-- \nTariq <tariq@well.example>",
        "```\ntariq@well.example\n```",
    ],
)
def test_no_address_is_published(body: str) -> None:
    markdown = post(f"Hello\n\n{body}")

    assert "well.example" not in markdown.replace("://x.example", "").replace("://lists.example", "")
    assert "…" in markdown or "Tariq" in markdown


@pytest.mark.parametrize(
    "text",
    [
        "look at soup.example",
        "git@host.example:soup/pot.git",
        "@Override",
        "we met at 10.30",
        "see https://a.example/@soup",
    ],
)
def test_what_is_no_address_stays(text: str) -> None:
    assert text.replace("https://a.example/@soup", "<https://a.example/@soup>") in post(text)


def test_a_huge_message_is_cut_and_says_so() -> None:
    markdown = post("We need soup for everybody. \n" * 5_000 + "\n> quoted\n" * 500)

    assert len(markdown) <= SOURCE_MAX_LENGTH
    assert "more characters were left out.)*" in markdown


@pytest.mark.parametrize("line", ["_*<[`\\", "> _*<[`\\", "* _"])
def test_a_huge_message_of_marks_fits_too(line: str) -> None:
    assert len(post(f"{line}\n" * 20_000)) <= SOURCE_MAX_LENGTH


def test_a_huge_patch_is_cut_inside_its_fence() -> None:
    markdown = post("--- a/x\n+++ b/x\n@@ -1 +1 @@\n" + "+word\n" * 20_000)

    assert markdown.count("```") == 2
    assert len(markdown) <= SOURCE_MAX_LENGTH


LINES = st.lists(st.text(st.sampled_from("ab >*_#`<[]()|:-=~+\\&;@.1\t"), max_size=25), max_size=12)


@given(LINES)
def test_any_text_keeps_its_fences_and_folds_closed(lines: list[str]) -> None:
    markdown = post("Hello.\n\n" + "\n".join(lines))

    html = markup.render(markdown).html
    assert html.count("<details>") == len(re.findall(r"^:::+details", markdown, re.MULTILINE))
    assert html.count("<details>") == html.count("</details>")
    assert ":::" not in re.sub(r"<pre>.*?</pre>", "", html, flags=re.DOTALL) or ":::" in "".join(lines)


@given(LINES)
def test_no_text_makes_markup_that_was_not_meant(lines: list[str]) -> None:
    html = markup.render(post("Hello.\n\n" + "\n".join(lines))).html

    for tag in ("<h4", "<h5", "<h6", "<del>", "<table", "<sup", "task__mark"):
        assert tag not in html
