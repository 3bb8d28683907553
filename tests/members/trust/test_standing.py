"""From newcomer to member: by taking part, by vouching, and back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from commons import outbox
from commons.ratelimit import RateLimited
from forum import actions as forum
from forum.actions.posts import Text
from forum.models import Category
from members.enums import Role, Standing
from members.models import Member
from members.trust import actions, queries, rules
from members.trust.enums import Why
from members.trust.models import Participation, Removal, StandingChange, Vouch
from members.trust.rules import Progress
from tests.members.trust.conftest import People, moment, told

pytestmark = pytest.mark.django_db

ENOUGH = Progress(joined_at=moment(1), active_days=3, posts=5)


@pytest.fixture
def newcomer(person: People) -> Member:
    return person("nia", standing=Standing.NEWCOMER, days=8)


@pytest.fixture
def writes(newcomer: Member, now: datetime) -> Callable[..., None]:
    """The newcomer wrote so many posts, each so many days ago."""

    def write(*days_ago: int) -> None:
        for days in days_ago:
            actions.note_post(author=newcomer.pk, written_at=now - timedelta(days=days), now=now)

    return write


def standing(member: Member) -> str:
    return Member.objects.get(pk=member.pk).standing


@pytest.mark.parametrize(
    ("progress", "is_enough"),
    [
        (ENOUGH, True),
        (replace(ENOUGH, joined_at=moment(2)), False),
        (replace(ENOUGH, active_days=2), False),
        (replace(ENOUGH, posts=4), False),
        (replace(ENOUGH, removed_at=moment(7)), False),
        (replace(ENOUGH, removed_at=moment(8) - timedelta(days=14)), True),
    ],
)
def test_what_is_enough_taking_part(progress: Progress, is_enough: bool) -> None:
    assert rules.has_taken_part(progress, now=moment(8)) == is_enough


def test_the_last_step_makes_a_member_at_once_and_is_told(
    newcomer: Member, writes: Callable[..., None], sign_in: Callable[[Member], Client]
) -> None:
    writes(3, 3, 2, 2)
    assert standing(newcomer) == Standing.NEWCOMER

    writes(1)

    assert standing(newcomer) == Standing.MEMBER
    assert StandingChange.objects.values_list("before", "after", "why").get() == ("newcomer", "member", "taking_part")
    client = sign_in(newcomer)
    assert "You are a member now." in told(client)
    assert "You are a member now." not in told(client)


def test_a_session_that_goes_on_hears_of_it_within_minutes(
    newcomer: Member, sign_in: Callable[[Member], Client], writes: Callable[..., None], now: datetime
) -> None:
    client = sign_in(newcomer)
    writes(3, 3, 2, 2, 1)
    assert "You are a member now." not in told(client)

    with time_machine.travel(now + timedelta(minutes=3), tick=False):
        assert "You are a member now." in told(client)


def test_a_post_in_the_forum_is_a_step_and_a_removed_one_takes_two_weeks(
    newcomer: Member, person: People, now: datetime
) -> None:
    table = Category.objects.create(slug="table", name="The table", visibility="members")
    post = forum.start_thread(category=table, by=newcomer, title="Hello", text=Text("I am Nia."), now=now)
    _deliver(now)
    assert Participation.objects.values_list("member", "post_count").get() == (newcomer.pk, 1)

    forum.delete_post(post=post, by=person("mo", Role.MODERATOR), now=now)
    _deliver(now)

    assert Removal.objects.values_list("member", "post").get() == (newcomer.pk, post.pk)


def test_what_somebody_takes_back_themselves_is_no_removal(newcomer: Member, now: datetime) -> None:
    table = Category.objects.create(slug="table", name="The table", visibility="members")
    post = forum.start_thread(category=table, by=newcomer, title="Hello", text=Text("I am Nia."), now=now)
    forum.delete_post(post=post, by=newcomer, now=now)
    _deliver(now)

    assert not Removal.objects.exists()


def test_members_are_not_counted(person: People, now: datetime) -> None:
    actions.note_post(author=person("eve").pk, written_at=now, now=now)
    actions.note_removal(author=Member.objects.get().pk, post=1, now=now)

    assert not Participation.objects.exists()
    assert not Removal.objects.exists()


def test_the_clock_finds_those_whose_week_is_over(newcomer: Member, writes: Callable[..., None], now: datetime) -> None:
    Member.objects.filter(pk=newcomer.pk).update(date_joined=now - timedelta(days=6))
    writes(3, 3, 2, 2, 1)

    assert actions.consider_all(now=now) == 0
    assert actions.consider_all(now=now + timedelta(days=1, minutes=1)) == 1
    assert actions.consider_all(now=now + timedelta(days=1, minutes=1)) == 0


def test_what_was_counted_goes_when_it_is_settled(newcomer: Member, writes: Callable[..., None], now: datetime) -> None:
    writes(3, 3, 2, 2, 1)
    Removal.objects.create(member=newcomer, post=1, removed_at=now)

    assert actions.forget_taking_part(now=now + timedelta(days=13)) == 0
    assert actions.forget_taking_part(now=now + timedelta(days=15)) == 4


@pytest.mark.parametrize(
    ("roles", "standing", "days", "may"),
    [
        ((), Standing.MEMBER, 31, True),
        ((), Standing.MEMBER, 29, False),
        ((Role.ORGANISER,), Standing.MEMBER, 31, True),
        ((), Standing.NEWCOMER, 31, False),
        ((), Standing.SUSPENDED, 31, False),
    ],
)
def test_who_may_vouch(
    roles: tuple[Role, ...], standing: Standing, days: int, may: bool, newcomer: Member, person: People, now: datetime
) -> None:
    voucher = person("vera", *roles, standing=standing, days=days)

    assert bool(rules.can_vouch(voucher, newcomer, given=None, now=now)) == may


def test_nobody_vouches_for_a_member_for_themselves_or_twice(newcomer: Member, person: People, now: datetime) -> None:
    vera, eve = person("vera"), person("eve")
    given = actions.vouch(voucher=vera, newcomer=newcomer, now=now)

    assert not rules.can_vouch(vera, eve, given=None, now=now)
    assert not rules.can_vouch(vera, vera, given=None, now=now)
    assert not rules.can_vouch(vera, newcomer, given=given, now=now)


@pytest.mark.parametrize(
    ("vouchers", "after"),
    [
        ([()], Standing.NEWCOMER),
        ([(), ()], Standing.MEMBER),
        ([(Role.FACILITATOR,)], Standing.MEMBER),
    ],
)
def test_two_members_or_one_with_a_role_make_a_member(
    vouchers: list[tuple[Role, ...]], after: Standing, newcomer: Member, person: People, now: datetime
) -> None:
    for number, roles in enumerate(vouchers):
        actions.vouch(voucher=person(f"vera{number}", *roles), newcomer=newcomer, now=now)

    assert standing(newcomer) == after


def test_three_vouches_a_month_and_the_refusal_says_when(person: People, now: datetime) -> None:
    vera = person("vera")
    names = [person(f"new{number}", standing=Standing.NEWCOMER) for number in range(4)]
    for newcomer in names[:3]:
        actions.vouch(voucher=vera, newcomer=newcomer, now=now)

    with pytest.raises(RateLimited, match=r"about three people a month.*in 1.week"):
        actions.vouch(voucher=vera, newcomer=names[3], now=now)

    assert Vouch.objects.count() == 3


def test_a_vouch_is_told_with_its_name(
    newcomer: Member, person: People, now: datetime, sign_in: Callable[[Member], Client]
) -> None:
    actions.vouch(voucher=person("vera"), newcomer=newcomer, now=now)
    client = sign_in(newcomer)

    assert "Vera has vouched for you." in told(client)
    assert "Vera" in client.get("/me/trust/").content.decode()


def test_a_word_taken_back_makes_a_newcomer_again_only_where_nothing_else_speaks(
    newcomer: Member, person: People, now: datetime, writes: Callable[..., None]
) -> None:
    vouch = actions.vouch(voucher=person("olu", Role.ORGANISER), newcomer=newcomer, now=now)
    assert standing(newcomer) == Standing.MEMBER

    assert actions.take_back_vouch(vouch=vouch, now=now)
    assert standing(newcomer) == Standing.NEWCOMER
    assert not actions.take_back_vouch(vouch=vouch, now=now)

    writes(3, 3, 2, 2)
    again = actions.vouch(voucher=vouch.voucher, newcomer=newcomer, now=now)
    other = actions.vouch(voucher=person("fen", Role.FACILITATOR), newcomer=newcomer, now=now)
    actions.take_back_vouch(vouch=again, now=now)
    assert standing(newcomer) == Standing.MEMBER

    Participation.objects.update(post_count=3)
    Participation.objects.create(member=newcomer, day=now.date(), post_count=1)
    actions.take_back_vouch(vouch=other, now=now)
    assert standing(newcomer) == Standing.MEMBER


def test_who_is_a_member_by_taking_part_stays_one(
    newcomer: Member, person: People, now: datetime, writes: Callable[..., None]
) -> None:
    vouch = actions.vouch(voucher=person("vera"), newcomer=newcomer, now=now)
    writes(3, 3, 2, 2, 1)

    actions.take_back_vouch(vouch=vouch, now=now)

    assert standing(newcomer) == Standing.MEMBER


def test_a_word_can_be_taken_back_for_14_days(newcomer: Member, person: People, now: datetime) -> None:
    vouch = actions.vouch(voucher=person("vera"), newcomer=newcomer, now=now)

    assert rules.can_take_back(vouch, now=now + timedelta(days=14))
    assert not rules.can_take_back(vouch, now=now + timedelta(days=15))


def test_vouching_through_the_pages(newcomer: Member, person: People, sign_in: Callable[[Member], Client]) -> None:
    client = sign_in(person("vera"))
    assert "Vouch for Nia, who is new here" in client.get("/people/nia/").content.decode()
    assert client.get("/people/nia/vouch/").status_code == 200

    client.post("/people/nia/vouch/")
    assert client.post("/people/nia/vouch/").status_code == 403
    assert "You have vouched for Nia already." in client.get("/people/nia/vouch/").content.decode()
    assert client.post("/people/nia/vouch/take-back/").status_code == 302
    assert client.post("/people/nia/vouch/take-back/").status_code == 404


def test_moderators_read_who_vouched_and_members_do_not(
    newcomer: Member, person: People, now: datetime, sign_in: Callable[[Member], Client]
) -> None:
    actions.vouch(voucher=person("vera"), newcomer=newcomer, now=now)

    seen = [
        "Vera" in sign_in(reader).get("/people/nia/vouch/").content.decode()
        for reader in (person("mo", Role.MODERATOR), person("eve"))
    ]

    assert seen == [True, False]


def test_the_fourth_vouch_says_why_not(person: People, sign_in: Callable[[Member], Client]) -> None:
    client = sign_in(person("vera"))
    for number in range(4):
        person(f"new{number}", standing=Standing.NEWCOMER)
        answer = client.post(f"/people/new{number}/vouch/", follow=True).content.decode()

    assert "You can vouch for about three people a month." in answer


@pytest.mark.parametrize("rows", [1, 3])
def test_where_you_stand_costs_the_same(
    rows: int, newcomer: Member, person: People, now: datetime, sign_in: Callable[[Member], Client],
    django_assert_num_queries: Callable[..., object],
) -> None:  # fmt: skip
    client = sign_in(newcomer)
    for number in range(rows):
        Vouch.objects.create(voucher=person(f"vera{number}"), newcomer=newcomer, vouched_at=now)
        StandingChange.objects.create(
            member=newcomer, before="member", after="newcomer", why=Why.TAKEN_BACK, happened_at=now
        )

    with django_assert_num_queries(6):
        page = client.get("/me/trust/").content.decode()

    assert "You have written 5 posts: 0 so far." in page
    assert "when you become a member" in page


def test_progress_is_two_queries(newcomer: Member, django_assert_num_queries: Callable[..., object]) -> None:
    with django_assert_num_queries(2):
        assert queries.progress(newcomer).posts == 0


@pytest.mark.django_db(transaction=True)
def test_vouches_at_once_make_one_change(person: People, now: datetime, at_once: Callable[..., list[object]]) -> None:
    nia = person("nia", standing=Standing.NEWCOMER)
    vouchers = [person(f"olu{number}", Role.ORGANISER) for number in range(2)] * 2

    at_once([lambda by=by: actions.vouch(voucher=by, newcomer=nia, now=now) for by in vouchers])

    assert Vouch.objects.count() == 2
    assert StandingChange.objects.values_list("why").get() == (Why.VOUCHED,)


def _deliver(now: datetime) -> None:
    while outbox.sweep(now=now + timedelta(minutes=1)):
        pass
