"""When a branch is heated: the signs, one by one and together; and the words that ask to be read once more."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.heat import Heat, Spoken, heat_of, may_be, words_in

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ADA, BEN, CLEO, DOV, EVE = 1, 2, 3, 4, 5


def talk(*people: int, every: timedelta = timedelta(minutes=5), text: str = "Soup.") -> list[Spoken]:
    """One post by each, each to the one before, the last of them now."""
    start = NOW - every * (len(people) - 1)
    before = [None, *people[:-1]]
    return [
        Spoken(number, by, to, start + every * (number - 1), text)
        for number, (by, to) in enumerate(zip(people, before, strict=True), start=1)
    ]


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        ([], Heat()),
        (talk(ADA, BEN, CLEO), Heat()),
        (talk(ADA, BEN, CLEO, ADA, BEN, CLEO, ADA, BEN), Heat(is_fast=True)),
        (talk(ADA, BEN, CLEO, DOV, EVE, ADA, BEN, CLEO), Heat()),
        (talk(ADA, BEN, ADA, BEN, ADA, BEN), Heat(is_to_and_fro=True)),
        (talk(ADA, BEN, ADA, BEN, ADA, BEN, every=timedelta(hours=1)), Heat()),
        (talk(ADA, BEN, CLEO, DOV, EVE, text="You idiot."), Heat()),
        (talk(ADA, BEN, ADA, BEN, ADA, BEN, text="You idiot."), Heat(is_to_and_fro=True, has_words=True)),
        (talk(*[ADA, BEN] * 4), Heat(is_fast=True, is_to_and_fro=True)),
    ],
    ids=[
        "silence",
        "three",
        "few and fast",
        "many and fast",
        "two",
        "two, slowly",
        "words alone",
        "two, with words",
        "heat",
    ],
)
def test_the_signs(posts: list[Spoken], expected: Heat) -> None:
    assert heat_of(posts, now=NOW) == expected


def test_one_sign_is_a_lively_talk_and_two_are_heat() -> None:
    assert not Heat(is_fast=True)
    assert not Heat(has_words=True)
    assert Heat(is_to_and_fro=True, has_words=True)


def test_heat_passes() -> None:
    posts = talk(*[ADA, BEN] * 4)

    assert heat_of(posts, now=NOW)
    assert not heat_of(posts, now=NOW + timedelta(hours=3))


def test_a_monologue_is_no_quarrel() -> None:
    assert not heat_of(talk(*[ADA] * 10), now=NOW)


@given(posts=st.integers(1, 24), every=st.integers(1, 30), quiet=st.integers(0, 240))
def test_where_no_heat_may_be_there_is_none(posts: int, every: int, quiet: int) -> None:
    said = talk(*[ADA, BEN] * 12, every=timedelta(minutes=every), text="You idiot.")[-posts:]
    later = NOW + timedelta(minutes=quiet)
    answer = Spoken(25, ADA, BEN, later, "You idiot.")

    assert may_be(posts, last_at=NOW, now=later) or not heat_of(said, now=later)
    assert may_be(posts + 1, last_at=NOW, now=later) or not heat_of([*said, answer], now=later)


def test_heat_may_be_while_it_is_there() -> None:
    assert may_be(8, last_at=NOW, now=NOW)
    assert not may_be(5, last_at=NOW, now=NOW)
    assert not may_be(8, last_at=NOW, now=NOW + timedelta(hours=3))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What an idiotic idea, you IDIOT.", ["idiotic", "IDIOT"]),
        ("You never listen.", ["You never"]),
        ("Du Lügner! Halt die Klappe.", ["Lügner", "Halt die Klappe"]),
        ("Menteuse, tais-toi", ["Menteuse", "tais-toi"]),
        ("Eres un estúpido", ["estúpido"]),
        ("The stupidity of doors; dumbbells; a liarbird.", ["liarbird"]),
        ("Damn, that is good soup", []),
    ],
)
def test_words_are_found_whole_in_every_language_and_named_as_they_stand(text: str, expected: list[str]) -> None:
    assert words_in(text) == expected


@given(st.text(max_size=300))
def test_whatever_is_written_is_only_quoted(text: str) -> None:
    assert all(word in text for word in words_in(text))
