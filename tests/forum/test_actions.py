from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Sum
from django.test import Client
from guardian.shortcuts import assign_perm

from commons.models import Event
from commons.ratelimit import RateLimited
from forum import actions
from forum.actions.posts import Text
from forum.enums import EDIT_GRACE_PERIOD, Visibility
from forum.models import MODERATE, Category, Draft, Mention, Post, Thread, ThreadChange
from members.models import Member, UnclaimedAuthor
from members.rights.actions import run_rule
from tests.cast import says_yes
from tests.forum.conftest import MORNING

MINUTE = timedelta(minutes=1)


def counters(thread: Thread) -> tuple[int, int]:
    fresh = Thread.objects.get(pk=thread.pk)
    return fresh.post_count, fresh.last_number


def sources(thread: Thread) -> list[tuple[int, str]]:
    """The tree as a reader walks it: (depth, text)."""
    posts = sorted(Post.objects.filter(thread=thread), key=lambda post: bytes(post.path))
    return [(post.depth, post.source) for post in posts]


def test_starting_a_thread_makes_its_opening_post(ada: Member, table: Category) -> None:
    post = actions.start_thread(category=table, by=ada, title="Soup", text=Text("Who *cooks*?"), now=MORNING)

    assert (post.number, post.depth, post.band, post.author) == (1, 0, 0, ada)
    assert "<em>cooks</em>" in post.html
    assert counters(post.thread) == (1, 1)
    assert post.thread.last_post_at == MORNING


def test_a_reply_stands_under_its_parent_and_counts(
    opening: Post, thread: Thread, answer: Callable[..., Post], ada: Member
) -> None:
    first = answer(opening, source="one")
    second = answer(opening, source="two")
    under_first = answer(first, by=ada, source="one and a half")

    assert sources(thread) == [(0, "Who cooks?"), (1, "one"), (2, "one and a half"), (1, "two")]
    assert counters(thread) == (4, 4)
    assert Post.objects.get(pk=opening.pk).reply_count == 2
    assert Post.objects.get(pk=first.pk).reply_count == 1
    fresh = Thread.objects.select_related("last_author").get(pk=thread.pk)
    assert (fresh.last_author, fresh.last_post_at) == (ada, under_first.created_at)
    assert second.number == 3


@pytest.mark.django_db(transaction=True)
def test_categories_count_their_posts_and_threads(table: Category, opening: Post, answer: Callable[..., Post]) -> None:
    reply = answer(opening)

    fresh = Category.objects.get(pk=table.pk)
    assert (fresh.thread_count, fresh.post_count, fresh.last_post_at) == (1, 2, reply.created_at)
    assert not Event.objects.filter(handled_at=None).exists()


def test_a_form_sent_twice_makes_one_thread(ada: Member, table: Category) -> None:
    key = uuid4()

    one, two = (
        actions.start_thread(category=table, by=ada, title="Soup", text=Text("Who?"), now=MORNING, submission=key)
        for _ in range(2)
    )

    assert one == two
    assert Thread.objects.count() == Post.objects.count() == 1


def test_a_form_sent_twice_makes_one_reply_even_when_the_thread_was_locked_meanwhile(
    opening: Post, cleo: Member, bo: Member, thread: Thread
) -> None:
    key = uuid4()
    post = Post.objects.select_related("thread__category").get(pk=opening.pk)
    first = actions.post_reply(parent=post, by=cleo, text=Text("I do."), now=MORNING + MINUTE, submission=key)
    actions.lock(thread=thread, by=bo, reason="It is settled.", now=MORNING)

    again = actions.post_reply(parent=post, by=cleo, text=Text("I do."), now=MORNING + MINUTE, submission=key)

    assert again == first
    assert counters(thread) == (2, 2)


def test_the_same_words_sent_again_after_going_back_make_one_post(
    opening: Post, thread: Thread, answer: Callable[..., Post], ada: Member, table: Category, start: Callable[..., Post]
) -> None:
    assert start(table, at=MORNING + MINUTE) == opening
    assert start(table, title="Another", at=MORNING + MINUTE) != opening
    first = answer(opening, source="Once", at=MORNING + MINUTE)

    assert answer(opening, source="Once", at=MORNING + 2 * MINUTE) == first
    assert answer(opening, by=ada, source="Once", at=MORNING + 2 * MINUTE) != first
    assert answer(first, source="Once", at=MORNING + 2 * MINUTE) != first
    assert answer(opening, source="Once", at=MORNING + 9 * MINUTE) != first
    assert counters(thread) == (5, 5)


