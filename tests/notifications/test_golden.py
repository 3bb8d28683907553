"""Every letter, word for word. After a change that is meant: delete the file, run the test twice, read the new one."""

import re
from datetime import timedelta
from pathlib import Path

import html5lib
import pytest
from django.core import mail

from forum.models import Category, Post
from members.models import Member
from notifications import actions, delivery
from notifications.enums import Digest, LettersFor
from notifications.models import Notice, Preferences
from tests.cast import says_yes
from tests.conftest import _work_after_commit
from tests.forum.conftest import MORNING

GOLDEN = Path(__file__).parent / "golden"
CHANGES = [
    (re.compile(r"/u/[a-z2-7]{26}/"), "/u/TOKEN/"),
    (re.compile(r"/told/[\w:.-]+/"), "/told/TOKEN/"),
    (re.compile(r"/forum/posts/\d+/"), "/forum/posts/N/"),
]
LATER = MORNING + timedelta(days=400)


def letter_of(name: str) -> str:
    (sent,) = mail.outbox
    (html,) = (part.content for part in sent.alternatives)
    _checked(html)
    text = f"Subject: {sent.subject}\n\n{sent.body}\n=== HTML ===\n{html}\n"
    for pattern, stands_for in CHANGES:
        text = pattern.sub(stands_for, text)
    file = GOLDEN / f"{name}.txt"
    if not file.exists():
        file.write_text(text)
        pytest.fail(f"{file.name} is new: read it, then run this again.")
    return text


def _checked(html: str) -> None:
    """A letter can be read by a screen reader, and asks nothing of any other host."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parse(html)
    assert tree.get("lang")
    assert tree.get("dir") in {"ltr", "rtl"}
    assert [title.text for title in tree.iter("title") if title.text]
    assert len(list(tree.iter("h1"))) == 1
    assert not [element for kind in ("img", "script", "link", "iframe", "form") for element in tree.iter(kind)]
    assert all("".join(link.itertext()).strip() for link in tree.iter("a"))


def same(name: str) -> None:
    assert letter_of(name) == (GOLDEN / f"{name}.txt").read_text()


@pytest.fixture
def reader(bo: Member) -> Member:
    actions.choose(
        member=bo,
        choices={"letters_for": LettersFor.ALL, "digest": Digest.WEEKLY, "quiet_from": None, "quiet_until": None},
        now=MORNING,
    )
    return says_yes(bo, "email.replies", "email.digest", "email.list", now=MORNING)


@pytest.fixture
def talk(table: Category, start, answer, reader: Member) -> Post:
    """A thread that Bo follows, with a post by two people."""
    actions.follow(member=reader, place=f"forum.category:{table.pk}", level="following", now=MORNING)
    return start(table, title="Soup on Thursdays", source="Who *cooks*? See [the plan](/forum/).")


def test_one_thing_that_happened(talk: Post) -> None:
    _work_after_commit()

    delivery.send_due_letters(now=LATER)

    same("one thing")


def test_several_things(talk: Post, table: Category, start) -> None:
    start(table, title="Jam", source="Who has jars?")
    _work_after_commit()

    delivery.send_due_letters(now=LATER)

    same("several things")


def test_a_digest(talk: Post, reader: Member, answer) -> None:
    mine = answer(talk, by=reader, source="I do.")
    answer(mine, source="With bread?")
    _work_after_commit()
    Preferences.objects.update(letters_for=LettersFor.NOTHING)
    Notice.objects.update(closes_at=None)

    delivery.send_due_digests(now=LATER)

    same("digest")


def test_a_post_of_a_list(reader: Member, table: Category, start) -> None:
    actions.follow(member=reader, place=f"forum.category:{table.pk}", level="list", now=MORNING)
    start(table, title="Soup on Thursdays", source="Who *cooks*? See [the plan](/forum/).\n\n- bread\n- jam")
    _work_after_commit()

    delivery.send_due_letters(now=LATER)

    same("post")
