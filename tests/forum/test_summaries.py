"""Where a thread is now: written together, by those who take part."""

from collections.abc import Callable

import pytest
from django.test import Client

from commons import clock
from forum import actions
from forum.enums import Stage
from forum.models import Category, Post, Summary, SummaryRevision, ThreadChange
from members.models import Member


@pytest.fixture
def opening(table: Category, start: Callable[..., Post]) -> Post:
    """Ada's thread."""
    return start(table)


def address(opening: Post) -> str:
    return f"/forum/threads/{opening.thread_id}/summary/"


def write(client: Client, opening: Post, source: str, *, version: int = 0) -> int:
    return client.post(address(opening), {"source": source, "version": version}).status_code


def test_those_who_take_part_write_it_and_it_stands_on_top(opening: Post, as_ada: Client, as_cleo: Client) -> None:
    assert write(as_ada, opening, "Ada **cooks**.") == 302

    page = as_cleo.get(opening.thread.get_absolute_url()).content.decode()

    assert page.index("Ada <strong>cooks</strong>.") < page.index("Who cooks?")


def test_whoever_only_reads_is_told_how_to_take_part(
    opening: Post, as_cleo: Client, cleo: Member, answer: Callable[..., Post]
) -> None:
    assert write(as_cleo, opening, "I know best.") == 403
    assert "Say something first" in as_cleo.get(address(opening)).content.decode()

    answer(opening, by=cleo)

    assert write(as_cleo, opening, "We cook.") == 302


def test_the_way_to_it_is_shown_to_those_who_may_take_it(
    opening: Post, as_ada: Client, as_bo: Client, as_cleo: Client, cleo: Member, answer: Callable[..., Post]
) -> None:
    def is_shown(client: Client) -> bool:
        return f'href="{address(opening)}"' in client.get(opening.thread.get_absolute_url()).content.decode()

    for source in ("", "Ada cooks."):
        if source:
            write(as_ada, opening, source)
        assert [is_shown(client) for client in (as_ada, as_bo, as_cleo)] == [True, True, False]

    answer(opening, by=cleo)

    assert is_shown(as_cleo)


def test_moderators_may_and_a_lock_leaves_it_to_them(opening: Post, as_ada: Client, as_bo: Client, bo: Member) -> None:
    actions.lock(thread=opening.thread, by=bo, reason="Done", now=clock.now())

    assert write(as_ada, opening, "One more thing.") == 403
    assert write(as_bo, opening, "We cooked.") == 302


def test_two_who_write_at_once_both_keep_their_words(opening: Post, as_ada: Client, as_bo: Client) -> None:
    write(as_ada, opening, "Ada was first.")

    answer = as_bo.post(address(opening), {"source": "Bo was slower.", "version": 0})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Ada was first." in page
    assert "Bo was slower." in page
    assert Summary.objects.get().source == "Ada was first."
    assert write(as_bo, opening, "Ada was first, Bo slower.", version=1) == 302


def test_every_version_stays_readable(opening: Post, as_ada: Client, as_bo: Client) -> None:
    write(as_ada, opening, "We need bread.")
    write(as_bo, opening, "We need butter.", version=1)

    page = as_ada.get(f"{address(opening)}history/").content.decode()

    assert "bread." in page
    assert "butter." in page
    assert SummaryRevision.objects.select_related("author").get().author.username == "ada"


def test_the_same_again_makes_no_version(opening: Post, as_ada: Client) -> None:
    write(as_ada, opening, "We cook.")

    write(as_ada, opening, "We cook.", version=1)

    assert Summary.objects.get().version == 1


def test_a_draft_of_it_is_kept_and_given_back(opening: Post, as_ada: Client, ada: Member) -> None:
    place, path = f"summary:{opening.thread_id}", address(opening)
    actions.save_draft(member=ada, place=place, path=path, label="x", source="Half a thought", now=clock.now())

    assert "Half a thought" in as_ada.get(path).content.decode()
    write(as_ada, opening, "A whole thought")
    assert "Half a thought" not in as_ada.get(path).content.decode()


def test_visitors_do_not_read_it(opening: Post, as_ada: Client, client: Client) -> None:
    write(as_ada, opening, "Among us.")

    assert "Among us." not in client.get(opening.thread.get_absolute_url()).content.decode()


def test_a_stage_is_said_with_a_word_and_found_in_the_room(
    opening: Post, as_ada: Client, as_cleo: Client, table: Category, start: Callable[..., Post]
) -> None:
    start(table, title="Stew", source="Another")

    as_ada.post(f"/forum/threads/{opening.thread_id}/stage/", {"stage": "agreed", "reason": "All said yes."})

    thread = as_cleo.get(opening.thread.get_absolute_url()).content.decode()
    assert "said where the thread stands (" in thread
    assert "All said yes." in thread
    room = as_cleo.get("/forum/table/?stage=agreed").content.decode()
    assert "Soup" in room
    assert "Stew" not in room
    assert as_cleo.get("/forum/table/?stage=nonsense").status_code == 200


def test_the_same_stage_again_leaves_no_line(opening: Post, ada: Member) -> None:
    for _time in range(2):
        actions.set_stage(thread=opening.thread, by=ada, stage=Stage.PROPOSAL, reason="", now=clock.now())

    assert ThreadChange.objects.count() == 1
