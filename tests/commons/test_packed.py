"""Rows that come packed into a column of another query."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from commons import clock, journal
from commons.packed import Packed
from forum.models import Category, Post, Thread
from members.models import Member

type Queries = Callable[..., Any]

pytestmark = pytest.mark.django_db


def read(packed: Packed[Any], key: int) -> Any:
    [values] = packed.model._default_manager.filter(pk=key).values_list(packed.column(), flat=True)
    return packed.unpacked(values)


@pytest.fixture
def post(ada: Member) -> Post:
    table = Category.objects.create(slug="table", name="“The” \\ table", visibility="public")
    thread = Thread.objects.create(
        category=table, title="Élodie\t🍐", author=ada, created_at=clock.now(), last_post_at=clock.now()
    )
    return Post.objects.create(
        thread=thread, author=ada, number=1, path=b"\x01", depth=0, band=0, source="a", html="<p>a</p>",
        created_at=clock.now(),
    )  # fmt: skip


def test_a_row_is_as_if_it_had_been_read_alone(post: Post, ada: Member, django_assert_num_queries: Queries) -> None:
    packed = Packed(
        Post, "html", "created_at", "parent", "author__display_name", "unclaimed_author__display_name",
        "thread__title", "thread__category__name",
    )  # fmt: skip

    with django_assert_num_queries(1):
        row = read(packed, post.pk)
        assert row == post
        assert (row.html, row.created_at, row.is_opening) == (post.html, post.created_at, True)
        assert (row.author, str(row.author.display_name), row.author_id) == (ada, ada.display_name, ada.pk)
        assert (row.unclaimed_author, row.unclaimed_author_id) == (None, None)
        assert (row.thread.title, row.thread.category.name) == ("Élodie\t🍐", "“The” \\ table")


def test_what_lies_on_the_way_comes_along(post: Post) -> None:
    row = read(Packed(Post, "thread__category__name"), post.pk)

    assert row.thread.category == post.thread.category


def test_what_was_not_read_is_read_anew(post: Post, django_assert_num_queries: Queries) -> None:
    row = read(Packed(Post, "html"), post.pk)

    with django_assert_num_queries(1):
        assert row.source == "a"


def test_what_is_unpacked_is_shown(post: Post, ada: Member) -> None:
    with journal.showing(snapshot="", until=clock.now()) as shown:
        read(Packed(Post, "html", "author__display_name"), post.pk)

    assert f"members.member:{ada.pk}" in shown.subjects


def test_rows_bear_what_is_asked_besides(post: Post, ada: Member) -> None:
    numbers = Post.objects.filter(thread=OuterRef("thread")).order_by("number").values("number")

    row = read(Packed(Post, "html", numbers=ArraySubquery(numbers)), post.pk)

    assert row.numbers == [1]


def test_only_what_a_row_belongs_to_can_be_packed(post: Post) -> None:
    with pytest.raises(TypeError, match="replies"):
        read(Packed(Post, "replies__html"), post.pk)
