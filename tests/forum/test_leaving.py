"""What of somebody who leaves is looked for, however much others have written."""

from collections.abc import Callable

import pytest
from django.db.models import QuerySet

from forum.actions import leaving
from forum.models import Post, PostRevision
from members.models import Member, UnclaimedAuthor
from tests.support.plans import plan_for_any

pytestmark = pytest.mark.django_db


@pytest.fixture
def claimer(ada: Member) -> Member:
    UnclaimedAuthor.objects.create(display_name="Ada, by letter", claimed_by=ada, claimed_at=ada.date_joined)
    return ada


@pytest.mark.parametrize(
    "of",
    [
        leaving.posts_of,
        leaving.threads_of,
        lambda member: Post.objects.filter(deleted_by=member),
        lambda member: PostRevision.objects.filter(post__in=leaving.posts_of(member)),
    ],
)
@pytest.mark.parametrize("which", ["ada", "claimer"])
def test_what_somebody_wrote_is_found_by_an_index(
    of: Callable[[Member], QuerySet[Post]], which: str, request: pytest.FixtureRequest
) -> None:
    plan = plan_for_any(of(request.getfixturevalue(which)))

    assert "Seq Scan on forum_" not in plan, plan
