"""A small forum: three rooms for three audiences, and a thread at the table."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.contrib.auth.models import Group
from guardian.shortcuts import assign_perm

from forum import actions
from forum.actions.posts import Text
from forum.enums import Visibility
from forum.models import MODERATE, VIEW, Category, Post, Thread
from members.models import Member
from tests.cast import says_yes

MORNING = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def table(bo: Member) -> Category:
    """A public category that Bo moderates."""
    category = Category.objects.create(slug="table", name="The table", visibility=Visibility.PUBLIC, position=1)
    assign_perm(MODERATE, bo, category)
    return category


@pytest.fixture
def den(db: None) -> Category:
    """A category for members."""
    return Category.objects.create(slug="den", name="The den", visibility=Visibility.MEMBERS, position=2)


@pytest.fixture
def circle(cleo: Member) -> Category:
    """A group's own category; Cleo belongs to the group."""
    category = Category.objects.create(slug="circle", name="The circle", visibility=Visibility.GROUP, position=3)
    group = Group.objects.create(name="The circle")
    group.user_set.add(cleo)
    assign_perm(VIEW, group, category)
    return category


@pytest.fixture
def start(ada: Member) -> Callable[..., Post]:
    """Begins a thread, by somebody who lets visitors read: `start(category, title=…, by=…, source=…, at=…)`."""

    def begin(
        category: Category, *, title: str = "Soup", by: Member = ada, source: str = "Who cooks?", at: datetime = MORNING
    ) -> Post:
        says_yes(by, "content.public")
        return actions.start_thread(category=category, by=by, title=title, text=Text(source), now=at)

    return begin


@pytest.fixture
def answer(cleo: Member) -> Callable[..., Post]:
    """Answers a post, likewise: `answer(parent, by=…, source=…, at=…)`; a minute after the thread's last post if not said."""

    numbers = count(1)

    def reply(parent: Post, *, by: Member = cleo, source: str = "", at: datetime | None = None) -> Post:
        parent = Post.objects.select_related("thread__category").get(pk=parent.pk)
        moment = at or parent.thread.last_post_at + timedelta(minutes=1)
        says_yes(by, "content.public")
        return actions.post_reply(parent=parent, by=by, text=Text(source or f"I do, {next(numbers)}."), now=moment)

    return reply


@pytest.fixture
def opening(table: Category, start: Callable[..., Post]) -> Post:
    """The opening post of a thread by Ada at the table."""
    return start(table)


@pytest.fixture
def thread(opening: Post) -> Thread:
    return Thread.objects.select_related("category").get(pk=opening.thread_id)
