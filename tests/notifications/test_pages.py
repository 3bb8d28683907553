"""The inbox, following and the settings as pages."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from forum.models import Category, Post
from members.models import Member
from notifications import actions, waiting
from notifications.enums import Level
from notifications.models import Follow, Preferences, Telling
from tests.cast import says_yes


@pytest.fixture
def thread(table: Category, start: Callable[..., Post], answer: Callable[..., Post]) -> Post:
    """Ada's, with one answer by Cleo."""
    opening = start(table)
    answer(opening, source="I cook **soup**.")
    return opening


def test_the_inbox_shows_what_is_new_and_its_end(thread: Post, as_ada: Client) -> None:
    as_ada.get("/")
    assert "New for you" in as_ada.get("/").content.decode()

    page = as_ada.get("/inbox/").content.decode()

    assert "I cook soup." in page
    assert "answers you" in page
    as_ada.post("/inbox/read/", {"until": Telling.objects.get().notice_id})
    assert "You are up to date" in as_ada.get("/inbox/").content.decode()
    assert "I cook soup." in as_ada.get("/inbox/seen/").content.decode()
    assert "New for you" not in as_ada.get("/").content.decode()


def test_what_was_read_in_the_thread_is_read_in_the_inbox(thread: Post, as_ada: Client, ada: Member) -> None:
    as_ada.get("/")

    as_ada.get(thread.thread.get_absolute_url())

    assert Telling.objects.get().read_at is not None
    assert not waiting.something_waits(ada)


def test_one_line_can_be_marked(thread: Post, as_ada: Client) -> None:
    as_ada.get("/")
    subject = Telling.objects.select_related("notice").get().notice.subject

    answer = as_ada.post("/inbox/read/", {"subject": subject}, headers={"HX-Request": "true"})

    assert answer.content == b""
    assert Telling.objects.get().read_at is not None


def test_the_inbox_costs_the_same_for_one_and_for_many(
    table: Category,
    start: Callable[..., Post],
    answer: Callable[..., Post],
    as_ada: Client,
    settings: object,
    django_assert_num_queries: Callable[..., object],
) -> None:
    opening = start(table)
    answer(opening, source="First")
    as_ada.get("/inbox/")
    with django_assert_num_queries(5):
        as_ada.get("/inbox/")
    settings.RATE_LIMITS = False  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    for number in range(6):
        answer(start(table, title=f"Thread {number}", source=f"Hello {number}"), source=f"Answer {number}")
    as_ada.get("/")

    with django_assert_num_queries(5):
        page = as_ada.get("/inbox/").content.decode()

    assert page.count("inbox-line--needed") == 7


def test_following_by_a_form(thread: Post, as_bo: Client, bo: Member) -> None:
    place, address = f"forum.thread:{thread.thread_id}", thread.thread.get_absolute_url()
    page = as_bo.get("/me/following/place/", {"place": place}).content.decode()
    assert "Only what is meant for me" in page
    assert "Every post by mail" not in page, "a thread is no list"

    answer = as_bo.post("/me/following/place/", {"place": place, "level": "following"})

    assert answer["Location"] == address
    assert "You follow this" in as_bo.get(address).content.decode()
    assert thread.thread.title in as_bo.get("/me/following/").content.decode()
    as_bo.post("/me/following/place/", {"place": place, "level": ""})
    assert not Follow.objects.filter(member=bo).exists()


@pytest.mark.parametrize("place", ["forum.thread:999", "forum.nothing:1", "nonsense", "forum.category:x"])
def test_what_is_not_there_can_not_be_followed(place: str, as_bo: Client, db: None) -> None:
    assert as_bo.get("/me/following/place/", {"place": place}).status_code == 404
    assert as_bo.post("/me/following/place/", {"place": place, "level": "following"}).status_code == 404


def test_a_room_of_others_can_not_be_followed(
    circle: Category, start: Callable[..., Post], as_bo: Client, cleo: Member
) -> None:
    start(circle, by=cleo)

    assert as_bo.get("/me/following/place/", {"place": f"forum.category:{circle.pk}"}).status_code == 404


def test_a_level_that_is_not_offered_is_refused(thread: Post, as_bo: Client) -> None:
    place = f"forum.thread:{thread.thread_id}"

    assert as_bo.post("/me/following/place/", {"place": place, "level": "list"}).status_code == 404


def test_reading_a_room_by_mail_asks_for_a_yes(table: Category, as_bo: Client, bo: Member) -> None:
    actions.follow(member=bo, place=f"forum.category:{table.pk}", level=Level.EVERY_POST, now=bo.date_joined)
    address = f"/me/following/place/?place=forum.category:{table.pk}"

    assert "we need your yes" in as_bo.get(address).content.decode()
    says_yes(bo, "email.list")
    assert "we need your yes" not in as_bo.get(address).content.decode()


CHOICES = {"letters_for": "needed", "digest": "days", "digest_days": ["1", "4"], "digest_at": "07:00", "zone": "UTC"}


def test_the_budget_is_saved_and_shown_again(as_bo: Client) -> None:
    as_bo.post("/me/notifications/", {**CHOICES, "mails_a_day": "1", "quiet_from": "20:00", "quiet_until": "08:00"})

    chosen = Preferences.objects.get()
    assert (chosen.letters_for, chosen.digest_days, chosen.mails_a_day) == ("needed", [1, 4], 1)
    page = as_bo.get("/me/notifications/").content.decode()
    assert re.search(r'name="quiet_from".*?value="20:00"\s+selected', page, re.DOTALL)
    assert "have not said yes to them yet" in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"digest_days": []}, "Choose at least one day."),
        ({"quiet_from": "20:00"}, "a beginning and an end"),
        ({"zone": "Moon/Tranquility"}, "zone"),
    ],
)
def test_what_does_not_fit_is_said_kindly(wrong: dict[str, object], words: str, as_bo: Client) -> None:
    answer = as_bo.post("/me/notifications/", {**CHOICES, **wrong})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Preferences.objects.exists()


def test_a_pause_begins_and_ends(as_bo: Client) -> None:
    assert as_bo.post("/me/notifications/pause/", {"until": "2020-01-01"}).status_code == 422
    as_bo.post("/me/notifications/pause/", {"until": "2090-01-01"})
    assert "No letters until" in as_bo.get("/me/notifications/").content.decode()

    as_bo.post("/me/notifications/pause/", {"end": "1"})

    assert Preferences.objects.get().paused_until is None
