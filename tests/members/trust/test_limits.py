"""What a newcomer may not do yet, said kindly: which limit it is, that nothing is lost, and the way out."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from commons.limits import limits_of
from commons.ratelimit import LIMITS, WAY_OUT, RateLimited, spend
from forum import actions
from forum import rules as forum
from forum.actions.posts import Text
from forum.models import Category, Post
from members.enums import Standing
from members.models import Member
from tests.cast import says_yes
from tests.members.trust.conftest import People

pytestmark = pytest.mark.django_db

SAFE = "What you wrote is safe"


@pytest.fixture
def table(db: None) -> Category:
    return Category.objects.create(slug="table", name="The table", visibility="members")


@pytest.fixture
def nia(person: People) -> Member:
    return person("nia", standing=Standing.NEWCOMER, days=2)


@pytest.fixture
def opening(table: Category, person: People, now: datetime) -> Post:
    return actions.start_thread(category=table, by=person("eve"), title="Soup", text=Text("Who?"), now=now)


def reply(parent: Post, by: Member, words: str, now: datetime) -> Post:
    parent = Post.objects.select_related("thread__category").get(pk=parent.pk)
    return actions.post_reply(parent=parent, by=by, text=Text(words), now=now)


@pytest.mark.parametrize(
    "words", ["@ada @bo @cleo", "https://a.example https://b.example ![c](https://c.example/p.png)"]
)
def test_what_one_post_may_carry(words: str, nia: Member, person: People) -> None:
    assert forum.can_say(person("vera"), words)
    refusal = forum.can_say(nia, words).reason
    assert "In your first days" in refusal
    assert SAFE in refusal
    assert str(WAY_OUT) in refusal


@pytest.mark.parametrize("action", [name for name in LIMITS if name.endswith((".newcomer", ".first_day"))])
def test_every_rate_of_the_first_days_names_itself_and_its_end(action: str, now: datetime) -> None:
    for _ in range(LIMITS[action].count):
        assert spend(action, key="1", now=now)

    refusal = spend(action, key="1", now=now).reason

    assert refusal.startswith(("In your first days", "On your first day"))
    assert SAFE in refusal
    assert refusal.endswith(str(WAY_OUT))
    assert re.search(r"you can send it in \d+.(seconds|minutes|hours)", refusal)


def test_a_newcomer_rests_after_three_replies_in_a_row(nia: Member, opening: Post, now: datetime) -> None:
    for minute in range(3):
        reply(opening, nia, f"Thought {minute}", now + timedelta(minutes=minute))

    with pytest.raises(RateLimited, match=r"after 3 replies in a row.*What you wrote is safe"):
        reply(opening, nia, "Thought 4", now + timedelta(minutes=4))

    reply(opening, opening.author, "Tell me more", now + timedelta(minutes=5))
    assert reply(opening, nia, "Thought 4", now + timedelta(minutes=6))


def test_whoever_is_greeted_by_many_can_thank_each(nia: Member, table: Category, person: People, now: datetime) -> None:
    hello = actions.start_thread(category=table, by=nia, title="Hello", text=Text("I am Nia."), now=now)
    greetings = [reply(hello, person(f"host{number}"), f"Hi {number}", now) for number in range(5)]

    thanks = [
        reply(greeting, nia, f"Thanks {number}", now + timedelta(minutes=number))
        for number, greeting in enumerate(greetings)
    ]

    assert len(thanks) == 5
    with pytest.raises(RateLimited):
        reply(greetings[0], nia, "And thanks again", now + timedelta(minutes=9))


def test_members_may_say_as_much_as_they_like_in_a_row(opening: Post, person: People, now: datetime) -> None:
    vera = person("vera")

    assert [reply(opening, vera, f"Thought {n}", now + timedelta(minutes=n)) for n in range(5)]


def test_a_refused_reply_stays_in_the_form_with_the_way_out_beside_it(
    nia: Member, opening: Post, now: datetime, sign_in: Callable[[Member], Client]
) -> None:
    for minute in range(3):
        reply(opening, nia, f"Thought {minute}", now - timedelta(minutes=3 - minute))

    answer = sign_in(nia).post(
        f"/forum/posts/{opening.pk}/reply/", {"source": "My fourth thought", "submission": str(uuid4())}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "My fourth thought" in page
    assert 'href="/me/trust/"' in page.split("composer__limits")[1]


def test_the_limits_in_words_have_each_a_way_out(person: People, now: datetime) -> None:
    fresh = limits_of(person("fresh", standing=Standing.NEWCOMER, days=0.5), now=now)
    older = limits_of(person("older", standing=Standing.NEWCOMER, days=2), now=now)
    member = limits_of(person("member", days=10), now=now)

    assert [bool(limit.ends_at) for limit in fresh].count(True) == 1
    assert all(limit.ends_at or limit.is_newcomers for limit in [*fresh, *older])
    assert not any(limit.is_newcomers for limit in member)
    assert [limit.words for limit in member if limit.ends_at] == ["You cannot vouch for others yet."]


def test_asking_people_is_refused_with_the_way_out(
    nia: Member, person: People, sign_in: Callable[[Member], Client]
) -> None:
    client = sign_in(nia)
    for number in range(4):
        says_yes(person(f"host{number}"), "contact.requests")
        answer = client.post(f"/people/host{number}/ask/", {"words": "May I ask you something?"})

    assert "about three people a day" in answer.content.decode()
