"""What the composer points out: each once in a thread, and never in the way of a post."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons.holdings import holding
from forum import actions
from forum.enums import NUDGES_KEPT, Nudge
from forum.heat import Heat, Spoken
from forum.models import Draft, NudgeShown, Post, Thread
from forum.nudges import Situation, next_nudge
from members.models import Member
from tests.cast import says_yes
from tests.forum.conftest import MORNING

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ME, BEN = 1, 2
HTMX = {"HX-Request": "true"}


def situation(
    *said: tuple[int, int | None], ago: timedelta = timedelta(hours=1), posts: int = 0, **more: object
) -> Situation:
    """A thread of posts by and to these people, so long ago; I am about to answer Ben."""
    spoken = [Spoken(number, by, to, NOW - ago) for number, (by, to) in enumerate(said, start=1)]
    found = Situation(me=ME, is_mine=False, post_count=posts or len(said), posts=spoken, heat=Heat(), answers=BEN)
    return replace(found, **more)


MIXED = [(BEN, None), (3, BEN), (4, BEN), (5, BEN)]


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (situation(), None),
        (situation(*MIXED), None),
        (situation(*MIXED, (ME, BEN), (ME, 3)), Nudge.ROW),
        (situation(*MIXED, (ME, BEN), (3, ME)), None),
        (situation(*MIXED, (ME, BEN), (ME, 3), ago=timedelta(hours=25)), None),
        (situation(*[(ME, 3), (3, ME), (4, 3)] * 20), None),
        (situation(*[(ME, 3), (3, ME)] * 25), Nudge.MUCH),
        (situation(*[(ME, 3), (3, ME)] * 24), None),
        (situation(*[(ME, 3), (3, ME)] * 25, is_mine=True), None),
        (situation(*MIXED, (ME, BEN), (BEN, ME), (ME, BEN), (BEN, ME), (ME, BEN), (BEN, ME)), Nudge.ONE),
        (situation(*MIXED, (ME, BEN), (BEN, ME), (ME, 3), (BEN, ME), (ME, BEN), (BEN, ME)), None),
        (situation(*MIXED[:2], (ME, BEN), (BEN, ME), (ME, BEN), (BEN, ME), (ME, BEN), (BEN, ME)), None),
        (situation(*MIXED, (ME, BEN), (3, ME), (ME, BEN), (3, ME), (ME, BEN), (3, ME), answers=3), None),
        (situation(*MIXED, ago=timedelta(days=180)), Nudge.OLD),
        (situation(*MIXED, ago=timedelta(days=179)), None),
        (situation(*MIXED, heat=Heat(is_fast=True, has_words=True)), Nudge.HEATED),
    ],
)
def test_what_is_pointed_out(there: Situation, expected: Nudge | None) -> None:
    assert next_nudge(there, shown=[], now=NOW) == expected


def test_what_was_shown_here_makes_way_for_another_and_hushed_threads_are_quiet() -> None:
    there = situation(*MIXED, (ME, BEN), (ME, 3), heat=Heat(is_fast=True, has_words=True))

    assert next_nudge(there, shown=[Nudge.HEATED], now=NOW) == Nudge.ROW
    assert next_nudge(there, shown=[Nudge.HEATED, Nudge.ROW], now=NOW) is None
    assert next_nudge(there, shown=[Nudge.ALL], now=NOW) is None


@pytest.fixture
def twice(opening: Post, answer: Callable[..., Post], cleo: Member) -> Sequence[Post]:
    """Cleo has written twice in a row, a moment ago."""
    return [answer(opening, by=cleo, at=MORNING + timedelta(minutes=n)) for n in (1, 2)]


@pytest.fixture
def at_noon() -> object:
    with time_machine.travel(MORNING + timedelta(hours=1), tick=False):
        yield


@pytest.mark.usefixtures("twice", "at_noon")
def test_a_nudge_stands_in_the_composer_once_and_never_again_in_this_thread(
    as_cleo: Client, opening: Post, thread: Thread, cleo: Member
) -> None:
    path = f"/forum/posts/{opening.pk}/reply/"

    first, second = (as_cleo.get(path).content.decode() for _ in range(2))

    assert "Two in a row" in first
    assert first.index("Two in a row") < first.index(">Post reply<", first.index("Two in a row"))
    assert "Two in a row" not in second
    shown = NudgeShown.objects.get()
    assert (shown.member_id, shown.thread_id, shown.nudge) == (cleo.pk, thread.pk, Nudge.ROW)


@pytest.mark.usefixtures("twice", "at_noon")
def test_on_the_threads_page_it_comes_when_the_writing_begins(as_cleo: Client, opening: Post, thread: Thread) -> None:
    page = as_cleo.get(thread.get_absolute_url()).content.decode()
    begun = as_cleo.get(f"/forum/posts/{opening.pk}/nudge/", headers=HTMX).content.decode()
    again = as_cleo.get(f"/forum/posts/{opening.pk}/nudge/", headers=HTMX).content.decode()

    assert "Two in a row" not in page
    assert f'hx-get="/forum/posts/{opening.pk}/nudge/"' in page
    assert "Two in a row" in begun
    assert again.strip() == ""


@pytest.mark.usefixtures("twice", "at_noon")
def test_a_preview_brings_it_too(as_cleo: Client, opening: Post) -> None:
    page = as_cleo.post("/forum/preview/", {"source": "So", "place": f"reply:{opening.pk}"}).content.decode()

    assert "Two in a row" in page


@pytest.mark.parametrize("place", ["thread:1", "reply:x", "", "reply:" + "9" * 19])
def test_a_preview_of_something_else_brings_none(place: str, as_cleo: Client, opening: Post) -> None:
    assert as_cleo.post("/forum/preview/", {"source": "So", "place": place}).status_code == 200
    assert not NudgeShown.objects.exists()


@pytest.mark.usefixtures("twice", "at_noon")
def test_it_holds_nothing_back(as_cleo: Client, opening: Post) -> None:
    as_cleo.get(f"/forum/posts/{opening.pk}/reply/")
    response = as_cleo.post(f"/forum/posts/{opening.pk}/reply/", {"source": "A third", "submission": str(uuid4())})

    assert response.status_code == 302
    assert Post.objects.filter(source="A third").exists()


@pytest.mark.usefixtures("twice", "at_noon")
def test_somebody_can_say_that_they_want_none_here_and_keeps_what_they_typed(
    as_cleo: Client, opening: Post, cleo: Member
) -> None:
    typed = {"source": "Half a thought", "place": f"reply:{opening.pk}"}

    response = as_cleo.post(f"/forum/posts/{opening.pk}/hush/", typed)
    quiet = as_cleo.get(f"/forum/posts/{opening.pk}/reply/").content.decode()

    assert response.headers["Location"] == f"/forum/posts/{opening.pk}/reply/"
    assert "Two in a row" not in quiet
    assert "Half a thought" in quiet
    assert [row.nudge for row in NudgeShown.objects.filter(member=cleo)] == [Nudge.ALL]


def test_with_htmx_the_nudge_just_goes(as_cleo: Client, opening: Post) -> None:
    response = as_cleo.post(f"/forum/posts/{opening.pk}/hush/", headers=HTMX)

    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.usefixtures("twice")
@pytest.mark.parametrize(
    ("leave", "leads_to"),
    [
        ("1", "/me/drafts/"),
        ("drafts", "/me/drafts/"),
        ("https://example.org/", "/me/drafts/"),
        ("parent", "/forum/posts/{opening}/"),
        ("heard", "/forum/posts/{opening}/reply/?heard=1"),
        ("thread", "/forum/table/new/?title=Soup"),
        ("mine", "/forum/posts/{mine}/"),
        ("alone", "/people/ada/ask/"),
    ],
)
def test_every_other_way_keeps_the_text_first(
    leave: str, leads_to: str, as_cleo: Client, opening: Post, twice: Sequence[Post]
) -> None:
    typed = {"source": "Half a thought", "place": f"reply:{opening.pk}", "leave": leave}

    response = as_cleo.post("/forum/drafts/", typed)

    assert response.headers["Location"] == leads_to.format(opening=opening.pk, mine=twice[1].pk)
    assert Draft.objects.get().source == "Half a thought"


def test_whoever_has_written_nothing_here_is_led_to_their_drafts(as_bo: Client, opening: Post) -> None:
    typed = {"source": "Half", "place": f"reply:{opening.pk}", "leave": "mine"}

    assert as_bo.post("/forum/drafts/", typed).headers["Location"] == "/me/drafts/"


@pytest.fixture
def talk_of_two(
    opening: Post, answer: Callable[..., Post], ada: Member, bo: Member, cleo: Member, nia: Member, adil: Member
) -> Post:
    """Five people are in the thread, and Cleo answers only Ada; what she is about to answer."""
    for someone in (bo, nia, adil):
        answer(opening, by=someone)
    last = opening
    for _ in range(3):
        last = answer(answer(last, by=cleo), by=ada)
    return last


@pytest.mark.usefixtures("at_noon")
@pytest.mark.parametrize("is_open", [True, False])
def test_a_talk_alone_is_offered_only_where_the_other_takes_requests(
    is_open: bool, as_cleo: Client, ada: Member, talk_of_two: Post
) -> None:
    if is_open:
        says_yes(ada, "contact.requests")

    page = as_cleo.get(f"/forum/posts/{talk_of_two.pk}/reply/").content.decode()

    assert "A talk of two" in page
    assert ("Write to Ada alone" in page) == is_open
    assert "Start a new thread" in page


def test_an_old_thread_says_so(as_cleo: Client, opening: Post) -> None:
    with time_machine.travel(MORNING + timedelta(days=181), tick=False):
        page = as_cleo.get(f"/forum/posts/{opening.pk}/reply/").content.decode()

    assert "This thread has been quiet for long" in page


@pytest.mark.slow  # a long thread has to be written first
@pytest.mark.timeout(60)
@pytest.mark.usefixtures("at_noon")
def test_a_nudge_costs_the_same_in_a_thread_of_any_length(
    as_cleo: Client, opening: Post, thread: Thread, cleo: Member
) -> None:
    path, counts = f"/forum/posts/{opening.pk}/reply/", []
    for length in (60, 1500):
        last = Thread.objects.get(pk=thread.pk).last_number
        Post.objects.bulk_create(
            Post(
                thread=thread, parent=opening, author=cleo if number % 2 else opening.author, number=number,
                path=bytes(opening.path) + number.to_bytes(10), depth=1, band=0, source="Words", html="<p>Words</p>",
                created_at=MORNING + timedelta(seconds=number),
            )
            for number in range(last + 1, length + 1)
        )  # fmt: skip
        Thread.objects.filter(pk=thread.pk).update(post_count=length, last_number=length)
        NudgeShown.objects.all().delete()
        as_cleo.get("/forum/")
        with CaptureQueriesContext(connection) as queries:
            assert "Much of this thread is yours" in as_cleo.get(path).content.decode()
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_nothing_is_kept_for_long(cleo: Member, thread: Thread) -> None:
    actions.note_nudge(member=cleo, thread=thread, nudge=Nudge.ROW, now=MORNING)
    (rule,) = holding("forum.NudgeShown").retention

    assert rule.keep == NUDGES_KEPT
    assert not rule.due(MORNING).exists()
    assert rule.due(MORNING + timedelta(seconds=1)).exists()
