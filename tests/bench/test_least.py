"""The least is the same work done: its thread shows the posts, and its reply is the one that the site writes."""

from uuid import uuid4

import brotli
import pytest
from django.contrib.auth import SESSION_KEY
from django.forms import model_to_dict
from django.test import RequestFactory

from bench import least
from commons import clock
from forum import actions
from forum.actions.posts import Text
from forum.models import Category, Post
from members.models import Member

OF_ITS_OWN = {"id", "number", "path", "source", "html", "submission", "created_at"}


@pytest.fixture
def opening(ada: Member) -> Post:
    category = Category.objects.create(slug="table", name="The table", position=1)
    now = clock.now()
    return actions.start_thread(category=category, by=ada, title="Soup", text=Text("Who *cooks*?"), now=now)


def answered(opening: Post, *, by: Member, rf: RequestFactory) -> Post:
    request = rf.post("/", {"source": "I do, *gladly*.", "submission": uuid4()})
    request.session = {SESSION_KEY: str(by.pk)}  # type: ignore[assignment] # all that is asked of a session
    assert least.reply(request, opening.pk).status_code == 302
    return Post.objects.get(parent=opening, author=by, source="I do, *gladly*.")


def test_its_reply_is_what_the_site_writes(opening: Post, cleo: Member, rf: RequestFactory) -> None:
    theirs = answered(opening, by=cleo, rf=rf)
    ours = actions.post_reply(parent=opening, by=cleo, text=Text("I do."), now=clock.now())

    assert model_to_dict(theirs, exclude=OF_ITS_OWN) == model_to_dict(ours, exclude=OF_ITS_OWN)
    assert theirs.html == '<p dir="auto">I do, <em>gladly</em>.</p>\n'
    assert (theirs.number, ours.number) == (2, 3)
    assert bytes(opening.path) < bytes(theirs.path) < bytes(ours.path)
    opening.thread.refresh_from_db()
    opening.refresh_from_db()
    assert (opening.thread.post_count, opening.thread.last_number, opening.reply_count) == (3, 3, 2)


def test_its_thread_shows_the_posts(opening: Post, cleo: Member, rf: RequestFactory) -> None:
    answered(opening, by=cleo, rf=rf)

    response = least.thread(rf.get("/"), "table", opening.thread_id, "soup")

    shown = brotli.decompress(response.content).decode()
    assert "Who <em>cooks</em>?" in shown
    assert "I do, <em>gladly</em>." in shown


def test_what_is_no_form_makes_nothing(opening: Post, rf: RequestFactory) -> None:
    assert least.reply(rf.post("/", {"source": ""}), opening.pk).status_code == 422
    assert opening.thread.posts.count() == 1
