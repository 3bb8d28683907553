"""Keeping posts to find them again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from commons import clock
from forum import actions
from forum.models import Bookmark, Category, Post
from forum.tasks import remind
from members.models import Member
from notifications.enums import Reason
from notifications.models import Telling
from tests.cast import sign_in
from tests.conftest import _work_after_commit


@pytest.fixture
def opening(table: Category, start: Callable[..., Post]) -> Post:
    return start(table)


def test_a_post_is_kept_with_a_note_and_let_go(opening: Post, as_cleo: Client, as_bo: Client) -> None:
    address = f"/forum/posts/{opening.pk}/bookmark/"

    as_cleo.post(address, {"note": "For Thursday"})

    assert "For Thursday" in as_cleo.get("/me/bookmarks/").content.decode()
    assert "Bookmarked" in as_cleo.get(opening.thread.get_absolute_url()).content.decode()
    assert "For Thursday" not in as_bo.get("/me/bookmarks/").content.decode()
    assert "Bookmarked" not in as_bo.get(opening.thread.get_absolute_url()).content.decode()
    as_cleo.post(address, {"remove": "1"})
    assert not Bookmark.objects.exists()


def test_keeping_twice_keeps_once(opening: Post, as_cleo: Client) -> None:
    for note in ("One", "Two"):
        as_cleo.post(f"/forum/posts/{opening.pk}/bookmark/", {"note": note})

    assert Bookmark.objects.get().note == "Two"


def test_a_reminder_comes_once(opening: Post, as_cleo: Client, cleo: Member) -> None:
    as_cleo.post(f"/forum/posts/{opening.pk}/bookmark/", {"note": "Ask Ada", "when": "tomorrow"})
    remind()
    assert not Telling.objects.filter(member=cleo).exists()

    with time_machine.travel(clock.now() + timedelta(days=2)):
        for _time in range(2):
            remind()
            _work_after_commit()

    assert Telling.objects.get(member=cleo).reason == Reason.REMINDER
    assert "Ask Ada" in as_cleo.get("/inbox/").content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"when": "date"}, "Choose a day."),
        ({"when": "date", "date": "2020-01-01"}, "Choose a day to come."),
        ({"when": "date", "date": "soon"}, "Enter a valid date."),
        ({"when": "never"}, "Select a valid choice"),
    ],
)
def test_a_reminder_that_can_not_be_is_said_kindly(
    typed: dict[str, str], words: str, opening: Post, as_cleo: Client
) -> None:
    answer = as_cleo.post(f"/forum/posts/{opening.pk}/bookmark/", {"note": "Kept text", **typed})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Kept text" in answer.content.decode()


def test_a_room_that_closes_takes_its_bookmarks_out_of_sight(
    circle: Category, start: Callable[..., Post], cleo: Member, bo: Member, as_bo: Client
) -> None:
    post = start(circle, by=cleo)
    actions.bookmark(member=bo, post=post, note="Secret", remind_at=None, now=clock.now())

    assert "Secret" not in as_bo.get("/me/bookmarks/").content.decode()


@pytest.mark.parametrize(("hour", "expected"), [(9, 18), (20, 21)])
def test_this_evening_is_never_past(hour: int, expected: int, opening: Post, cleo: Member) -> None:
    with time_machine.travel(clock.now().replace(hour=hour, minute=0), tick=False):
        sign_in(Client(), cleo).post(f"/forum/posts/{opening.pk}/bookmark/", {"when": "evening"})

    assert Bookmark.objects.get().remind_at.hour == expected
