"""Replying in place: the page with the fragments swapped in is the page loaded afresh."""

from collections.abc import Callable
from uuid import uuid4

from django.test import Client

from forum.models import Post, Thread
from tests.support.htmx import same, swap

HTMX = {"HX-Request": "true"}


def test_page_and_fragments_are_the_page_afresh(
    as_cleo: Client, thread: Thread, opening: Post, answer: Callable[..., Post]
) -> None:
    parent = answer(opening)
    answer(opening, source="And I.")
    before = as_cleo.get(thread.get_absolute_url()).content.decode()
    address = f"/forum/posts/{parent.pk}/reply/?in=tree"

    form = as_cleo.get(address, headers=HTMX).content.decode()
    opened = swap(before, form, target=f"answer-{parent.pk}", how="innerHTML")
    posted = as_cleo.post(
        address, {"source": "*Right* here", "submission": str(uuid4())}, headers=HTMX
    ).content.decode()
    swapped = swap(opened, posted, target=f"replies-{parent.pk}", how="beforeend")

    afresh = as_cleo.get(thread.get_absolute_url()).content.decode()
    swapped = swapped.replace("2 replies", "3 replies")  # the count at the head waits for the next look
    assert same(swapped, afresh) == []
