"""Roles: offered, seconded, accepted, over; and who reads what about them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.formats import date_format
from guardian.shortcuts import assign_perm

from commons import clock
from forum.models import MODERATE, Category
from members.consent.models import ConsentUse
from members.enums import Role, Standing
from members.models import Member
from members.trust import actions, powers, queries, rules
from members.trust.models import RoleGrant
from tests import cast
from tests.cast import says_yes
from tests.members.trust.conftest import People, offer, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(person: People) -> Member:
    return person("ana")


@pytest.fixture
def adil(person: People) -> Member:
    return person("adil", Role.ADMINISTRATOR)


def roles_of(member: Member) -> list[str]:
    return Member.objects.get(pk=member.pk).roles


def fresh(grant: RoleGrant) -> RoleGrant:
    return RoleGrant.objects.with_people().get(pk=grant.pk)


@pytest.mark.parametrize(
    ("who", "whom", "months", "may"),
    [
        ("adil", "ana", 12, True),
        ("adil", "ana", 24, True),
        ("adil", "ana", 25, False),
        ("adil", "ana", 0, False),
        ("adil", "adil", 12, False),
        ("adil", "nia", 12, False),
        ("adil", "dov", 12, False),
        ("mo", "ana", 12, False),
        ("ana", "nia", 12, False),
        ("bad", "ana", 12, False),
    ],
)
def test_who_may_offer_a_role(
    who: str, whom: str, months: int, may: bool, ana: Member, adil: Member, person: People
) -> None:
    now = clock.now()
    people = {
        "ana": ana,
        "adil": adil,
        "mo": person("mo", Role.MODERATOR),
        "nia": person("nia", standing=Standing.NEWCOMER),
        "dov": person("dov", standing=Standing.SUSPENDED),
        "bad": person("bad", Role.ADMINISTRATOR, standing=Standing.SUSPENDED),
    }

    assert bool(rules.can_grant(people[who], people[whom], months=months, earlier=[], now=now)) == may


def test_a_role_counts_when_it_is_accepted_and_stops_when_it_is_laid_down(
    ana: Member, adil: Member, sign_in: Callable[[Member], Client]
) -> None:
    grant = offer(ana, adil)
    client = sign_in(ana)
    assert "You have been offered a role: moderator." in told(client)
    assert roles_of(ana) == []
    assert client.get("/moderation/roles/").status_code == 404

    client.post(f"/me/roles/{grant.pk}/accept/")
    assert roles_of(ana) == ["moderator"]
    assert client.get("/moderation/roles/").status_code == 200

    client.post(f"/me/roles/{grant.pk}/lay-down/")
    assert roles_of(ana) == []
    assert client.get("/moderation/roles/").status_code == 404
    assert fresh(grant).end_reason == "laid down"


def test_an_offer_is_refused_with_one_press_and_only_by_its_member(
    ana: Member, adil: Member, person: People, sign_in: Callable[[Member], Client]
) -> None:
    grant = offer(ana, adil)
    eve = sign_in(person("eve"))
    assert [eve.post(f"/me/roles/{grant.pk}/{verb}/").status_code for verb in ("accept", "lay-down")] == [404, 404]

    client = sign_in(ana)
    client.post(f"/me/roles/{grant.pk}/lay-down/")

    assert fresh(grant).end_reason == "declined"
    assert client.post(f"/me/roles/{grant.pk}/accept/").status_code == 403
    assert roles_of(ana) == []


def test_a_role_is_not_offered_twice_and_given_anew_only_near_its_end(ana: Member, adil: Member, now: datetime) -> None:
    def may(days: int) -> bool:
        earlier = queries.open_grants(ana, Role.MODERATOR)
        return bool(rules.can_grant(adil, ana, months=12, earlier=earlier, now=now + timedelta(days=days)))

    first = offer(ana, adil, now=now)
    assert offer(ana, adil, now=now).pk == first.pk
    assert not may(0)
    actions.accept_role(grant=first, now=now)
    assert [may(30), may(330)] == [False, True]

    second = offer(ana, adil, now=now + timedelta(days=330))
    actions.accept_role(grant=second, now=now + timedelta(days=331))

    assert roles_of(ana) == ["moderator"]
    assert fresh(first).end_reason == "renewed"
    assert fresh(second).ended_at is None


def test_a_role_ends_at_its_time_and_says_thank_you(
    ana: Member, adil: Member, now: datetime, sign_in: Callable[[Member], Client]
) -> None:
    actions.accept_role(grant=offer(ana, adil, months=1, now=now), now=now)

    assert actions.end_due_roles(now=now + timedelta(days=27)) == 0
    assert roles_of(ana) == ["moderator"]
    assert actions.end_due_roles(now=now + timedelta(days=32)) == 1
    assert roles_of(ana) == []
    assert "Your role has ended: moderator." in told(sign_in(ana))


def test_an_offer_that_nobody_answers_is_gone_after_30_days(ana: Member, adil: Member, now: datetime) -> None:
    offer(ana, adil, now=now)

    assert actions.end_due_roles(now=now + timedelta(days=29)) == 0
    assert actions.end_due_roles(now=now + timedelta(days=31)) == 1


def test_other_roles_stay_when_one_ends(adil: Member, person: People, now: datetime) -> None:
    olu = person("olu", Role.ORGANISER)
    grant = offer(olu, adil, Role.FACILITATOR)
    actions.accept_role(grant=grant, now=now)
    assert sorted(roles_of(olu)) == ["facilitator", "organiser"]

    actions.end_role(grant=grant, by=adil, reason="Enough.", now=now)

    assert roles_of(olu) == ["organiser"]


@pytest.mark.parametrize(
    ("who", "administrators", "may"),
    [
        ("adil", 2, False),
        ("adele", 2, True),
        ("mo", 2, False),
        ("mo", 1, True),
        ("ana", 1, False),
        ("eve", 1, False),
        ("bad", 1, False),
    ],
)
def test_who_may_be_the_second_person(
    who: str, administrators: int, may: bool, ana: Member, adil: Member, person: People
) -> None:
    people = {
        "ana": ana,
        "adil": adil,
        "adele": person("adele", Role.ADMINISTRATOR),
        "mo": person("mo", Role.MODERATOR),
        "bad": person("bad", Role.MODERATOR, standing=Standing.SUSPENDED),
        "eve": person("eve"),
    }
    grant = offer(ana, adil, Role.ADMINISTRATOR)

    assert bool(rules.can_second(people[who], grant, administrators=administrators)) == may
    assert not rules.can_second(people[who], offer(ana, adil, Role.ORGANISER), administrators=administrators)


def test_a_second_administrator_confirms_and_then_the_person_accepts(
    ana: Member, adil: Member, person: People, now: datetime, sign_in: Callable[[Member], Client]
) -> None:
    adele = person("adele", Role.ADMINISTRATOR)
    grant = offer(ana, adil, Role.ADMINISTRATOR)
    ana_s, adele_s = sign_in(ana), sign_in(adele)
    assert "A second person must confirm it" in told(adele_s)
    assert "offered" not in told(ana_s)
    assert ana_s.post(f"/me/roles/{grant.pk}/accept/").status_code == 403

    assert adele_s.post(f"/moderation/roles/{grant.pk}/confirm/").status_code == 302
    assert ana_s.post(f"/me/roles/{grant.pk}/accept/").status_code == 302

    assert roles_of(ana) == ["administrator"]
    assert Member.objects.get(pk=ana.pk).is_superuser
    actions.end_role(grant=grant, by=adil, reason="Enough.", now=now)
    assert not Member.objects.get(pk=ana.pk).is_superuser


def test_where_there_is_one_administrator_two_moderators_stand_in(
    ana: Member, adil: Member, person: People, now: datetime
) -> None:
    mo, mia = person("mo", Role.MODERATOR), person("mia", Role.MODERATOR)
    grant = offer(ana, adil, Role.ADMINISTRATOR)

    assert actions.second_role(grant=grant, by=mo, now=now)
    assert not actions.second_role(grant=grant, by=mo, now=now)
    assert not actions.accept_role(grant=grant, now=now)
    assert actions.second_role(grant=grant, by=mia, now=now)
    assert actions.accept_role(grant=grant, now=now)


@pytest.mark.parametrize(
    "change",
    [
        {"granted_by": "ana"},
        {"seconded_by": "adil", "seconded_at": True},
        {"seconded_by": "ana", "seconded_at": True},
        {"accepted_at": True},
        {"role": "king"},
        {"until": True},
    ],
)
def test_the_database_refuses_what_must_never_be(
    change: dict[str, object], ana: Member, adil: Member, now: datetime
) -> None:
    grant = offer(ana, adil, Role.ADMINISTRATOR, now=now)
    people = {"ana": ana, "adil": adil}
    values = {name: people.get(str(value), now if value is True else value) for name, value in change.items()}

    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.filter(pk=grant.pk).update(**values)


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_once_make_one_confirmation(
    person: People, now: datetime, at_once: Callable[..., list[object]]
) -> None:
    ana, adil = person("ana"), person("adil", Role.ADMINISTRATOR)
    seconds = [person(f"adele{number}", Role.ADMINISTRATOR) for number in range(4)]
    grant = offer(ana, adil, Role.ADMINISTRATOR)

    done = at_once([lambda by=by: actions.second_role(grant=grant, by=by, now=now) for by in seconds])

    assert sorted(map(bool, done)) == [False, False, False, True]
    assert fresh(grant).also_seconded_by is None


@pytest.mark.django_db(transaction=True)
def test_offers_and_acceptances_at_once_make_one_grant(
    person: People, now: datetime, at_once: Callable[..., list[object]]
) -> None:
    ana, adil = person("ana"), person("adil", Role.ADMINISTRATOR)

    at_once([lambda: offer(ana, adil)] * 4)
    grant = RoleGrant.objects.get()
    done = at_once([lambda: actions.accept_role(grant=grant, now=now)] * 4)

    assert sorted(map(bool, done)) == [False, False, False, True]
    assert roles_of(ana) == ["moderator"]


def test_administrators_offer_and_end_through_the_page(
    ana: Member, adil: Member, sign_in: Callable[[Member], Client]
) -> None:
    client = sign_in(adil)
    typed = {"username": "@Ana", "role": "organiser", "months": "6", "reason": "She runs the market."}

    assert client.post("/moderation/roles/", typed).status_code == 302
    assert "has been offered this role already" in client.post("/moderation/roles/", typed).content.decode()
    grant = RoleGrant.objects.get()
    assert client.post(f"/moderation/roles/{grant.pk}/end/", {"reason": ""}).status_code == 422
    assert client.post(f"/moderation/roles/{grant.pk}/end/", {"reason": "A slip."}).status_code == 302
    assert client.get(f"/moderation/roles/{grant.pk}/end/").status_code == 403

    assert fresh(grant).end_reason == "A slip."
    assert "A slip." in client.get("/moderation/roles/").content.decode()


@pytest.mark.parametrize("typed", [{}, {"username": "nobody"}, {"username": "ana", "months": "99"}])
def test_a_form_that_is_not_right_offers_nothing(
    typed: dict[str, str], ana: Member, adil: Member, sign_in: Callable[[Member], Client]
) -> None:
    assert sign_in(adil).post("/moderation/roles/", {"role": "organiser", **typed}).status_code == 422
    assert not RoleGrant.objects.exists()


def test_moderators_read_the_page_and_cannot_give(
    ana: Member, adil: Member, person: People, sign_in: Callable[[Member], Client]
) -> None:
    client = sign_in(person("mo", Role.MODERATOR))
    grant = offer(ana, adil)
    typed = {"username": "ana", "role": "organiser", "months": "6", "reason": "Because."}

    assert client.get("/moderation/roles/").status_code == 200
    assert client.post("/moderation/roles/", typed).status_code == 404
    assert client.get(f"/moderation/roles/{grant.pk}/end/").status_code == 404
    assert client.post(f"/moderation/roles/{grant.pk}/confirm/").status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_roles_costs_the_same(
    rows: int, adil: Member, person: People, now: datetime, sign_in: Callable[[Member], Client],
    django_assert_num_queries: Callable[..., object],
) -> None:  # fmt: skip
    client = sign_in(adil)
    for number in range(rows):
        offer(person(f"one{number}"), adil)
        actions.accept_role(grant=offer(person(f"two{number}"), adil), now=now)
        over = offer(person(f"three{number}"), adil)
        actions.end_role(grant=over, by=adil, reason="Enough.", now=now)

    with django_assert_num_queries(5):
        client.get("/moderation/roles/")


def test_the_command_makes_the_first_administrator(
    person: People, capsys: pytest.CaptureFixture[str], now: datetime
) -> None:
    nia = person("nia", standing=Standing.NEWCOMER)

    call_command("grant_role", "nia", "administrator")
    assert "Would make" in capsys.readouterr().out
    assert roles_of(nia) == []

    call_command("grant_role", "Nia", "administrator", "--apply")
    assert roles_of(nia) == ["administrator"]
    assert Member.objects.get(pk=nia.pk).standing == Standing.MEMBER
    call_command("grant_role", "nia", "administrator", "--apply")
    assert RoleGrant.objects.standing(now=now + timedelta(minutes=1)).count() == 1
    with pytest.raises(CommandError):
        call_command("grant_role", "nobody", "administrator", "--apply")


def test_a_role_without_a_grant_gets_a_date_and_an_end(person: People, now: datetime) -> None:
    person("olu", Role.ORGANISER, Role.MODERATOR)

    assert actions.write_down_ungranted(now=now) == 2
    assert actions.write_down_ungranted(now=now) == 0
    assert actions.end_due_roles(now=now + timedelta(days=367)) == 2


def test_every_role_says_what_it_allows() -> None:
    assert set(powers.OF_ROLE) == set(Role)
    assert set(powers.OF_STANDING) == {Standing.NEWCOMER, Standing.MEMBER}


@pytest.fixture
def rooms(person: People) -> Category:
    """Bo moderates the public table, a group the den, Cleo a circle's own room."""
    table = Category.objects.create(slug="table", name="The table", visibility="public", position=1)
    den = Category.objects.create(slug="den", name="The den", visibility="members", position=2)
    circle = Category.objects.create(slug="circle", name="The circle", visibility="group", position=3)
    hosts = Group.objects.create(name="Hosts")
    hosts.user_set.add(person("gil"))
    assign_perm(MODERATE, person("bo"), table)
    assign_perm(MODERATE, hosts, den)
    assign_perm(MODERATE, person("cleo"), circle)
    return table


