import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.archives import titles
from forum.enums import TITLE_MAX_LENGTH


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Soup", "Soup"),
        ("Re: Soup", "Soup"),
        ("RE: AW: Sv: Soup", "Soup"),
        ("Re[2]: Soup", "Soup"),
        ("Re (3): Soup", "Soup"),
        ("RE^2: Soup", "Soup"),
        ("RE : Soup", "Soup"),
        ("Antw: Soup", "Soup"),
        ("Odp: Soup", "Soup"),
        ("Rép : Soupe", "Soupe"),
        ("回复：Soup", "Soup"),
        ("Ответ: Soup", "Soup"),
        ("[garden] Soup", "Soup"),
        ("Re: [garden] Re: Soup", "Soup"),
        ("[Garden] AW: [garden] Soup", "Soup"),
        ("Re: [VOTE] Soup on Saturday", "[VOTE] Soup on Saturday"),
        ("[VOTE] Re: [VOTE] Soup", "[VOTE] Soup"),
        ("Fwd: Soup", "Fwd: Soup"),
        ("'Re: Soup'", "Soup"),
        ("  Soup \t and\n bread ", "Soup and bread"),
        ("Reading group", "Reading group"),
        ("Remember: soup", "Remember: soup"),
        ("Mail from ines@mill.example", "Mail from ines@…"),
        ("", "(no subject)"),
        ("Re:", "(no subject)"),
        ("[garden]", "(no subject)"),
    ],
)
def test_a_title_is_the_subject_without_prefixes(subject: str, title: str) -> None:
    assert titles.clean(subject, list_tags={"garden"}) == title


def test_a_long_title_is_cut() -> None:
    title = titles.clean("word " * 200)

    assert len(title) <= TITLE_MAX_LENGTH
    assert title.endswith("word…")


@given(st.text(max_size=400))
def test_any_subject_becomes_a_title_that_is_its_own_title(subject: str) -> None:
    title = titles.clean(subject)

    assert 0 < len(title) <= TITLE_MAX_LENGTH
    assert titles.clean(title) == title or title.endswith("…")


@given(
    st.text(st.characters(categories=["L", "N"]), min_size=3, max_size=20),
    st.sampled_from(["Re: ", "AW: ", "SV: ", "Re[4]: "]),
)
def test_a_reply_has_the_key_of_what_it_answers(subject: str, prefix: str) -> None:
    assert titles.key(prefix + subject) == titles.key(subject)
    assert titles.is_reply(prefix + subject)


@pytest.mark.parametrize(
    ("subject", "tag"),
    [
        ("[Garden] Soup", "garden"),
        ("Re: [users@httpd] Soup", "users@httpd"),
        ("[VOTE] Soup", ""),
        ("[1/3] Soup", ""),
        ("Soup [garden]", ""),
        ("Soup", ""),
    ],
)
def test_the_tag_is_what_may_be_the_lists_own(subject: str, tag: str) -> None:
    assert titles.tag(subject) == tag
