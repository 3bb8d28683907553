"""Heated threads: read once more, rise slowly, rest until a day, and calm that is asked for."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from guardian.shortcuts import assign_perm, remove_perm

from forum import actions, queries, rules
from forum.actions.posts import Text
from forum.enums import Bump, Change
from forum.models import MODERATE, Category, Draft, NudgeShown, Post, Thread, ThreadChange
from forum.notices import CALM
from members.enums import Role
from members.models import Member
from notifications import actions as notifications
from notifications.models import Notice, Telling
from tests.forum.conftest import MORNING

NOON = MORNING + timedelta(hours=3)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def quarrel(opening: Post, answer: Callable[..., Post], ada: Member, cleo: Member) -> Post:
    """Ada and Cleo go to and fro below a post of Cleo's, a minute apart, until noon; the last word is Ada's."""
    last = answer(opening, by=cleo, at=NOON - 8 * MINUTE)
    for number in range(7, -1, -1):
        last = answer(last, by=(cleo, ada)[number % 2 == 0], at=NOON - number * MINUTE)
    return last


def typed(source: str, **more: str) -> dict[str, str]:
    return {"source": source, "submission": str(uuid4()), **more}


def place_of(thread: Thread) -> datetime:
    return Thread.objects.values_list("bumped_at", flat=True).get(pk=thread.pk)


def test_in_a_heated_branch_a_text_is_given_back_once_with_the_words_named(as_cleo: Client, quarrel: Post) -> None:
    path = f"/forum/posts/{quarrel.pk}/reply/"
    with time_machine.travel(NOON + MINUTE, tick=False):
        asked = as_cleo.post(path, typed("You never listen, you liar"))
        before = Post.objects.count()
        posted = as_cleo.post(path, typed("You never listen, you liar", read_again="1"))

    page = asked.content.decode()
    assert asked.status_code == 422
    assert "Read it once more?" in page
    assert '<q dir="auto">You never</q>, <q dir="auto">liar</q>' in page
    assert "Post it as it is" in page
    assert "You never listen, you liar" in page
    assert posted.status_code == 302
    assert Post.objects.count() == before + 1


def test_that_it_was_asked_is_written_down_nowhere(as_cleo: Client, quarrel: Post, cleo: Member) -> None:
    with time_machine.travel(NOON + MINUTE, tick=False):
        as_cleo.post(f"/forum/posts/{quarrel.pk}/reply/", typed("You liar"))
        as_cleo.post(f"/forum/posts/{quarrel.pk}/reply/", typed("You liar", read_again="1"))

    assert not NudgeShown.objects.exists()
    assert not Draft.objects.exists()
    assert Post.objects.filter(author=cleo).latest("number").source == "You liar"


def test_without_sharp_words_it_asks_all_the_same_and_names_none(as_cleo: Client, quarrel: Post) -> None:
    with time_machine.travel(NOON + MINUTE, tick=False):
        page = as_cleo.post(f"/forum/posts/{quarrel.pk}/reply/", typed("So be it.")).content.decode()

    assert "Read it once more?" in page
    assert "<q" not in page


def test_in_place_the_form_comes_back_with_the_question(as_cleo: Client, quarrel: Post) -> None:
    with time_machine.travel(NOON + MINUTE, tick=False):
        response = as_cleo.post(
            f"/forum/posts/{quarrel.pk}/reply/?in=tree", typed("So be it."), headers={"HX-Request": "true"}
        )

    assert response.headers["HX-Retarget"] == f"#composer-reply{quarrel.pk}"
    assert "Read it once more?" in response.content.decode()


def test_a_calm_branch_beside_a_heated_one_asks_nothing(
    as_bo: Client, quarrel: Post, opening: Post, answer: Callable[..., Post], bo: Member
) -> None:
    beside = answer(opening, by=bo, at=NOON)
    with time_machine.travel(NOON + MINUTE, tick=False):
        response = as_bo.post(f"/forum/posts/{beside.pk}/reply/", typed("You liar"))

    assert response.status_code == 302


@pytest.mark.parametrize(("later", "looks"), [(MINUTE, 1), (timedelta(hours=3), 0)], ids=["lively", "quiet"])
def test_a_reply_looks_at_what_was_said_only_where_it_may_be_heated(
    later: timedelta, looks: int, as_bo: Client, quarrel: Post, opening: Post, answer: Callable[..., Post], bo: Member
) -> None:
    beside = answer(opening, by=bo, at=NOON)
    with time_machine.travel(NOON + later, tick=False), CaptureQueriesContext(connection) as queries:
        assert as_bo.post(f"/forum/posts/{beside.pk}/reply/", typed("Soup is ready.")).status_code == 302

    assert sum('AS "beginning"' in query["sql"] for query in queries) == looks


def test_the_composer_says_why_a_branch_is_called_heated(as_cleo: Client, quarrel: Post) -> None:
    with time_machine.travel(NOON + MINUTE, tick=False):
        page = as_cleo.get(f"/forum/posts/{quarrel.pk}/reply/").content.decode()

    assert "This branch is getting heated" in page
    assert "many posts in a short time, two people going to and fro" in page
    assert "Read what Ada said" in page


def test_a_heated_thread_keeps_its_replies_and_stops_rising(
    quarrel: Post,
    thread: Thread,
    start: Callable[..., Post],
    table: Category,
    answer: Callable[..., Post],
    bo: Member,
) -> None:
    other = start(table, title="Bread", by=bo, at=NOON - MINUTE)
    answer(quarrel, at=NOON + MINUTE)
    fresh = Thread.objects.get(pk=thread.pk)

    listed = [row.pk for row in queries.thread_list(table, reader=other.author).rows]
    assert listed == [other.thread_id, thread.pk]
    assert (fresh.post_count, fresh.last_post_at) == (11, NOON + MINUTE)
    assert fresh.bumped_at < NOON


def test_it_rises_again_after_six_hours_and_at_once_when_it_has_cooled(
    quarrel: Post, thread: Thread, answer: Callable[..., Post], ada: Member, cleo: Member
) -> None:
    held = place_of(thread)
    last, at = quarrel, NOON
    while at < held + timedelta(hours=6):
        at += 5 * MINUTE
        last = answer(last, by=cleo if last.author_id == ada.pk else ada, at=at)
    assert place_of(thread) == at

    cooled = at + timedelta(hours=3)
    answer(last, at=cooled)
    assert place_of(thread) == cooled


def test_pages_hold_every_thread_once_while_some_are_held(table: Category, ada: Member) -> None:
    moments = [MORNING + n * MINUTE for n in range(45)]
    rows = [
        Thread.objects.create(category=table, title="T", author=ada, created_at=moment, last_post_at=moment)
        for moment in moments
    ]
    made = [thread.pk for thread in rows]
    Thread.objects.filter(pk__in=made[30:]).update(held_at=MORNING)

    seen, after = [], ""
    while True:
        page = queries.thread_list(table, reader=ada, after=after)
        seen += [row.pk for row in page.rows]
        if not page.has_after:
            break
        after = queries.pagination.cursor(page.rows[-1], by=queries.LISTED_BY)
    assert sorted(seen) == sorted(made)
    assert seen[:29] == made[1:30][::-1]


def test_moderators_hold_a_thread_and_let_it_go_with_a_reason_and_a_day(
    as_bo: Client, thread: Thread, opening: Post, answer: Callable[..., Post]
) -> None:
    path = f"/forum/threads/{thread.pk}/bump/"
    with time_machine.travel(NOON, tick=False):
        as_bo.post(path, {"bump": "slow", "until": "2026-03-05", "reason": "Let others be seen."})
        answer(opening, at=NOON)
        held = place_of(thread)
        as_bo.post(path, {"bump": "free", "until": "2026-03-05", "reason": "It is fine."})
        freed = place_of(thread)
        as_bo.post(path, {"bump": "", "until": "", "reason": "As always."})

    assert (held, freed) == (MORNING, NOON)
    changes = ThreadChange.objects.filter(thread=thread).order_by("pk")
    assert [(one.change, one.reason) for one in changes] == [
        (Change.SLOWED, "Let others be seen."),
        (Change.LIFTED, "It is fine."),
        (Change.UNGUIDED, "As always."),
    ]
    assert Thread.objects.get(pk=thread.pk).bump_until is None


def test_what_moderators_said_ends_by_itself(
    thread: Thread, opening: Post, bo: Member, answer: Callable[..., Post]
) -> None:
    until = NOON + timedelta(days=2)
    actions.guide_bump(thread=thread, bump=Bump.SLOW, until=until, by=bo, reason="Calm.", now=NOON)
    answer(opening, at=until)

    assert place_of(thread) == until


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ({"bump": "slow", "until": ""}, "Choose the day on which this ends."),
        ({"bump": "slow", "until": "2026-02-01"}, "Choose a day to come"),
        ({"bump": "slow", "until": "2027-02-01"}, "at most 90 days from now"),
    ],
)
def test_a_slow_bump_needs_an_end(form: dict[str, str], fault: str, as_bo: Client, thread: Thread) -> None:
    with time_machine.travel(NOON, tick=False):
        response = as_bo.post(f"/forum/threads/{thread.pk}/bump/", {**form, "reason": "Calm."})

    assert response.status_code == 422
    assert fault in response.content.decode()


def test_a_resting_thread_says_until_when_and_why_and_keeps_what_was_typed(
    as_bo: Client, as_cleo: Client, thread: Thread, opening: Post
) -> None:
    with time_machine.travel(NOON, tick=False):
        as_bo.post(f"/forum/threads/{thread.pk}/pause/", {"until": "2026-03-04", "reason": "Let us sleep on it."})
        page = as_cleo.get(thread.get_absolute_url()).content.decode()
        refused = as_cleo.post(f"/forum/posts/{opening.pk}/reply/", typed("But I must"))

    assert "This thread rests until 4 March 2026, 00:00." in page
    assert "Let us sleep on it." in page
    assert 'let the thread rest (<span dir="auto">until 4 March 2026, 00:00</span>)' in page
    assert refused.status_code == 403
    assert "What you write is kept as a draft. Reason: Let us sleep on it." in refused.content.decode()
    assert Draft.objects.get().source == "But I must"


def test_the_rest_ends_by_itself(
    cleo: Member, bo: Member, thread: Thread, opening: Post, answer: Callable[..., Post]
) -> None:
    actions.pause(thread=thread, until=NOON, by=bo, reason="Sleep.", now=MORNING)
    fresh = Thread.objects.select_related("category").get(pk=thread.pk)

    with time_machine.travel(NOON - MINUTE, tick=False):
        assert not rules.can_reply(cleo, fresh)
    with time_machine.travel(NOON, tick=False):
        assert rules.can_reply(cleo, fresh)
    assert answer(opening, by=cleo, at=NOON)


def test_a_rest_that_began_while_somebody_wrote_is_seen_under_the_lock(
    cleo: Member, bo: Member, thread: Thread, opening: Post
) -> None:
    parent = queries.post(opening.pk, reader=cleo)
    actions.pause(thread=thread, until=NOON, by=bo, reason="Sleep.", now=MORNING)

    with pytest.raises(actions.Closed):
        actions.post_reply(parent=parent, by=cleo, text=Text("Quick"), now=MORNING + MINUTE)


def test_moderators_have_the_last_words_and_end_a_rest_early(
    as_bo: Client, as_cleo: Client, bo: Member, thread: Thread, opening: Post
) -> None:
    actions.pause(thread=thread, until=NOON + timedelta(days=9), by=bo, reason="Sleep.", now=NOON)
    with time_machine.travel(NOON + MINUTE, tick=False):
        spoken = as_bo.post(f"/forum/posts/{opening.pk}/reply/", typed("Until Thursday, then."))
        as_bo.post(f"/forum/threads/{thread.pk}/resume/", {"reason": "We have slept."})
        answered = as_cleo.post(f"/forum/posts/{opening.pk}/reply/", typed("Good morning"))

    assert spoken.status_code == answered.status_code == 302
    assert ThreadChange.objects.latest("pk").change == Change.RESUMED


def test_whoever_takes_part_asks_for_calm_and_the_moderators_learn_it_but_not_who(
    as_cleo: Client, cleo: Member, bo: Member, thread: Thread, opening: Post, answer: Callable[..., Post]
) -> None:
    answer(opening, by=cleo)
    Telling.objects.all().delete()

    page = as_cleo.get(f"/forum/threads/{thread.pk}/calm/").content.decode()
    first, second = (as_cleo.post(f"/forum/threads/{thread.pk}/calm/") for _ in range(2))
    notice = Notice.objects.get(kind=CALM)
    notifications.tell_all(notice=notice.pk, now=NOON)

    assert "They are not told who." in page
    assert first.status_code == second.status_code == 302
    assert [telling.member_id for telling in Telling.objects.filter(notice=notice)] == [bo.pk]
    assert notice.actor_id is None


def test_the_moderator_reads_it_in_the_inbox(as_bo: Client, bo: Member, cleo: Member, thread: Thread) -> None:
    actions.ask_for_calm(thread=thread, by=cleo, moderators=[bo.pk], now=NOON)
    notifications.tell_all(notice=Notice.objects.get(kind=CALM).pk, now=NOON)

    page = as_bo.get("/inbox/").content.decode()

    assert "Somebody who takes part asks for calm here." in page
    assert "needs a moderator" in page
    assert "Cleo" not in page


def test_asking_again_and_again_is_slowed_down(as_ada: Client, thread: Thread, opening: Post) -> None:
    answers = [as_ada.post(f"/forum/threads/{thread.pk}/calm/") for _ in range(6)]

    assert [response.status_code for response in answers] == [302] * 5 + [429]
    assert "You can ask for calm about five times a day." in answers[-1].content.decode()


def test_who_is_called_to_a_room(
    table: Category, circle: Category, bo: Member, ada: Member, adil: Member, cleo: Member
) -> None:
    Member.objects.filter(pk=adil.pk).update(roles=[Role.MODERATOR])
    assert queries.moderators_of(table) == [bo.pk]

    remove_perm(MODERATE, bo, table)
    assert queries.moderators_of(table) == [adil.pk]

    assert queries.moderators_of(circle) == []
    assign_perm(MODERATE, Group.objects.get(), circle)
    assert queries.moderators_of(circle) == [cleo.pk]
