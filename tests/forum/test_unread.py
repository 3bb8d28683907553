"""What is new for a reader, and that it can reach its end."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from commons import clock
from forum import actions, unread
from forum.actions.posts import Text
from forum.models import Category, Post, Thread
from members.models import Member
from notifications import actions as notifications
from notifications.enums import Level

HOUR = timedelta(hours=1)


@pytest.fixture
def begun(table: Category, start: Callable[..., Post], cleo: Member) -> Post:
    """Ada's thread, begun an hour ago, after everybody had joined."""
    Member.objects.update(date_joined=clock.now() - timedelta(days=9))
    return start(table, at=clock.now() - HOUR)


def page(client: Client, address: str = "/forum/new/") -> str:
    return client.get(address).content.decode()


def test_a_thread_is_new_until_it_is_opened(begun: Post, as_cleo: Client, cleo: Member) -> None:
    cleo.refresh_from_db()
    assert "New thread" in page(as_cleo)
    assert "New thread" in page(as_cleo, "/forum/table/")

    as_cleo.get(begun.thread.get_absolute_url())

    assert "You are up to date" in page(as_cleo)
    assert "tag--new" not in page(as_cleo, "/forum/table/")


def test_new_posts_are_told_by_word(begun: Post, as_cleo: Client, answer: Callable[..., Post], bo: Member) -> None:
    as_cleo.get(begun.thread.get_absolute_url())

    for number in range(2):
        answer(begun, by=bo, source=f"Answer {number}", at=clock.now())

    assert "2 new" in page(as_cleo, "/forum/table/")
    assert "2 new" in page(as_cleo)


def test_ones_own_words_are_not_new(begun: Post, as_cleo: Client, cleo: Member, answer: Callable[..., Post]) -> None:
    as_cleo.get(begun.thread.get_absolute_url())

    answer(begun, by=cleo, at=clock.now())

    assert "You are up to date" in page(as_cleo)


def test_visitors_are_told_of_nothing_new(begun: Post, client: Client) -> None:
    assert "tag--new" not in page(client, "/forum/table/")
    assert client.get("/forum/new/").status_code == 302


def test_everything_can_be_called_read_but_what_came_since(
    begun: Post, as_cleo: Client, answer: Callable[..., Post]
) -> None:
    until = (clock.now() - timedelta(minutes=1)).isoformat()
    as_cleo.post("/forum/new/catch-up/", {"until": until})
    assert "You are up to date" in page(as_cleo)

    answer(begun, at=clock.now())

    assert "New thread" in page(as_cleo)


def test_one_room_can_be_called_read(begun: Post, den: Category, start: Callable[..., Post], as_cleo: Client) -> None:
    start(den, title="Stew", at=clock.now() - HOUR)

    as_cleo.post("/forum/new/catch-up/", {"until": clock.now().isoformat(), "category": "table"})

    assert "Soup" not in page(as_cleo)
    assert "Stew" in page(as_cleo)


@pytest.mark.parametrize("until", ["", "yesterday", "2026-01-01", "9999-99-99T00:00:00Z"])
def test_a_moment_that_is_none_is_refused(until: str, as_cleo: Client, db: None) -> None:
    assert as_cleo.post("/forum/new/catch-up/", {"until": until}).status_code == 404


def test_nothing_to_come_can_be_called_read(begun: Post, as_cleo: Client, answer: Callable[..., Post]) -> None:
    as_cleo.post("/forum/new/catch-up/", {"until": (clock.now() + HOUR).isoformat()})

    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        answer(begun, at=clock.now())

    assert "New thread" in page(as_cleo)


def test_what_is_muted_is_not_new(begun: Post, as_cleo: Client, cleo: Member) -> None:
    notifications.follow(member=cleo, place=f"forum.thread:{begun.thread_id}", level=Level.MUTED, now=clock.now())

    assert "You are up to date" in page(as_cleo)


