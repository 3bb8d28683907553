"""Thanks for a post: a word between two, or for others to read; never a number."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum import actions
from forum.models import Post, Thread
from forum.notices import THANKS
from members.contact import actions as contact
from members.models import Member
from members.people import queries as people
from members.people.models import Thanks
from notifications import actions as notifications
from notifications.models import Notice, Telling
from tests.cast import says_yes, sign_in
from tests.forum.conftest import MORNING


def words(text: str = "This helped me.", **more: str) -> dict[str, str]:
    return {"words": text, "submission": str(uuid4()), **more}


def test_a_word_of_thanks_stays_between_two_unless_it_is_said_otherwise(
    as_cleo: Client, as_ada: Client, as_bo: Client, opening: Post, thread: Thread
) -> None:
    form = as_cleo.get(f"/forum/posts/{opening.pk}/thank/").content.decode()
    given = as_cleo.post(f"/forum/posts/{opening.pk}/thank/", words())

    assert "Thank Ada" in form
    assert given.headers["Location"].endswith(f"#post-{opening.pk}")
    for reader in (as_cleo, as_ada):
        page = reader.get(thread.get_absolute_url()).content.decode()
        assert "This helped me." in page
        assert "between the two of you" in page
    assert "This helped me." not in as_bo.get(thread.get_absolute_url()).content.decode()


@pytest.mark.parametrize("says", [True, False])
def test_public_thanks_are_read_by_others_only_with_the_yes_of_whoever_was_thanked(
    says: bool, as_cleo: Client, as_bo: Client, client: Client, opening: Post, thread: Thread, ada: Member
) -> None:
    if says:
        says_yes(ada, "thanks.public")
    as_cleo.post(f"/forum/posts/{opening.pk}/thank/", words(is_public="on"))

    page = as_bo.get(thread.get_absolute_url()).content.decode()

    assert ("This helped me." in page) == says
    assert "This helped me." not in client.get(thread.get_absolute_url()).content.decode()


def test_one_person_thanks_once_for_a_post_whatever_is_sent_twice(as_cleo: Client, opening: Post) -> None:
    for text in ("First", "Second"):
        assert as_cleo.post(f"/forum/posts/{opening.pk}/thank/", words(text)).status_code == 302

    assert [row.words for row in Thanks.objects.all()] == ["First"]
    assert Notice.objects.filter(kind=THANKS).count() == 1


def test_whoever_is_thanked_reads_it_in_the_inbox_until_it_is_taken_back(
    as_cleo: Client, as_ada: Client, opening: Post, thread: Thread
) -> None:
    as_cleo.post(f"/forum/posts/{opening.pk}/thank/", words())
    notifications.tell_all(notice=Notice.objects.get(kind=THANKS).pk, now=MORNING)
    told = as_ada.get("/inbox/").content.decode()
    as_cleo.post(reverse("people:thanks", args=[Thanks.objects.get().pk]), {"do": "take_back"})

    assert "This helped me." in told
    assert "thanks you" in told
    for page in ("/inbox/", thread.get_absolute_url()):
        assert "This helped me." not in as_ada.get(page).content.decode()


def test_between_two_who_want_no_contact_nothing_arrives_and_nobody_notices(
    as_cleo: Client, as_ada: Client, opening: Post, thread: Thread, ada: Member, cleo: Member
) -> None:
    contact.want_no_contact(member=ada, other=cleo, surface="test", now=MORNING)
    says_yes(ada, "thanks.public")

    given = as_cleo.post(f"/forum/posts/{opening.pk}/thank/", words(is_public="on"), follow=True).content.decode()
    notifications.tell_all(notice=Notice.objects.get(kind=THANKS).pk, now=MORNING)

    assert "Your thanks have reached Ada." in given
    assert "This helped me." in given
    assert not Telling.objects.filter(member=ada).exists()
    assert "This helped me." not in as_ada.get(thread.get_absolute_url()).content.decode()
    assert "This helped me." not in as_ada.get("/people/ada/").content.decode()


def test_the_fourth_word_is_folded_and_no_number_is_told(
    as_bo: Client, opening: Post, thread: Thread, ada: Member
) -> None:
    says_yes(ada, "thanks.public")
    for number, name in enumerate(("eve", "finn", "gus", "hal")):
        giver = Member.objects.create_user(name, display_name=name.title())
        actions.thank_for(
            post=opening, by=giver, words=f"Word of {name}", is_public=True, submission=uuid4(),
            now=MORNING + timedelta(minutes=number),
        )  # fmt: skip

    page = as_bo.get(thread.get_absolute_url()).content.decode()

    assert page.index("Word of gus") < page.index("More thanks") < page.index("Word of hal")


def test_ten_a_day_are_enough(
    as_cleo: Client, start: Callable[..., Post], ada: Member, opening: Post, cleo: Member
) -> None:
    for number in range(10):
        actions_give(cleo, ada, number)

    response = as_cleo.post(f"/forum/posts/{opening.pk}/thank/", words("An eleventh"))

    assert response.status_code == 422
    assert "An eleventh" in response.content.decode()


def actions_give(giver: Member, receiver: Member, number: int) -> None:
    from commons import clock
    from members.people import actions as people_actions

    people_actions.give_thanks(
        giver=giver, receiver=receiver, words="Thanks", is_public=False, submission=uuid4(), now=clock.now()
    )


def test_nobody_thanks_themselves_a_tombstone_or_somebody_who_is_not_here(
    as_ada: Client, as_cleo: Client, opening: Post, ada: Member, answer: Callable[..., Post], cleo: Member, bo: Member
) -> None:
    gone = answer(opening, by=bo)
    actions.delete_post(post=gone, by=bo, now=MORNING)
    assert as_ada.get(f"/forum/posts/{opening.pk}/thank/").status_code == 403
    assert as_cleo.get(f"/forum/posts/{gone.pk}/thank/").status_code == 403

    Post.objects.filter(pk=opening.pk).update(author=None)
    response = as_cleo.get(f"/forum/posts/{opening.pk}/thank/")
    assert response.status_code == 403
    assert "thanks would not reach them" in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_thanks_of_a_page_cost_two_queries(count: int, opening: Post, ada: Member, bo: Member) -> None:
    says_yes(ada, "thanks.public")
    for number in range(count):
        giver = Member.objects.create_user(f"eve{number}", display_name="Eve")
        actions.thank_for(post=opening, by=giver, words="Yes", is_public=True, submission=uuid4(), now=MORNING)
    subject = f"forum.post:{opening.pk}"
    people.thanks_about([subject], bo, now=MORNING)

    with CaptureQueriesContext(connection) as queries:
        found = people.thanks_about([subject], bo, now=MORNING)

    assert len(found[subject]) == count
    assert len([one for one in queries if "INSERT" not in one["sql"] and "SAVEPOINT" not in one["sql"]]) == 2


def test_a_newcomer_may_thank_too(opening: Post, nia: Member) -> None:
    response = sign_in(Client(), nia).post(f"/forum/posts/{opening.pk}/thank/", words())

    assert response.status_code == 302