def test_members_read_every_name_and_until_when(
    rooms: Category, ana: Member, adil: Member, now: datetime, sign_in: Callable[[Member], Client]
) -> None:
    actions.accept_role(grant=offer(ana, adil, now=now), now=now)

    page = sign_in(ana).get("/about/who-does-what/").content.decode()

    assert all(name in page for name in ("Ana", "Adil", "Bo", "Gil"))
    assert "Cleo" not in page
    assert f"until {date_format(RoleGrant.objects.get().until)}" in page


def test_visitors_read_the_names_of_those_whose_page_is_open(
    rooms: Category, ana: Member, adil: Member, now: datetime, client: Client
) -> None:
    actions.accept_role(grant=offer(ana, adil, now=now), now=now)
    says_yes(ana, "profile.public")

    page = client.get("/about/who-does-what/").content.decode()

    assert "Ana" in page
    assert not any(name in page for name in ("Adil", "Bo<", "Gil", "The den"))
    assert "a member" in page
    assert ConsentUse.objects.values_list("member", "sink").get() == (ana.pk, "who_does_what")


def test_names_stand_close_to_their_commas(rooms: Category, person: People, client: Client) -> None:
    assign_perm(MODERATE, person("mo"), rooms)

    assert "<dd>a member, a member</dd>" in client.get("/about/who-does-what/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_who_does_what_costs_the_same(
    rows: int, rooms: Category, person: People, now: datetime, client: Client,
    django_assert_num_queries: Callable[..., object],
) -> None:  # fmt: skip
    for number in range(rows):
        person(f"olu{number}", Role.ORGANISER)
        assign_perm(MODERATE, person(f"mo{number}"), rooms)

    with django_assert_num_queries(6):
        client.get("/about/who-does-what/")


@pytest.mark.parametrize("rows", [1, 3])
def test_own_roles_cost_the_same(
    rows: int, ana: Member, adil: Member, sign_in: Callable[[Member], Client],
    django_assert_num_queries: Callable[..., object],
) -> None:  # fmt: skip
    client = sign_in(ana)
    for role in list(Role)[:rows]:
        offer(ana, adil, role)

    with django_assert_num_queries(2):
        page = client.get("/me/roles/").content.decode()

    assert page.count("Yes, I take it on") == rows
    assert "members read your name beside it" in page


def test_a_keeper_without_a_second_step_is_led_to_it(adil: Member, ana: Member) -> None:
    weak = [cast.sign_in(Client(), member, is_strong=False) for member in (adil, ana)]

    answers = [client.get("/moderation/roles/") for client in weak]

    assert [answer.status_code for answer in answers] == [302, 404]
    assert answers[0].headers["Location"].startswith("/me/security/second-step/")
