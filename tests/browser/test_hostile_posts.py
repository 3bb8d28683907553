"""Known vectors, posted through the form and opened in Chromium: nothing runs, nothing leaves, nothing escapes."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from playwright.sync_api import Page

from commons.contributions import SOURCE_MAX_LENGTH
from forum.models import Category, Post
from tests.commons.test_markup import needs_data, second_opinion, tree, vectors

pytestmark = [needs_data, pytest.mark.django_db(transaction=True)]

EVERY = 120  # of the vectors, in the tests of every day

ESCAPES = """() => [...document.querySelectorAll('article.post')].flatMap((post) => {
    const box = post.getBoundingClientRect();
    const main = document.querySelector('main').getBoundingClientRect();
    const prose = post.querySelector('.prose')?.getBoundingClientRect();
    const isInside = !prose || (prose.left >= box.left - 1 && prose.right <= box.right + 1
        && prose.top >= box.top - 1 && prose.bottom <= box.bottom + 1);
    return isInside && box.left >= main.left - 8 && box.right <= main.right + 8 ? [] : [post.id];
})"""


def test_hostile_posts_do_nothing(open_page: Callable[..., Page], as_ada: Client) -> None:
    check_vectors(list(vectors())[::EVERY], open_page=open_page, member=as_ada)


@pytest.mark.figures
@pytest.mark.timeout(1200)
def test_every_hostile_post_does_nothing(open_page: Callable[..., Page], as_ada: Client) -> None:
    check_vectors(list(vectors()), open_page=open_page, member=as_ada)


def check_vectors(hostile: list[str], *, open_page: Callable[..., Page], member: Client) -> None:
    Category.objects.create(slug="table", name="The table", visibility="public")
    member.post("/forum/table/new/", {"title": "Vectors", "source": "Here they come.", "submission": str(uuid4())})
    opening = Post.objects.select_related("thread__category").get()
    posted = 0
    for vector in hostile:
        form = {"source": vector, "content_note": "", "language": "", "submission": str(uuid4())}
        answer = member.post(f"/forum/posts/{opening.pk}/reply/", form)
        assert answer.status_code == 302 or not vector.strip() or len(vector) > SOURCE_MAX_LENGTH or "@" in vector
        posted += answer.status_code == 302
    assert posted > 0.95 * len(hostile)

    page = open_page()
    after, seen = "", 0
    while True:
        page.goto(f"{opening.thread.get_absolute_url()}?view=line{after}")
        seen += page.locator("article.post").count()
        assert page.evaluate(ESCAPES) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        assert not page.locator(
            ".prose :is(script, style, iframe, object, embed, svg, img, form, input, [style])"
        ).count()
        if not (onward := page.get_by_role("link", name="Later posts")).count():
            break
        after = "&" + onward.get_attribute("href").removeprefix("?")
    assert seen == posted + 1
    for post in Post.objects.exclude(pk=opening.pk).order_by("pk"):
        assert tree(second_opinion(post.html)) == tree(post.html), post.source
    print(f"{posted} hostile posts of {len(hostile)} vectors, opened on pages of 20: nothing ran")