def test_old_threads_are_not_new(begun: Post, as_cleo: Client) -> None:
    Thread.objects.update(last_post_at=clock.now() - timedelta(days=41))

    assert "You are up to date" in page(as_cleo)
    assert "tag--new" not in page(as_cleo, "/forum/table/")


def test_a_thread_can_be_left_unread_from_a_post_on(begun: Post, as_cleo: Client, answer: Callable[..., Post]) -> None:
    first = answer(begun, source="One", at=clock.now())
    answer(begun, source="Two", at=clock.now())
    as_cleo.get(begun.thread.get_absolute_url())

    as_cleo.post(f"/forum/posts/{first.pk}/unread/")

    assert "2 new" in page(as_cleo)


def test_on_to_the_next_new_thread_and_to_the_end(
    begun: Post, start: Callable[..., Post], table: Category, as_cleo: Client
) -> None:
    other = start(table, title="Stew", at=clock.now() - HOUR).thread

    there = as_cleo.get("/forum/new/next/", {"besides": begun.thread_id})["Location"]
    assert there == other.get_absolute_url()
    as_cleo.get(there)

    assert as_cleo.get("/forum/new/next/", {"besides": begun.thread_id})["Location"] == "/forum/new/"


def test_the_list_costs_the_same_for_one_and_for_many(
    begun: Post,
    start: Callable[..., Post],
    table: Category,
    as_cleo: Client,
    settings: object,
    django_assert_num_queries: Callable[..., object],
) -> None:
    settings.RATE_LIMITS = False  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    as_cleo.get("/forum/new/")
    with django_assert_num_queries(2):
        as_cleo.get("/forum/new/")
    for number in range(4):
        start(table, title=f"Stew {number}", at=clock.now() - HOUR)
    as_cleo.get("/forum/new/")

    with django_assert_num_queries(2):
        as_cleo.get("/forum/new/")


def test_what_the_list_says_and_what_the_rows_say_agree(
    begun: Post,
    start: Callable[..., Post],
    table: Category,
    cleo: Member,
    answer: Callable[..., Post],
    settings: object,
) -> None:
    """The same rule twice, in SQL and in Python."""
    settings.RATE_LIMITS = False  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    now = clock.now()
    for number, at in enumerate([now - timedelta(days=50), now - timedelta(days=20), now - HOUR]):
        opening = start(table, title=f"Stew {number}", at=at)
        if number:
            actions.record_visit(member=cleo, thread=opening.thread, now=at)
            answer(opening, source=f"More {number}", at=at + timedelta(minutes=number))
    cleo.refresh_from_db()

    in_rows = {
        thread.pk for thread in Thread.objects.with_unread(cleo).order_by("pk") if unread.new_in(thread, cleo, now=now)
    }

    assert in_rows == set(unread.news(cleo, now=now).values_list("pk", flat=True))


def test_what_changed_since_the_last_visit(
    begun: Post, as_cleo: Client, ada: Member, bo: Member, answer: Callable[..., Post]
) -> None:
    address = begun.thread.get_absolute_url()
    actions.lock(thread=begun.thread, by=bo, reason="Too early", now=clock.now() - 3 * HOUR)
    actions.unlock(thread=begun.thread, by=bo, reason="Now", now=clock.now() - 3 * HOUR)
    as_cleo.get(address)
    with time_machine.travel(clock.now() + timedelta(minutes=40)):
        answer(begun, by=bo, source="Brand new words", at=clock.now())
        actions.rename(thread=begun.thread, by=bo, title="Soup for all", reason="Clearer", now=clock.now())
        actions.edit_post(post=begun, by=ada, text=Text("Who cooks today?"), now=clock.now())
        as_cleo.get(address, follow=True)
        changes = page(as_cleo, f"/forum/threads/{begun.thread_id}/changes/")

    assert "Edited posts" in changes
    assert "Brand new words" in changes
    assert "renamed the thread" in changes
    assert "Too early" not in changes
    assert "today?" in changes
