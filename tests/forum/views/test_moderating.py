from collections.abc import Callable

import pytest
from django.test import Client
from guardian.shortcuts import assign_perm

from forum.enums import Visibility
from forum.models import MODERATE, Category, Post, Thread, ThreadChange
from members.models import Member
from tests.forum.conftest import MORNING

VERBS = ["lock", "unlock", "pin", "unpin", "rename", "move", "merge"]


@pytest.mark.parametrize("verb", VERBS)
def test_moderating_is_for_moderators_of_the_category(
    verb: str, client: Client, as_ada: Client, as_bo: Client, thread: Thread
) -> None:
    path = f"/forum/threads/{thread.pk}/{verb}/"

    assert client.get(path).status_code == 302
    assert as_ada.get(path).status_code == 403
    assert as_bo.get(path).status_code == 200


def test_nothing_happens_without_a_reason(as_bo: Client, thread: Thread) -> None:
    response = as_bo.post(f"/forum/threads/{thread.pk}/lock/", {"reason": " "})

    assert response.status_code == 422
    assert "Say why, so that people can understand it." in response.content.decode()
    assert not Thread.objects.get().is_locked


def test_locking_leads_back_and_says_why(as_bo: Client, thread: Thread) -> None:
    response = as_bo.post(f"/forum/threads/{thread.pk}/lock/", {"reason": "It is settled."}, follow=True)

    page = response.content.decode()
    assert "It is settled." in page
    assert Thread.objects.get().is_locked


def test_whoever_cannot_reply_reads_why_beside_it(as_bo: Client, as_cleo: Client, thread: Thread) -> None:
    as_bo.post(f"/forum/threads/{thread.pk}/lock/", {"reason": "It is settled."})

    page = " ".join(as_cleo.get(thread.get_absolute_url()).content.decode().split())

    assert 'so it takes no more replies. Reason: <span dir="auto">It is settled.</span>' in page


def test_renaming(as_bo: Client, thread: Thread) -> None:
    as_bo.post(f"/forum/threads/{thread.pk}/rename/", {"title": "Stew", "reason": "It is stew."})

    assert Thread.objects.get().title == "Stew"


def test_moving_goes_only_where_one_moderates(as_bo: Client, bo: Member, thread: Thread, den: Category) -> None:
    hall = Category.objects.create(slug="hall", name="Hall", visibility=Visibility.PUBLIC)
    assign_perm(MODERATE, bo, hall)
    path = f"/forum/threads/{thread.pk}/move/"

    refused = as_bo.post(path, {"category": den.pk, "reason": "There."})
    moved = as_bo.post(path, {"category": hall.pk, "reason": "There."})

    assert (refused.status_code, moved.status_code) == (422, 302)
    assert Thread.objects.get().category_id == hall.pk


@pytest.mark.parametrize("form", ["{pk}", "/forum/table/{pk}-bread/", "http://testserver/forum/table/{pk}-bread/"])
def test_merging_takes_an_address_or_a_number(
    form: str, as_bo: Client, table: Category, thread: Thread, start: Callable[..., Post]
) -> None:
    target = start(table, title="Bread", at=MORNING).thread

    response = as_bo.post(
        f"/forum/threads/{thread.pk}/merge/", {"into": form.format(pk=target.pk), "reason": "One."}, follow=True
    )

    assert response.status_code == 200
    assert Thread.objects.get(pk=thread.pk).merged_into_id == target.pk


@pytest.mark.parametrize("into", ["", "x", "999999", "self", "den"])
def test_merging_into_nothing_is_refused(
    into: str, as_bo: Client, thread: Thread, den: Category, start: Callable[..., Post]
) -> None:
    elsewhere = start(den).thread
    given = {"self": str(thread.pk), "den": str(elsewhere.pk)}.get(into, into)

    response = as_bo.post(f"/forum/threads/{thread.pk}/merge/", {"into": given, "reason": "One."})

    assert response.status_code == 422
    assert Thread.objects.get(pk=thread.pk).merged_into_id is None


def test_splitting_makes_a_thread(as_bo: Client, as_ada: Client, opening: Post, answer: Callable[..., Post]) -> None:
    reply = answer(opening)
    fields = {"title": "Washing up", "reason": "Another matter."}

    assert as_ada.post(f"/forum/posts/{reply.pk}/split/", fields).status_code == 403
    assert as_bo.post(f"/forum/posts/{opening.pk}/split/", fields).status_code == 403
    response = as_bo.post(f"/forum/posts/{reply.pk}/split/", fields, follow=True)

    assert "Washing up" in response.content.decode()
    assert set(ThreadChange.objects.values_list("change", flat=True)) == {"split_off", "split_from"}
