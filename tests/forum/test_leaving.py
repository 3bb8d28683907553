"""What of somebody who leaves is looked for, however much others have written."""

from collections.abc import Callable

import pytest
from django.db.models import QuerySet

from commons import clock
from commons.holdings import Leaver, Mode
from forum import actions
from forum.actions import leaving
from forum.actions.posts import Text
from forum.models import Category, Post, PostRevision
from members.models import Member, UnclaimedAuthor
from tests.support.plans import plan_for_any

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("said", ["Ask @ADA.", "Ask [her](/People/Ada/)."])
def test_whoever_is_named_in_capitals_is_named_no_more(said: str, ada: Member, bo: Member, table: Category) -> None:
    now = clock.now()
    post = actions.start_thread(category=table, by=bo, title="Soup", text=Text(said), now=now)
    leaver = Leaver(member=ada, mode=Mode.ANONYMISE, now=now, removes=lambda _label, _ids: set())
    assert leaving.mentions_left(leaver) >= 1

    leaving.forget_mentions(leaver)

    post.refresh_from_db()
    assert "ada" not in post.source.lower()
    assert leaving.mentions_left(leaver) == 0


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
