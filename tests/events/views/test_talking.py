"""The thread about an event: begun by the first word, with the same readers, each leading to the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from commons.subjects import Subject, Talk, Unsaid, link_to, talks
from events import actions
from events.models import Event
from forum import actions as forum
from forum.actions.posts import Text
from forum.models import Category, Post, Thread, ThreadSubject
from members.models import Member
from tests.events.conftest import NOW

type Begin = Callable[..., Event]


@pytest.fixture
def rooms(db: None) -> dict[str, Category]:
    return {
        slug: Category.objects.create(slug=slug, name=slug.title(), visibility=slug)
        for slug in ("public", "members", "group")
    }


def say(who: Client, event: Event, room: Category, words: str = "Who brings soup?", **fields: object) -> object:
    return who.post(f"/events/{event.pk}/thread/", {"room": room.pk, "source": words, **fields}, follow=True)


def test_the_first_word_begins_a_thread_that_leads_back(
    as_cleo: Client, client: Client, begin: Begin, rooms: dict[str, Category]
) -> None:
    event = begin(visibility="public")
    assert "Say the first word" in as_cleo.get(event.get_absolute_url()).content.decode()

    page = say(as_cleo, event, rooms["public"]).content.decode()

    thread = Thread.objects.select_related("category").get()
    assert (thread.title, thread.category_id) == ("Mending circle", rooms["public"].pk)
    assert f'href="/events/{event.pk}-event/"' in page
    assert thread.get_absolute_url() in client.get(event.get_absolute_url()).content.decode()
    assert as_cleo.get(f"/events/{event.pk}/thread/").url == thread.get_absolute_url()
    assert client.get(f"/events/{event.pk}-event/").status_code == 200


@pytest.mark.parametrize(("visibility", "offered"), [("public", ["Public"]), ("members", ["Members"])])
def test_only_rooms_with_the_same_readers_are_offered(
    as_cleo: Client, begin: Begin, rooms: dict[str, Category], visibility: str, offered: list[str]
) -> None:
    event = begin(visibility=visibility)

    page = as_cleo.get(f"/events/{event.pk}/thread/")

    assert [room.name for room in page.context["rooms"]] == offered
    other = rooms["members" if visibility == "public" else "public"]
    assert say(as_cleo, event, other).status_code == 422


def test_who_comes_second_or_sends_twice_replies_or_says_it_once(
    ada: Member, cleo: Member, begin: Begin, rooms: dict[str, Category]
) -> None:
    event, key = begin(), uuid4()
    told = {"event": event, "room": rooms["members"].pk, "now": NOW}

    first = actions.begin_talk(by=ada, source="Hello", submission=key, **told)
    again = actions.begin_talk(by=ada, source="Hello", submission=key, **told)
    second = actions.begin_talk(by=cleo, source="And I", submission=uuid4(), **told)

    assert first == again != second
    assert [post.source for post in Post.objects.order_by("pk")] == ["Hello", "And I"]
    assert Thread.objects.get().post_count == 2


@pytest.mark.slow  # people at the same moment need connections of their own
@pytest.mark.django_db(transaction=True)
def test_two_first_words_at_the_same_moment_are_one_thread(
    ada: Member, cleo: Member, begin: Begin, rooms: dict[str, Category]
) -> None:
    event, start = begin(), Barrier(2)

    def speak(by: Member) -> None:
        start.wait()
        actions.begin_talk(
            event=event, room=rooms["members"].pk, by=by, source=f"{by} here", submission=uuid4(), now=NOW
        )
        connection.close()

    with ThreadPoolExecutor() as people:
        list(people.map(speak, [ada, cleo]))

    assert Thread.objects.get().post_count == 2
    assert ThreadSubject.objects.count() == 1


def test_what_the_forum_does_not_take_comes_back_with_the_reason(
    as_nia: Client, begin: Begin, rooms: dict[str, Category]
) -> None:
    event = begin()
    links = " ".join(f"https://example.org/{number}" for number in range(9))

    page = say(as_nia, event, rooms["members"], links)

    assert page.status_code == 422
    assert links in page.content.decode()
    assert not Thread.objects.exists()


def test_a_thread_that_went_elsewhere_is_not_shown_to_others(
    as_cleo: Client, cleo: Member, begin: Begin, rooms: dict[str, Category]
) -> None:
    event = begin()
    say(as_cleo, event, rooms["members"])
    Thread.objects.update(category=rooms["group"])

    page = as_cleo.get(event.get_absolute_url()).content.decode()

    assert "Talk about it" not in page
    assert as_cleo.get(f"/events/{event.pk}/thread/").status_code == 403
    assert "not open to you" in say(as_cleo, event, rooms["members"], "Hello?").content.decode()
    assert Post.objects.count() == 1


def test_a_locked_thread_takes_no_first_word(ada: Member, begin: Begin, rooms: dict[str, Category]) -> None:
    event = begin()
    told = {"event": event, "room": rooms["members"].pk, "by": ada, "submission": None, "now": NOW}
    actions.begin_talk(source="Hello", **told)
    Thread.objects.update(is_locked=True)

    with pytest.raises(Unsaid, match="closed"):
        actions.begin_talk(source="Still here?", **told)


def test_too_many_first_words_are_refused_with_the_reason(
    ada: Member, begin: Begin, rooms: dict[str, Category]
) -> None:
    with pytest.raises(Unsaid, match="safe"):
        for number in range(9):
            actions.begin_talk(
                event=begin(title=f"Event {number}"), room=rooms["members"].pk, by=ada, source=f"Word {number}",
                submission=None, now=NOW,
            )  # fmt: skip


def test_suspended_members_and_drafts_have_no_first_word(
    as_dov: Client, as_ada: Client, begin: Begin, rooms: dict[str, Category]
) -> None:
    assert as_dov.get(f"/events/{begin().pk}/thread/").status_code == 403
    assert as_ada.get(f"/events/{begin(is_published=False).pk}/thread/").status_code == 403


def test_without_a_room_with_these_readers_the_page_says_so(as_cleo: Client, begin: Begin) -> None:
    assert "no room yet" in as_cleo.get(f"/events/{begin().pk}/thread/").content.decode()


def test_a_host_finds_a_first_word_ready(as_ada: Client, begin: Begin, rooms: dict[str, Category]) -> None:
    assert "Questions, ideas, lifts" in as_ada.get(f"/events/{begin().pk}/thread/").content.decode()


@pytest.mark.parametrize("has_subject", [True, False])
def test_a_merged_thread_takes_its_subject_along(
    ada: Member, begin: Begin, rooms: dict[str, Category], has_subject: bool
) -> None:
    one, other = begin(), begin(title="Another")
    told = {"room": rooms["members"].pk, "by": ada, "submission": None, "now": NOW}
    actions.begin_talk(event=one, source="Hello", **told)
    source = Thread.objects.get()
    if has_subject:
        actions.begin_talk(event=other, source="Hello there", **told)
    else:
        forum.start_thread(category=rooms["members"], by=ada, title="Soup", text=Text("Who?"), now=NOW)
    target = Thread.objects.select_related("category").exclude(pk=source.pk).get()

    forum.merge(thread=source, into=target, by=ada, reason="The same", now=NOW)

    subject = Subject("events.event", other.pk if has_subject else one.pk)
    assert ThreadSubject.objects.get() == ThreadSubject(thread=target, subject=str(subject))
    assert talks().find(subject, reader=ada) == Talk(target.get_absolute_url(), target.title, replies=1)


def test_a_kind_that_nobody_tells_of_leads_nowhere() -> None:
    assert link_to("exchange.listing:1") is None
