"""Being heard before being disagreed with, the balance of a talk, and how we talk in a room."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forum import actions
from forum.actions.posts import Text
from forum.enums import Change, Heard
from forum.models import Category, Draft, Post, Restatement, Thread, ThreadChange
from forum.talk import Balance
from members.enums import Role
from members.models import Member
from tests.cast import sign_in
from tests.forum.conftest import MORNING


def typed(source: str = "I see it otherwise.", **more: str) -> dict[str, str]:
    return {"source": source, "submission": str(uuid4()), **more}


def test_a_reply_may_say_first_what_it_heard_and_whoever_was_heard_answers(
    as_cleo: Client, as_ada: Client, as_bo: Client, opening: Post, thread: Thread
) -> None:
    offered = as_cleo.get(f"/forum/posts/{opening.pk}/reply/?heard=1").content.decode()
    as_cleo.post(f"/forum/posts/{opening.pk}/reply/", typed(heard="You want to cook less."))
    reply = Post.objects.get(number=2)
    asked = as_ada.get(thread.get_absolute_url()).content.decode()
    as_ada.post(f"/forum/posts/{reply.pk}/heard/", {"answer": "more"})
    more = as_bo.get(thread.get_absolute_url()).content.decode()
    as_ada.post(f"/forum/posts/{reply.pk}/heard/", {"answer": "yes"})
    yes = as_bo.get(thread.get_absolute_url()).content.decode()

    assert "What I heard" in offered
    assert asked.index("What I heard from Ada:") < asked.index("You want to cook less.") < asked.index("otherwise.")
    assert "Yes, that’s it" in asked
    assert "Ada: there is more" in more
    assert "Ada: yes, that’s it" in yes
    assert "Yes, that’s it" not in yes


def test_it_is_not_offered_where_nothing_is_contested(as_cleo: Client, opening: Post) -> None:
    assert "What I heard" not in as_cleo.get(f"/forum/posts/{opening.pk}/reply/").content.decode()


def test_nobody_else_says_whether_somebody_was_heard(
    as_bo: Client, as_ada: Client, opening: Post, cleo: Member
) -> None:
    reply = actions.post_reply(parent=opening, by=cleo, text=Text("No.", heard="Less soup."), now=MORNING)

    assert as_bo.post(f"/forum/posts/{reply.pk}/heard/", {"answer": "yes"}).status_code == 403
    as_ada.post(f"/forum/posts/{reply.pk}/heard/", {"answer": "perhaps"})
    assert Restatement.objects.get().answer == Heard.UNANSWERED


def test_a_thread_can_ask_for_it_and_gives_the_text_back_without(
    as_bo: Client, as_cleo: Client, thread: Thread, opening: Post
) -> None:
    as_bo.post(f"/forum/threads/{thread.pk}/restating/", {"reason": "We talk past each other."})

    page = as_cleo.get(thread.get_absolute_url()).content.decode()
    refused = as_cleo.post(f"/forum/posts/{opening.pk}/reply/", typed("A long answer"))
    taken = as_cleo.post(f"/forum/posts/{opening.pk}/reply/", typed("A long answer", heard="Less soup."))

    assert "Here, a reply says first what it heard" in page
    assert "What I heard" in page
    assert refused.status_code == 422
    assert "please say first what you heard" in refused.content.decode()
    assert "A long answer" in refused.content.decode()
    assert taken.status_code == 302
    as_bo.post(f"/forum/threads/{thread.pk}/restating/", {"reason": "It went well."})
    changes = ThreadChange.objects.order_by("pk").values_list("change", "reason")
    assert list(changes) == [(Change.RESTATING, "We talk past each other."), (Change.FREE, "It went well.")]


def test_a_newcomer_may_just_ask_and_nobody_restates_themselves_or_moderates_so(
    as_nia: Client, as_ada: Client, as_bo: Client, thread: Thread, opening: Post, bo: Member
) -> None:
    actions.ask_to_restate(thread=thread, by=bo, reason="Slowly.", now=MORNING)

    for someone in (as_nia, as_ada, as_bo):
        assert someone.post(f"/forum/posts/{opening.pk}/reply/", typed(f"Where? {uuid4()}")).status_code == 302


def test_facilitators_may_ask_for_it_anywhere_they_see(thread: Thread, db: None) -> None:
    fay = Member.objects.create_user("fay", display_name="Fay", roles=[Role.FACILITATOR])

    response = sign_in(Client(), fay).post(f"/forum/threads/{thread.pk}/restating/", {"reason": "I was asked."})

    assert response.status_code == 302
    assert Thread.objects.get(pk=thread.pk).asks_restating


def test_what_one_heard_is_kept_in_the_draft(as_cleo: Client, opening: Post) -> None:
    as_cleo.post("/forum/drafts/", {"place": f"reply:{opening.pk}", "source": "So", "heard": "Less soup."})

    assert Draft.objects.get().heard == "Less soup."
    assert "Less soup." in as_cleo.get(f"/forum/posts/{opening.pk}/reply/").content.decode()


def test_what_one_heard_goes_with_the_post(opening: Post, cleo: Member) -> None:
    reply = actions.post_reply(parent=opening, by=cleo, text=Text("No.", heard="Less soup."), now=MORNING)
    actions.delete_post(post=reply, by=cleo, now=MORNING)

    assert not Restatement.objects.exists()


def test_visitors_read_what_was_heard_only_where_both_write_for_them(
    client: Client, den: Category, thread: Thread, opening: Post, cleo: Member
) -> None:
    actions.post_reply(parent=opening, by=cleo, text=Text("No.", heard="Less soup."), now=MORNING)

    assert "Less soup." not in client.get(thread.get_absolute_url()).content.decode()


def balanced(*shares: int, own: int = 0) -> Balance:
    return Balance(shares=shares, own=own)


@pytest.mark.parametrize(
    ("balance", "most", "half", "own"),
    [
        (balanced(4, 2, 1, 1, 1, 1, own=1), 4, 2, 1),
        (balanced(1, 1, 1, 1, 1, 1), 2, 3, 0),
        (balanced(100, 1, 1, 1, 1, own=100), 10, 1, 10),
    ],
)
def test_shares_in_words(balance: Balance, most: int, half: int, own: int) -> None:
    assert (balance.most, balance.half, balance.own_of_ten) == (most, half, own)


def test_what_is_not_shown_is_summed_up() -> None:
    balance = balanced(*[3] * 8, 2, 1)

    assert (len(balance.shown), balance.rest, balance.posts) == (8, 3, 27)


def test_an_empty_thread_has_no_shares() -> None:
    assert (balanced().half, balanced().own_of_ten, balanced().is_for_all) == (0, 0, False)


@pytest.fixture
def seven_talk(opening: Post, answer: Callable[..., Post], bo: Member, cleo: Member, nia: Member, adil: Member) -> Post:
    """Ada begins, Cleo answers three times, three others once."""
    for someone in (cleo, cleo, cleo, bo, nia, adil):
        answer(opening, by=someone)
    return opening


def test_those_who_take_part_read_the_balance_without_names(as_ada: Client, seven_talk: Post, thread: Thread) -> None:
    page = as_ada.get(f"/forum/threads/{thread.pk}/balance/").content.decode()
    main = page[page.index("<main") : page.index("</main>")]

    assert "Of ten posts, about 1 are yours." in main
    assert "The one who wrote most wrote 4 of 10 posts." in main
    assert "2 of 5 people wrote half." in main
    assert all(name not in main for name in ("Cleo", "Bo", "Nia", "Adil"))


def test_few_people_have_faces_and_read_only_their_own_share(
    as_ada: Client, opening: Post, thread: Thread, answer: Callable[..., Post]
) -> None:
    answer(opening)
    page = as_ada.get(f"/forum/threads/{thread.pk}/balance/").content.decode()

    assert "Of ten posts, about 5 are yours." in page
    assert "With fewer than five people a share would have a face" in page
    assert "<meter" not in page


def test_a_moderator_who_has_not_written_sees_it_too(as_bo: Client, opening: Post, thread: Thread) -> None:
    assert "You have not written here lately." in as_bo.get(f"/forum/threads/{thread.pk}/balance/").content.decode()


@pytest.mark.parametrize("more", [1, 3])
def test_the_balance_costs_the_same(
    more: int, as_ada: Client, opening: Post, thread: Thread, answer: Callable[..., Post]
) -> None:
    for _ in range(more):
        answer(opening)
    path = f"/forum/threads/{thread.pk}/balance/"
    as_ada.get(path)

    with CaptureQueriesContext(connection) as queries:
        as_ada.get(path)

    assert len(queries) == 3, [one["sql"] for one in queries]


def test_moderators_say_how_we_talk_and_all_read_it_where_they_read_and_write(
    as_bo: Client, as_cleo: Client, client: Client, table: Category, opening: Post
) -> None:
    typed_lines = "Say I, not you.\r\n\r\n Ask before you advise. \r\nOne thing at a time."

    saved = as_bo.post("/forum/table/how-we-talk/", {"lines": typed_lines})

    assert saved.headers["Location"] == "/forum/table/"
    assert Category.objects.get(pk=table.pk).talk_lines == [
        "Say I, not you.",
        "Ask before you advise.",
        "One thing at a time.",
    ]
    pages = [
        client.get("/forum/table/"),
        as_cleo.get("/forum/table/new/"),
        as_cleo.get(f"/forum/posts/{opening.pk}/reply/"),
    ]
    assert all("Ask before you advise." in page.content.decode() for page in pages)


@pytest.mark.parametrize(
    ("lines", "fault"), [("a\nb\nc\nd", "Three lines are read"), ("x" * 121, "at most 120 characters")]
)
def test_too_many_words_are_given_back(lines: str, fault: str, as_bo: Client, table: Category) -> None:
    response = as_bo.post("/forum/table/how-we-talk/", {"lines": lines})

    assert response.status_code == 422
    assert fault in response.content.decode()


def test_nothing_is_a_fine_thing_to_say(as_bo: Client, table: Category) -> None:
    actions.say_how_we_talk(category=table, lines=["Gently."])

    assert as_bo.post("/forum/table/how-we-talk/", {"lines": ""}).status_code == 302
    assert Category.objects.get(pk=table.pk).talk_lines == []