def test_a_locked_thread_takes_no_reply(opening: Post, thread: Thread, answer: Callable[..., Post], bo: Member) -> None:
    actions.lock(thread=thread, by=bo, reason="It is settled.", now=MORNING)

    with pytest.raises(actions.Closed):
        answer(opening)

    assert counters(thread) == (1, 1)


def test_the_same_words_below_another_post_are_another_reply(opening: Post, cleo: Member) -> None:
    def say(parent: Post, *, at: int, **more: UUID) -> Post:
        parent = Post.objects.select_related("thread__category").get(pk=parent.pk)
        return actions.post_reply(parent=parent, by=cleo, text=Text("I do."), now=MORNING + at * MINUTE, **more)

    first = say(opening, at=1)
    below = say(first, at=2)

    assert len({opening.pk, first.pk, below.pk}) == 3
    assert say(opening, at=3) == first
    assert say(first, at=3) == below
    assert say(opening, at=3, submission=uuid4()) == first


def test_a_reply_sent_twice_below_letters_of_somebody_who_has_not_joined(opening: Post, cleo: Member) -> None:
    writer = UnclaimedAuthor.objects.create(display_name="By letter")
    Post.objects.filter(pk=opening.pk).update(author=None, unclaimed_author=writer)
    parent, key = Post.objects.select_related("thread__category").get(pk=opening.pk), uuid4()

    first, again = (
        actions.post_reply(parent=parent, by=cleo, text=Text(words), now=MORNING + MINUTE, submission=key)
        for words in ("I do.", "Sent once more.")
    )

    assert first == again
    assert Post.objects.filter(thread=opening.thread).count() == 2


def test_a_reply_to_what_was_split_off_meanwhile_is_given_back(
    opening: Post, thread: Thread, answer: Callable[..., Post], bo: Member, cleo: Member
) -> None:
    reply = answer(opening)
    seen = Post.objects.select_related("thread__category").get(pk=reply.pk)
    actions.split(post=reply, title="Washing up", by=bo, reason="Another matter.", now=MORNING)

    with pytest.raises(actions.Closed, match="was moved while you wrote"):
        actions.post_reply(parent=seen, by=cleo, text=Text("Late"), now=MORNING + timedelta(hours=1))

    assert counters(thread) == (1, 2)


def test_a_flood_is_refused_and_leaves_nothing(opening: Post, thread: Thread, answer: Callable[..., Post]) -> None:
    for _ in range(6):
        answer(opening, at=MORNING + MINUTE)

    with pytest.raises(RateLimited):
        answer(opening, at=MORNING + MINUTE)

    assert counters(thread) == (7, 7)


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_replies_at_once_keep_every_counter_right(thread: Thread, opening: Post, settings: object) -> None:
    settings.RATE_LIMITS = False  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    people = [Member.objects.create_user(f"person{n}", display_name=f"Person {n}") for n in range(4)]
    parent = Post.objects.select_related("thread__category").get(pk=opening.pk)

    def reply(number: int) -> None:
        try:
            actions.post_reply(parent=parent, by=people[number % 4], text=Text(f"{number}"), now=MORNING + MINUTE)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(reply, range(24)))

    numbers = Post.objects.filter(thread=thread).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 26))
    assert counters(thread) == (25, 25)
    assert Post.objects.aggregate(replies=Sum("reply_count")) == {"replies": 24}
    assert Category.objects.get().post_count == 25
    assert Event.objects.filter(name="forum.post_created", handled_at__isnull=False).count() == 25


def test_an_edit_in_the_grace_period_leaves_no_trace(opening: Post, ada: Member) -> None:
    post = actions.edit_post(post=opening, by=ada, text=Text("Who **cooks**?"), now=MORNING + EDIT_GRACE_PERIOD)

    assert (post.source, post.edited_at, post.revisions.count()) == ("Who **cooks**?", None, 0)
    assert "<strong>cooks</strong>" in post.html


def test_a_later_edit_keeps_what_was_said(opening: Post, ada: Member) -> None:
    later = MORNING + EDIT_GRACE_PERIOD + timedelta(seconds=1)

    post = actions.edit_post(post=opening, by=ada, text=Text("Who washes up?"), now=later)

    assert post.edited_at == later
    assert [(r.source, r.replaced_by_id) for r in post.revisions.all()] == [("Who cooks?", ada.pk)]


