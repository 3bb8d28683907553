from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from forum import paths
from forum.enums import BAND, DEPTH_MAX

START = datetime(2026, 1, 1, tzinfo=UTC)
INDEX_ROW_MAX = 2704  # bytes of a btree entry in PostgreSQL


def test_siblings_stand_in_the_order_of_time_then_number() -> None:
    root = paths.step(created_at=START, number=1)
    early = paths.below(root, created_at=START, number=9)
    late = paths.below(root, created_at=START + timedelta(seconds=1), number=2)
    twin = paths.below(root, created_at=START, number=10)

    assert sorted([late, twin, early]) == [early, twin, late]


@given(st.lists(st.integers(min_value=0, max_value=40), max_size=40))
def test_every_branch_stands_together_under_its_post(parents: list[int]) -> None:
    made = [paths.step(created_at=START, number=1)]
    for number, parent in enumerate(parents, start=2):
        made.append(paths.below(made[parent % len(made)], created_at=START, number=number))

    for path in made:
        inside = [other for other in sorted(made) if path <= other < paths.end(path)]
        assert inside == sorted(other for other in made if other.startswith(path))


def test_the_deepest_path_still_fits_an_index_row() -> None:
    path = b""
    for number in range(1, 3 * DEPTH_MAX):
        path = paths.below(path, created_at=START, number=number)

    assert paths.depth(path) == DEPTH_MAX
    assert len(path) < INDEX_ROW_MAX


def test_a_page_of_levels_holds_the_opening_post_and_five_levels() -> None:
    assert [paths.band(depth) for depth in range(2 * BAND + 2)] == [0] * (BAND + 1) + [1] * BAND + [2]


def test_a_time_before_the_epoch_sorts_first() -> None:
    assert paths.step(created_at=datetime(1969, 1, 1, tzinfo=UTC), number=1) < paths.step(created_at=START, number=1)
