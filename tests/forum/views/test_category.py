from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forum import actions
from forum.models import Category, Post
from members.models import Member
from tests.cast import says_yes
from tests.forum.conftest import MORNING


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_few_queries(
    count: int, client: Client, as_ada: Client, ada: Member, table: Category, start: Callable[..., Post]
) -> None:
    for n in range(count):
        start(table, title=f"Thread {n}", at=MORNING + timedelta(hours=n))
    for reader, expected in ((client, 4), (as_ada, 4)):
        reader.get("/forum/table/")  # the work of the commits before
        with CaptureQueriesContext(connection) as queries:
            assert reader.get("/forum/table/").status_code == 200
        assert len(queries) == expected


def test_pinned_threads_come_first_then_the_latest(
    client: Client, table: Category, start: Callable[..., Post], answer: Callable[..., Post], bo: Member
) -> None:
    one, two, three = (start(table, title=title, at=MORNING + timedelta(hours=n)) for n, title in enumerate("ABC"))
    answer(one, at=MORNING + timedelta(hours=9))
    actions.pin(thread=two.thread, by=bo, reason="Read this.", now=MORNING)

    rows = client.get("/forum/table/").context["page"].rows

    assert [thread.title for thread in rows] == ["B", "A", "C"]
    assert three.thread.title == "C"


def test_pages_go_on_and_back_without_losing_a_thread(client: Client, table: Category, ada: Member) -> None:
    from forum.models import Thread

    says_yes(ada, "content.public")
    Thread.objects.bulk_create(
        Thread(
            category=table, title=f"T{n}", author=ada, created_at=MORNING, last_post_at=MORNING, is_pinned=n % 9 == 0
        )
        for n in range(45)
    )
    titles, after = [], ""
    while True:
        response = client.get("/forum/table/", {"after": after} if after else {})
        titles += [thread.title for thread in response.context["page"].rows]
        if not (after := response.context["after"]):
            break
    assert len(titles) == len(set(titles)) == 45

    back = client.get("/forum/table/", {"before": response.context["before"]})
    assert [thread.title for thread in back.context["page"].rows] == titles[20:40]


@pytest.mark.parametrize("cursor", ["x", "!!", "W10", "WzEsMiwzXQ", "e30"])
def test_a_cursor_made_elsewhere_is_a_page_that_does_not_exist(cursor: str, client: Client, table: Category) -> None:
    assert client.get("/forum/table/", {"after": cursor}).status_code == 404


def test_an_empty_room_offers_the_first_step(as_ada: Client, table: Category) -> None:
    page = as_ada.get("/forum/table/").content.decode()

    assert "Yours could be the first." in page
    assert 'href="/forum/table/new/"' in page


def test_the_moderators_are_named(client: Client, table: Category) -> None:
    assert "Moderated by" in client.get("/forum/table/").content.decode()


def test_the_forum_lists_what_the_reader_may_see_in_order(
    client: Client, as_ada: Client, as_cleo: Client, table: Category, den: Category, circle: Category
) -> None:
    def listed(reader: Client) -> list[str]:
        return [category.slug for category in reader.get("/forum/").context["categories"]]

    assert listed(client) == ["table"]
    assert listed(as_ada) == ["table", "den"]
    assert listed(as_cleo) == ["table", "den", "circle"]