def test_an_edit_that_changes_nothing_is_none(opening: Post, ada: Member) -> None:
    post = actions.edit_post(post=opening, by=ada, text=Text("Who cooks?"), now=MORNING + timedelta(hours=1))

    assert (post.edited_at, post.revisions.count()) == (None, 0)


def test_a_deleted_post_leaves_a_tombstone_and_its_branch(
    opening: Post, thread: Thread, answer: Callable[..., Post], cleo: Member, ada: Member
) -> None:
    reply = answer(opening, source="secret")
    answer(reply, by=ada, source="below")
    actions.edit_post(post=reply, by=cleo, text=Text("secret, later"), now=reply.created_at + timedelta(hours=1))

    actions.delete_post(post=reply, by=cleo, now=MORNING + timedelta(hours=2))
    actions.delete_post(post=reply, by=cleo, now=MORNING + timedelta(hours=3))

    gone = Post.objects.get(pk=reply.pk)
    assert (gone.source, gone.html, gone.revisions.count()) == ("", "", 0)
    assert gone.deleted_at == MORNING + timedelta(hours=2)
    assert sources(thread) == [(0, "Who cooks?"), (1, ""), (2, "below")]
    assert counters(thread) == (2, 3)


def test_the_lists_name_the_latest_post_that_is_still_there(
    opening: Post, answer: Callable[..., Post], ada: Member, cleo: Member, as_bo: Client
) -> None:
    reply = answer(opening, by=cleo, at=MORNING + timedelta(hours=1))
    assert "Cleo" in as_bo.get("/forum/table/").content.decode()

    actions.delete_post(post=reply, by=cleo, now=MORNING + timedelta(hours=2))

    thread = Thread.objects.get(pk=opening.thread_id)
    assert (thread.last_author_id, thread.last_post_at) == (ada.pk, opening.created_at)
    assert "Cleo" not in as_bo.get("/forum/table/").content.decode()
    actions.delete_post(post=opening, by=ada, now=MORNING + timedelta(hours=3))
    assert Thread.objects.get(pk=opening.thread_id).last_post_at == opening.created_at


@pytest.mark.django_db(transaction=True)
def test_mentions_are_noted_once(opening: Post, answer: Callable[..., Post], bo: Member, cleo: Member) -> None:
    says_yes(bo, "contact.mention")
    says_yes(opening.author, "contact.mention")
    reply = answer(opening, by=cleo, source="Ask @bo, or @bo, or @nobody-here.")
    actions.edit_post(post=reply, by=cleo, text=Text("Ask @bo and @ada."), now=reply.created_at + MINUTE)

    named = Mention.objects.filter(post=reply).values_list("member__username", flat=True).order_by("member__username")
    assert list(named) == ["ada", "bo"]


def test_each_act_of_a_moderator_leaves_one_line_with_its_reason(thread: Thread, bo: Member) -> None:
    for act in (actions.lock, actions.lock, actions.unlock, actions.pin, actions.unpin):
        act(thread=thread, by=bo, reason="Because.", now=MORNING)
    actions.rename(thread=thread, by=bo, title="Stew", reason="It is stew.", now=MORNING)

    lines = ThreadChange.objects.order_by("pk").values_list("change", "reason", "detail")
    assert list(lines) == [
        ("locked", "Because.", ""),
        ("unlocked", "Because.", ""),
        ("pinned", "Because.", ""),
        ("unpinned", "Because.", ""),
        ("renamed", "It is stew.", "Soup"),
    ]
    assert Thread.objects.get().title == "Stew"


@pytest.mark.django_db(transaction=True)
def test_a_moved_thread_takes_its_counts_along(
    thread: Thread, opening: Post, answer: Callable[..., Post], bo: Member, table: Category
) -> None:
    hall = Category.objects.create(slug="hall", name="The hall", visibility=Visibility.PUBLIC)
    assign_perm(MODERATE, bo, hall)
    answer(opening)

    actions.move(thread=thread, to=hall, by=bo, reason="It belongs there.", now=MORNING)
    actions.move(thread=thread, to=hall, by=bo, reason="Again.", now=MORNING)

    counts = {c.slug: (c.thread_count, c.post_count) for c in Category.objects.all()}
    assert counts == {"table": (0, 0), "hall": (1, 2)}
    assert ThreadChange.objects.get().detail == "The table"


