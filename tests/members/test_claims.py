import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from commons import clock
from forum.models import Category, Post, Thread
from forum.paths import step
from members import actions
from members.addresses import hashed
from members.models import Member, UnclaimedAuthor

ADDRESS = "old.friend@example.net"


@pytest.fixture
def author(db: None) -> UnclaimedAuthor:
    return UnclaimedAuthor.objects.create(display_name="Old Friend", address_hash=hashed(ADDRESS))


@pytest.fixture
def letter(author: UnclaimedAuthor) -> Post:
    now = clock.now()
    category = Category.objects.create(slug="list", name="The list", visibility="public")
    thread = Thread.objects.create(
        category=category, title="Hello", unclaimed_author=author, created_at=now, last_post_at=now, post_count=1, last_number=1
    )  # fmt: skip
    return Post.objects.create(
        thread=thread, unclaimed_author=author, number=1, path=step(created_at=now, number=1), depth=0, band=0,
        source="Hello", html="<p>Hello</p>", created_at=now,
    )  # fmt: skip


def code_in_the_mail() -> str:
    return re.search(r"^    (\w{8})$", mail.outbox[-1].body, re.MULTILINE)[1]


def test_an_address_is_recognised_in_any_case_and_not_kept(author: UnclaimedAuthor) -> None:
    assert hashed(" Old.Friend@Example.NET ") == bytes(author.address_hash)
    assert b"friend" not in bytes(author.address_hash)


def test_whoever_proves_the_address_gets_the_posts(
    as_ada: Client, ada: Member, author: UnclaimedAuthor, letter: Post
) -> None:
    assert "This person has not joined; is it you?" in as_ada.get(author.get_absolute_url()).content.decode()

    page = as_ada.post(f"{author.get_absolute_url()}claim/", {"address": ADDRESS}, follow=True).content.decode()
    assert "a code is on its way" in page
    assert mail.outbox[-1].to == [ADDRESS]
    page = as_ada.post(f"{author.get_absolute_url()}prove/", {"code": code_in_the_mail().lower()}, follow=True)

    assert "These posts are yours now." in page.content.decode()
    assert Post.objects.get().author_id == ada.pk
    assert UnclaimedAuthor.objects.get().claimed_by_id == ada.pk
    assert ADDRESS not in str(dict(as_ada.session))


def test_another_address_gets_the_same_answer_and_no_mail(as_ada: Client, author: UnclaimedAuthor) -> None:
    page = as_ada.post(f"{author.get_absolute_url()}claim/", {"address": "else@example.net"}, follow=True)

    assert "a code is on its way" in page.content.decode()
    assert mail.outbox == []


def test_a_member_who_has_proved_the_address_already_needs_no_code(
    as_ada: Client, ada: Member, author: UnclaimedAuthor
) -> None:
    EmailAddress.objects.create(user=ada, email=ADDRESS, verified=True)

    as_ada.post(f"{author.get_absolute_url()}claim/", {"address": ADDRESS})

    assert UnclaimedAuthor.objects.get().claimed_by_id == ada.pk
    assert mail.outbox == []


def test_three_wrong_codes_and_the_right_one_is_worth_nothing(as_ada: Client, author: UnclaimedAuthor) -> None:
    as_ada.post(f"{author.get_absolute_url()}claim/", {"address": ADDRESS})
    for _ in range(3):
        assert as_ada.post(f"{author.get_absolute_url()}prove/", {"code": "WRONGONE"}).status_code == 422

    assert as_ada.post(f"{author.get_absolute_url()}prove/", {"code": code_in_the_mail()}).status_code == 422
    assert UnclaimedAuthor.objects.get().claimed_by_id is None


def test_a_code_is_good_for_a_quarter_of_an_hour(as_ada: Client, author: UnclaimedAuthor) -> None:
    as_ada.post(f"{author.get_absolute_url()}claim/", {"address": ADDRESS})

    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=False):
        as_ada.post(f"{author.get_absolute_url()}prove/", {"code": code_in_the_mail()})
    assert UnclaimedAuthor.objects.get().claimed_by_id is None


def test_what_is_claimed_stays_claimed(as_cleo: Client, ada: Member, cleo: Member, author: UnclaimedAuthor) -> None:
    assert actions.claim_author(author=author, by=ada, now=clock.now())
    assert not actions.claim_author(author=author, by=cleo, now=clock.now())

    response = as_cleo.post(f"{author.get_absolute_url()}claim/", {"address": ADDRESS})
    assert response.status_code == 403
    assert "These letters belong to" in as_cleo.get(author.get_absolute_url()).content.decode()


def test_asking_again_and_again_is_slowed_down(as_ada: Client, author: UnclaimedAuthor) -> None:
    answers = [as_ada.post(f"{author.get_absolute_url()}claim/", {"address": ADDRESS}).status_code for _ in range(6)]

    assert answers == [302] * 5 + [403]


def test_an_address_that_is_none_is_given_back(as_ada: Client, author: UnclaimedAuthor) -> None:
    response = as_ada.post(f"{author.get_absolute_url()}claim/", {"address": "nonsense"})

    assert response.status_code == 422
    assert "nonsense" in response.content.decode()
