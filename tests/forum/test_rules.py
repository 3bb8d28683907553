from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from guardian.shortcuts import assign_perm

from forum import queries, rules
from forum.enums import EDIT_WINDOW, EDIT_WINDOW_NEWCOMER
from forum.models import MODERATE, VIEW, Category, Post, Thread
from members.models import Member
from tests.forum.conftest import MORNING

CAST = ["visitor", "nia", "ada", "bo", "cleo", "dov", "adil"]


@pytest.fixture
def people(
    nia: Member, ada: Member, bo: Member, cleo: Member, dov: Member, adil: Member
) -> dict[str, Member | AnonymousUser]:
    return {"visitor": AnonymousUser(), "nia": nia, "ada": ada, "bo": bo, "cleo": cleo, "dov": dov, "adil": adil}


@pytest.mark.parametrize("name", CAST)
def test_both_halves_of_the_read_rule_agree(
    name: str,
    people: dict[str, Member | AnonymousUser],
    table: Category,
    den: Category,
    circle: Category,
    start: Callable[..., Post],
) -> None:
    reader = people[name]
    openings = [start(category, by=people["ada"]) for category in (table, den, circle)]

    for category, opening in zip((table, den, circle), openings, strict=True):
        is_granted = name == "cleo"
        expected = rules.can_see(reader, category, is_granted=is_granted)
        assert Category.objects.visible_to(reader).filter(pk=category.pk).exists() == expected
        assert Thread.objects.visible_to(reader).filter(pk=opening.thread_id).exists() == expected
        assert Post.objects.visible_to(reader).filter(pk=opening.pk).exists() == expected


def test_a_grant_to_one_person_opens_a_groups_category(ada: Member, circle: Category) -> None:
    assert not Category.objects.visible_to(ada).filter(pk=circle.pk).exists()

    assign_perm(VIEW, ada, circle)

    assert Category.objects.visible_to(ada).filter(pk=circle.pk).exists()


@pytest.mark.parametrize(
    ("name", "at_table", "in_circle"),
    [
        ("visitor", False, False),
        ("nia", False, False),
        ("ada", False, False),
        ("bo", True, False),
        ("cleo", False, False),
        ("dov", False, False),
        ("adil", False, False),
    ],
)
def test_who_moderates(
    name: str,
    at_table: bool,
    in_circle: bool,
    people: dict[str, Member | AnonymousUser],
    table: Category,
    circle: Category,
) -> None:
    reader = people[name]
    moderated = Category.objects.with_moderated_by(reader)

    assert bool(rules.can_moderate(reader, moderated.get(pk=table.pk))) == at_table
    assert bool(rules.can_moderate(reader, moderated.get(pk=circle.pk))) == in_circle


def test_a_moderator_of_the_community_moderates_all_but_groups_own(
    cleo: Member, table: Category, den: Category, circle: Category
) -> None:
    Member.objects.filter(pk=cleo.pk).update(roles=["moderator"])
    cleo = Member.objects.get(pk=cleo.pk)
    cleo.has_shown_second_factor = True

    moderated = Category.objects.with_moderated_by(cleo).filter(reader_moderates=True)
    assert set(moderated) == {table, den}

    assign_perm(MODERATE, cleo, circle)
    assert set(moderated.all()) == {table, den, circle}


def test_a_suspended_moderator_moderates_nothing(bo: Member, table: Category) -> None:
    Member.objects.filter(pk=bo.pk).update(standing="suspended")
    bo = Member.objects.get(pk=bo.pk)
    bo.has_shown_second_factor = True

    assert not rules.can_moderate(bo, Category.objects.with_moderated_by(bo).get(pk=table.pk))


@pytest.mark.parametrize(
    ("name", "open_thread", "locked_thread"),
    [
        ("visitor", "Sign in to take part.", "This thread is locked, so it takes no more replies."),
        ("nia", "", "This thread is locked, so it takes no more replies."),
        ("ada", "", "This thread is locked, so it takes no more replies."),
        ("bo", "", ""),
        (
            "dov",
            "Your account is suspended, so you can read but not write for now.",
            "This thread is locked, so it takes no more replies.",
        ),
    ],
)
def test_who_may_reply(
    name: str, open_thread: str, locked_thread: str, people: dict[str, Member | AnonymousUser], thread: Thread
) -> None:
    found = queries.thread(thread.pk, reader=people[name])
    assert rules.can_reply(people[name], found).reason == open_thread

    found.is_locked = True
    assert rules.can_reply(people[name], found).reason == locked_thread


def test_an_author_edits_within_their_window(ada: Member, opening: Post) -> None:
    post = queries.post(opening.pk, reader=ada)

    assert rules.can_edit(ada, post, now=MORNING + EDIT_WINDOW)
    assert not rules.can_edit(ada, post, now=MORNING + EDIT_WINDOW + timedelta(seconds=1))


def test_a_newcomer_has_a_day_to_edit(nia: Member, table: Category, start: Callable[..., Post]) -> None:
    post = queries.post(start(table, by=nia).pk, reader=nia)

    assert rules.can_edit(nia, post, now=MORNING + EDIT_WINDOW_NEWCOMER)
    assert not rules.can_edit(nia, post, now=MORNING + EDIT_WINDOW_NEWCOMER + timedelta(seconds=1))


def test_nobody_edits_the_words_of_another(bo: Member, cleo: Member, opening: Post) -> None:
    for other in (bo, cleo):
        verdict = rules.can_edit(other, queries.post(opening.pk, reader=other), now=MORNING)
        assert verdict.reason == "Only the person who wrote a post can edit it."


@pytest.mark.parametrize(("name", "may"), [("visitor", False), ("ada", True), ("bo", True), ("cleo", False)])
def test_who_may_delete(
    name: str,
    may: bool,
    people: dict[str, Member | AnonymousUser],
    opening: Post,
) -> None:
    assert bool(rules.can_delete(people[name], queries.post(opening.pk, reader=people[name]))) == may


def test_a_newcomers_post_carries_two_links_and_two_names(nia: Member, ada: Member) -> None:
    two = "https://a.example https://b.example @ada @bob"
    assert rules.can_say(nia, two)
    assert not rules.can_say(nia, f"{two} https://c.example")
    assert not rules.can_say(nia, f"{two} @cid")
    assert rules.can_say(ada, f"{two} https://c.example @cid")


def test_nobody_mentions_eleven_people(ada: Member) -> None:
    assert rules.can_say(ada, " ".join(f"@name{n}" for n in range(10)))
    assert not rules.can_say(ada, " ".join(f"@name{n}" for n in range(11)))


@pytest.mark.parametrize("slug", ["drafts", "posts", "preview", "threads"])
def test_a_category_cannot_take_the_name_of_a_page(slug: str, db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Category.objects.create(slug=slug, name="A room")
