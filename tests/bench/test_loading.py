import pytest
from django.db import connection

from bench import checks, loading
from forum.models import Bookmark, Category

pytestmark = pytest.mark.django_db


def definitions(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s ORDER BY 1", [table])
        indexes = [definition for (definition,) in cursor.fetchall()]
        cursor.execute(
            "SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass ORDER BY 1",
            [table],
        )
        return indexes + [definition for (definition,) in cursor.fetchall()]


def test_indexes_and_constraints_are_made_again_as_they_were() -> None:
    before = definitions("forum_bookmark")
    loading.open_books()

    loading.without_indexes([Bookmark])
    without = definitions("forum_bookmark")
    made = loading.make_indexes(lambda _line: None)

    assert made
    assert len(without) < len(before)
    assert definitions("forum_bookmark") == before


def test_making_indexes_stops_when_its_time_is_over_and_goes_on() -> None:
    loading.open_books()
    loading.without_indexes([Bookmark])

    assert not loading.make_indexes(lambda _line: None, until=0)
    assert loading.make_indexes(lambda _line: None)


def test_a_part_is_loaded_once() -> None:
    loading.open_books()

    with loading.part("rooms") as first:
        pass
    with loading.part("rooms") as second:
        pass

    assert (first, second) == (True, False)


def test_what_was_written_down_first_stays() -> None:
    loading.open_books()

    assert loading.fact("anchor", "today") == "today"
    assert loading.fact("anchor", "tomorrow") == "today"


def test_a_row_that_says_little_gets_the_fields_defaults() -> None:
    loading.copy(Category, [{"id": 77, "slug": "tools", "name": "Tools"}])

    made = Category.objects.get(pk=77)

    assert (made.visibility, made.post_count, made.last_post_at) == ("members", 0, None)


def test_a_wrong_counter_is_found() -> None:
    loading.open_books()
    loading.copy(Category, [{"id": 77, "slug": "tools", "name": "Tools", "post_count": 3}])

    assert list(checks.faults()) == ["counts of a category: 1 wrong"]
