"""Nobody is counted: no page tells how much somebody wrote, or how often they were thanked."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.test import Client

from commons import clock
from forum.models import Category, Post
from members.models import Member
from members.people import actions as people
from tests.cast import says_yes
from tests.forum.conftest import start, table

__all__ = ["start", "table"]

POSTS, THANKS = 43, 37


@pytest.fixture
def busy(ada: Member, bo: Member, table: Category, start: Callable[..., Post]) -> Post:
    """Ada has written 43 posts in two threads, and was thanked 37 times in public."""
    now = clock.now() - timedelta(days=1)
    says_yes(ada, "thanks.public", "profile.directory")
    openings = [start(table, title=title, at=now) for title in ("Soup", "Bread")]
    for number in range(POSTS - 2):
        opening = openings[number % 2]
        Post.objects.create(
            thread_id=opening.thread_id, parent=opening, author=ada, number=number // 2 + 2, depth=1, band=0,
            path=bytes(opening.path) + number.to_bytes(10), source="Words", html="<p>Words</p>", created_at=now,
        )  # fmt: skip
    for _ in range(THANKS):
        giver = Member.objects.create_user(f"m{uuid4().hex[:8]}", display_name="Member")
        people.give_thanks(giver=giver, receiver=ada, words="Good.", is_public=True, submission=uuid4(), now=now)
    return openings[0]


def said(page: str) -> str:
    """The words of a page without its dates."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return " ".join(_words(tree))


def _words(element: Element) -> Iterator[str]:
    if element.tag not in {"time", "script", "style"}:
        yield element.text or ""
        for child in element:
            yield from _words(child)
            yield child.tail or ""


@pytest.mark.parametrize("path", ["/people/ada/", "/people/", "/forum/", "/forum/table/", "{thread}", "/search/?q=ada"])
def test_no_page_counts_a_person(path: str, as_bo: Client, busy: Post) -> None:
    page = as_bo.get(path.format(thread=busy.thread.get_absolute_url())).content.decode()

    numbers = {int(number) for number in re.findall(r"\d+", said(page))}

    assert not numbers & {POSTS, THANKS}


def test_a_counter_would_be_seen() -> None:
    assert said("<main><p>Ada <b>43</b> posts <time>17 May</time></p></main>").split() == ["Ada", "43", "posts"]
