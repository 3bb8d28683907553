from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.mail import headers
from forum.archives.threading import SUBJECT_SPAN, Forest

MORNING = datetime(2017, 3, 6, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Letters:
    """A forest whose messages have short names."""

    def __init__(self) -> None:
        self.forest = Forest()
        self.names: dict[bytes, str] = {}

    def add(self, name: str, *references: str, at: datetime | None = None, subject: str = "") -> bool:
        at = at or MORNING + len(self.names) * HOUR
        self.names[self._hash(name)] = name
        return self.forest.add(
            self._hash(name), map(self._hash, references), file=0, offset=0, size=1, sent_at=at, subject=subject or name
        )

    def grown(self) -> list[tuple[str, str | None]]:
        """(message, the one it goes below), in the order of their turns."""
        self.forest.grow()
        return [
            (self.names[turn.hash], self.names.get(turn.above or b""))
            for batch in self.forest.batches(2)
            for turn in batch
        ]

    def _hash(self, name: str) -> bytes:
        return headers.hashed(name)


@pytest.fixture
def letters() -> Iterator[Letters]:
    found = Letters()
    with found.forest:
        yield found


def test_answers_go_below_what_they_answer(letters: Letters) -> None:
    letters.add("soup")
    letters.add("yes", "soup")
    letters.add("when", "soup", "yes")
    letters.add("bread")

    assert letters.grown() == [("soup", None), ("yes", "soup"), ("when", "yes"), ("bread", None)]


def test_the_order_of_the_archive_does_not_matter(letters: Letters) -> None:
    letters.add("when", "soup", "yes", at=MORNING + 3 * HOUR)
    letters.add("yes", "soup", at=MORNING + HOUR)
    letters.add("soup", at=MORNING)

    assert letters.grown() == [("soup", None), ("yes", "soup"), ("when", "yes")]


def test_an_answer_with_a_wrong_clock_still_comes_after_its_parent(letters: Letters) -> None:
    letters.add("soup", at=MORNING)
    letters.add("yes", "soup", at=MORNING - 100 * HOUR)

    assert letters.grown() == [("soup", None), ("yes", "soup")]


def test_a_missing_parent_is_passed_over(letters: Letters) -> None:
    letters.add("soup")
    letters.add("when", "soup", "lost")

    assert letters.grown() == [("soup", None), ("when", "soup")]


def test_answers_to_one_missing_message_stay_together(letters: Letters) -> None:
    letters.add("yes", "lost")
    letters.add("no", "lost")

    assert letters.grown() == [("yes", None), ("no", "yes")]


def test_missing_ancestors_are_named_nearest_first(letters: Letters) -> None:
    letters.add("yes", "root", "lost")
    letters.forest.grow()

    [[turn]] = letters.forest.batches(10)

    assert turn.missing == (headers.hashed("lost"), headers.hashed("root"))


def test_a_message_comes_in_once(letters: Letters) -> None:
    assert letters.add("soup")
    assert not letters.add("soup")
    assert letters.grown() == [("soup", None)]


def test_messages_that_answer_each_other_make_no_circle(letters: Letters) -> None:
    letters.add("hen", "egg")
    letters.add("egg", "hen")

    assert letters.grown() == [("hen", None), ("egg", "hen")] or letters.forest.count() == 2


@given(st.lists(st.tuples(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=5)), max_size=15))
def test_whatever_references_say_every_message_has_one_turn_after_its_parent(mail: list[tuple[int, list[int]]]) -> None:
    letters = Letters()
    with letters.forest:
        for own, references in mail:
            letters.add(str(own), *map(str, references), subject="x")
        grown = letters.grown()

    names = [name for name, _above in grown]
    assert sorted(names) == sorted({str(own) for own, _references in mail})
    assert all(above is None or names.index(above) < names.index(name) for name, above in grown)


def test_a_reply_without_references_joins_its_subject(letters: Letters) -> None:
    letters.add("a", subject="[garden] Soup")
    letters.add("b", subject="Re: [garden] Soup")
    letters.add("c", subject="AW: Soup")

    assert letters.grown() == [("a", None), ("b", "a"), ("c", "a")]


def test_a_message_that_is_no_reply_begins_its_own_thread(letters: Letters) -> None:
    letters.add("a", subject="Soup")
    letters.add("b", subject="Soup")

    assert letters.grown() == [("a", None), ("b", None)]


def test_a_subject_is_forgotten_after_half_a_year(letters: Letters) -> None:
    letters.add("a", subject="Soup", at=MORNING)
    letters.add("b", subject="Re: Soup", at=MORNING + SUBJECT_SPAN + HOUR)

    assert letters.grown() == [("a", None), ("b", None)]


def test_replies_without_a_subject_do_not_join(letters: Letters) -> None:
    letters.add("a", subject="Re:")
    letters.add("b", subject="Re:")

    assert letters.grown() == [("a", None), ("b", None)]


def test_the_tag_of_most_messages_is_the_lists_own(letters: Letters) -> None:
    for number, subject in enumerate(["[garden] Soup", "Re: [Garden] Soup", "[shed] Keys", "Bread"]):
        letters.add(str(number), subject=subject)

    letters.forest.grow()

    assert letters.forest.list_tags == {"garden"}


def test_what_is_left_out_hands_its_answers_to_the_one_above(letters: Letters) -> None:
    letters.add("soup")
    letters.add("empty", "soup")
    letters.add("when", "soup", "empty")
    letters.forest.grow()
    turns = {letters.names[turn.hash]: turn for batch in letters.forest.batches(10) for turn in batch}

    letters.forest.leave_out(turns["empty"].node)

    [when] = letters.forest.turns([turns["when"].node])
    assert when.above == headers.hashed("soup")


def test_if_the_opening_is_left_out_its_first_answer_opens(letters: Letters) -> None:
    letters.add("empty")
    letters.add("yes", "empty")
    letters.add("no", "empty")
    letters.forest.grow()
    turns = {letters.names[turn.hash]: turn for batch in letters.forest.batches(10) for turn in batch}

    letters.forest.leave_out(turns["empty"].node)

    yes, no = letters.forest.turns([turns["yes"].node, turns["no"].node])
    assert (yes.above, no.above) == (None, headers.hashed("yes"))


def test_a_chain_of_answers_in_any_order_is_quick(letters: Letters) -> None:
    for number in sorted(range(3000), key=lambda number: hash((number, 7))):
        letters.add(str(number), *([str(number - 1)] if number else []), at=MORNING + number * HOUR, subject="x")

    assert [name for name, _above in letters.grown()] == [str(number) for number in range(3000)]