@pytest.mark.django_db(transaction=True)
def test_a_merged_thread_becomes_a_branch(
    table: Category, thread: Thread, opening: Post, start: Callable[..., Post], answer: Callable[..., Post], bo: Member
) -> None:
    answer(opening, source="a reply")
    other = start(table, title="Bread", source="Who bakes?", at=MORNING + timedelta(hours=1))
    answer(answer(other, source="me"), source="thanks")

    actions.merge(thread=other.thread, into=thread, by=bo, reason="One table.", now=MORNING + timedelta(hours=2))

    assert sources(thread) == [
        (0, "Who cooks?"), (1, "a reply"), (1, "Who bakes?"), (2, "me"), (3, "thanks"),
    ]  # fmt: skip
    assert counters(thread) == (5, 5)
    merged = Thread.objects.get(pk=other.thread_id)
    assert (merged.merged_into_id, merged.post_count) == (thread.pk, 0)
    assert Post.objects.get(pk=opening.pk).reply_count == 2
    fresh = Category.objects.get(pk=table.pk)
    assert (fresh.thread_count, fresh.post_count) == (1, 5)
    assert not Thread.objects.visible_to(bo).filter(pk=merged.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_a_branch_split_off_is_a_thread_of_its_own(
    table: Category, thread: Thread, opening: Post, answer: Callable[..., Post], bo: Member, ada: Member
) -> None:
    stays = answer(opening, source="stays")
    root = answer(stays, source="goes", by=ada)
    answer(answer(root, source="goes along"), source="and so does this", by=ada)
    answer(opening, source="stays too")

    new = actions.split(post=root, title="Washing up", by=bo, reason="Another matter.", now=MORNING)

    assert sources(thread) == [(0, "Who cooks?"), (1, "stays"), (1, "stays too")]
    assert sources(new) == [(0, "goes"), (1, "goes along"), (2, "and so does this")]
    assert counters(thread) == (3, 6)
    assert counters(new) == (3, 3)
    assert (new.author, Post.objects.get(pk=stays.pk).reply_count) == (ada, 0)
    fresh = Category.objects.get(pk=table.pk)
    assert (fresh.thread_count, fresh.post_count) == (2, 6)


def test_a_draft_is_kept_replaced_and_taken_away_when_empty(ada: Member) -> None:
    def save(source: str) -> None:
        actions.save_draft(member=ada, place="reply:1", path="/x/", label="Reply", now=MORNING, title="", source=source)

    save("So")
    save("So I thought")
    assert [draft.source for draft in Draft.objects.all()] == ["So I thought"]

    save("  ")
    assert not Draft.objects.exists()


def test_posting_takes_the_draft_away(ada: Member, table: Category) -> None:
    place = {"path": "/x/", "label": "", "now": MORNING, "source": "Who?"}
    actions.save_draft(member=ada, place=f"thread:{table.pk}", **place)
    actions.save_draft(member=ada, place="thread:999", **place)

    actions.start_thread(category=table, by=ada, title="Soup", text=Text("Who?"), now=MORNING)

    assert [draft.place for draft in Draft.objects.all()] == ["thread:999"]


def test_drafts_are_forgotten_after_half_a_year(ada: Member) -> None:
    actions.save_draft(member=ada, place="reply:1", path="/x/", label="", now=MORNING, source="old")
    actions.save_draft(
        member=ada, place="reply:2", path="/x/", label="", now=MORNING + timedelta(days=1), source="young"
    )

    assert run_rule("forum.drafts", now=MORNING + timedelta(days=180, hours=1)).done == 1
    assert Draft.objects.get().source == "young"


def test_what_came_since_the_last_visit_is_new(
    ada: Member, thread: Thread, opening: Post, answer: Callable[..., Post]
) -> None:
    def visit(after: timedelta) -> int:
        return actions.record_visit(member=ada, thread=Thread.objects.get(pk=thread.pk), now=MORNING + after)

    assert visit(timedelta(0)) == 0
    answer(opening)
    assert visit(timedelta(minutes=10)) == 0
    answer(opening)
    assert visit(timedelta(hours=1)) == 2
    assert visit(timedelta(hours=1, minutes=5)) == 2
