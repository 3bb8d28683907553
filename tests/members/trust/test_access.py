"""Looking at somebody's data: two people, an hour, a line for each reading; and what an emergency tells everybody."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.contrib import admin
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from commons import clock, outbox
from members.enums import Role, Standing
from members.models import Member
from members.trust import actions, queries, rules
from members.trust.enums import Scope
from members.trust.models import DataAccess, DataAccessView, StandingChange
from tests.members.trust.conftest import People, again, told

pytestmark = pytest.mark.django_db

WHY = "She cannot sign in and asked by telephone."


@pytest.fixture
def ana(person: People) -> Member:
    return person("ana")


@pytest.fixture
def adil(person: People) -> Member:
    return person("adil", Role.ADMINISTRATOR)


@pytest.fixture
def mo(person: People) -> Member:
    return person("mo", Role.MODERATOR)


def ask(about: Member, by: Member, *, scope: Scope = Scope.ADDRESS, now: datetime) -> DataAccess:
    return actions.ask_for_data(about=about, by=by, scope=scope, reason=WHY, now=now)


def break_glass(about: Member, by: Member, *, now: datetime) -> DataAccess:
    return actions.open_in_emergency(about=about, by=by, scope=Scope.ADDRESS, reason=WHY, now=now)


def in_admin(client: Client, member: Member) -> str:
    return client.get(reverse("admin:members_member_change", args=[member.pk])).content.decode()


def test_a_name_that_the_administration_changes_is_remembered(
    ana: Member, adil: Member, sign_in: Callable[[Member], Client]
) -> None:
    address = reverse("admin:members_member_change", args=[ana.pk])
    form = {"username": ana.username, "display_name": "Ana F.", "standing": ana.standing, "is_active": "on"}

    assert sign_in(adil).post(address, form).status_code == 302
    assert Member.objects.get(pk=ana.pk).all_names == ["Ana F.", ana.display_name]


def test_the_administration_shows_nothing_personal(
    ana: Member, adil: Member, sign_in: Callable[[Member], Client]
) -> None:
    client = sign_in(adil)

    assert "ana@example.org" not in in_admin(client, ana)
    assert "@example.org" not in client.get("/admin/members/member/").content.decode()
    assert client.get(f"/admin/members/member/{ana.pk}/password/").status_code in {302, 404}
    assert client.get(f"/admin/members/member/{ana.pk}/delete/").status_code == 403
    assert client.get("/admin/members/member/add/").status_code == 200
    assert client.get("/admin/account/emailaddress/").status_code == 404


def test_every_table_in_the_administration_was_thought_about() -> None:
    registered = {model._meta.label for model in admin.site._registry}

    assert registered == {
        "auth.Group",
        "forum.Category",
        "forum.Mirror",
        "members.Member",
        "members.UnclaimedAuthor",
        "people.Topic",
        "rights.LegalHold",
        "rights.RetentionPeriod",
    }


def test_two_people_open_it_for_an_hour_and_each_reading_leaves_a_line(
    ana: Member, adil: Member, mo: Member, now: datetime, sign_in: Callable[[Member], Client]
) -> None:
    adil_s, mo_s, ana_s = sign_in(adil), sign_in(mo), sign_in(ana)
    adil_s.post("/moderation/data-access/", {"username": "ana", "scope": "address", "reason": WHY})
    access = DataAccess.objects.get()
    path = f"/moderation/data-access/{access.pk}"
    assert adil_s.post(f"{path}/open/").status_code == 403
    assert adil_s.post(f"{path}/confirm/").status_code == 403
    assert mo_s.post(f"{path}/confirm/").status_code == 302
    assert "ana@example.org" not in in_admin(adil_s, ana)
    assert mo_s.post(f"{path}/open/").status_code == 403
    assert adil_s.post(f"{path}/open/").status_code == 302

    page = in_admin(adil_s, ana)
    assert "ana@example.org" in page
    assert 'name="email"' not in page
    in_admin(adil_s, ana)
    with time_machine.travel(now + timedelta(minutes=61), tick=False):
        assert "ana@example.org" not in in_admin(adil_s, ana)

    assert DataAccessView.objects.values_list("fields", flat=True).count() == 2
    page = ana_s.get("/me/trust/looks/").content.decode()
    assert all(words in page for words in ("Adil", "The second person was Mo.", WHY, "(email)"))


def test_an_open_look_opens_only_what_was_asked_about_that_person_to_that_administrator(
    ana: Member, adil: Member, mo: Member, person: People, now: datetime, sign_in: Callable[[Member], Client]
) -> None:
    adele, eve = person("adele", Role.ADMINISTRATOR), person("eve")
    access = ask(ana, adil, now=now)
    actions.confirm_access(access=access, by=mo, now=now)
    actions.open_access(access=access, by=adil, now=now)

    assert "@example.org" not in in_admin(sign_in(adil), eve)
    assert "@example.org" not in in_admin(sign_in(adele), ana)
    assert "Last login" not in in_admin(sign_in(adil), ana)


def test_closing_ends_it_at_once(
    ana: Member, adil: Member, mo: Member, now: datetime, sign_in: Callable[[Member], Client]
) -> None:
    access = break_glass(ana, adil, now=now)
    client = sign_in(adil)
    assert "ana@example.org" in in_admin(client, ana)

    assert sign_in(mo).post(f"/moderation/data-access/{access.pk}/close/").status_code == 302

    assert "ana@example.org" not in in_admin(client, ana)


@pytest.mark.parametrize(
    ("who", "may"),
    [("adil", False), ("adele", True), ("mo", True), ("ana", False), ("eve", False), ("bad", False)],
)
@pytest.mark.parametrize("state", ["waiting", "confirmed", "lapsed", "emergency"])
def test_who_may_confirm(
    who: str, may: bool, state: str, ana: Member, adil: Member, mo: Member, person: People
) -> None:
    now = clock.now()
    Member.objects.filter(pk=ana.pk).update(roles=[Role.MODERATOR])
    people = {
        "ana": again(ana),
        "adil": adil,
        "mo": mo,
        "adele": person("adele", Role.ADMINISTRATOR),
        "eve": person("eve"),
        "bad": person("bad", Role.MODERATOR, standing=Standing.SUSPENDED),
    }
    access = break_glass(ana, adil, now=now) if state == "emergency" else ask(ana, adil, now=now)
    if state == "confirmed":
        actions.confirm_access(access=access, by=mo, now=now)
    access.refresh_from_db()
    later = now + timedelta(days=8 if state == "lapsed" else 0)

    assert bool(rules.can_confirm(people[who], access, now=later)) == (may and state == "waiting")


def test_what_was_confirmed_lapses_when_nobody_opens_it(ana: Member, adil: Member, mo: Member, now: datetime) -> None:
    access = ask(ana, adil, now=now)
    actions.confirm_access(access=access, by=mo, now=now)

    assert not actions.open_access(access=access, by=adil, now=now + timedelta(days=8))
    assert actions.open_access(access=access, by=adil, now=now + timedelta(days=6))
    assert not actions.open_access(access=access, by=adil, now=now + timedelta(days=6))


def test_an_administrator_who_is_one_no_more_opens_nothing(
    ana: Member, adil: Member, mo: Member, now: datetime
) -> None:
    access = ask(ana, adil, now=now)
    actions.confirm_access(access=access, by=mo, now=now)
    Member.objects.filter(pk=adil.pk).update(roles=[])

    assert not actions.open_access(access=access, by=again(adil), now=now)


def test_an_emergency_tells_the_person_and_all_who_could_stop_it(
    ana: Member, adil: Member, mo: Member, person: People, now: datetime, sign_in: Callable[[Member], Client]
) -> None:
    person("adele", Role.ADMINISTRATOR)
    person("olu", Role.ORGANISER)
    client = sign_in(adil)
    assert "get a letter at once" in client.get("/moderation/data-access/emergency/").content.decode()

    client.post("/moderation/data-access/emergency/", {"username": "ana", "scope": "address", "reason": WHY})
    while outbox.sweep(now=now + timedelta(minutes=5)):
        pass

    assert sorted(letter.to[0] for letter in mail.outbox) == [f"{name}@example.org" for name in ("adele", "ana", "mo")]
    assert all(WHY in letter.body and "Adil" in letter.body for letter in mail.outbox)
    own = next(letter for letter in mail.outbox if letter.to == ["ana@example.org"])
    assert own.subject == "An administrator of Commons has opened data of yours"
    assert "/me/trust/looks/" in own.body
    assert "Adil opened personal data of yours." in told(sign_in(ana))
    assert "in an emergency" in told(sign_in(mo))


def test_an_emergency_lasts_half_an_hour_and_stays_open_for_review(
    ana: Member, adil: Member, mo: Member, now: datetime, sign_in: Callable[[Member], Client]
) -> None:
    access = break_glass(ana, adil, now=now)
    assert queries.open_access(adil, ana, now=now + timedelta(minutes=29))
    assert not queries.open_access(adil, ana, now=now + timedelta(minutes=30))
    mo_s = sign_in(mo)
    assert "1 emergency waits" in mo_s.get("/moderation/data-access/").content.decode()
    assert "must still look at this" in sign_in(ana).get("/me/trust/looks/").content.decode()

    path = f"/moderation/data-access/{access.pk}/review/"
    assert sign_in(adil).post(path, {"review": "I was right."}).status_code == 403
    assert mo_s.post(path, {"review": ""}).status_code == 422
    assert mo_s.post(path, {"review": "I rang her; it was needed."}).status_code == 302

    assert queries.unreviewed_count() == 0
    assert mo_s.get(path).status_code == 403
    assert "it was needed" in sign_in(ana).get("/me/trust/looks/").content.decode()


@pytest.mark.parametrize("who", ["mo", "ana"])
def test_only_administrators_ask(
    who: str, ana: Member, adil: Member, mo: Member, sign_in: Callable[[Member], Client]
) -> None:
    client = sign_in({"mo": mo, "ana": ana}[who])
    typed = {"username": "adil", "scope": "address", "reason": WHY}

    assert client.post("/moderation/data-access/", typed).status_code == 404
    assert client.post("/moderation/data-access/emergency/", typed).status_code == 404
    assert not DataAccess.objects.exists()


def test_nobody_asks_about_themselves(adil: Member, sign_in: Callable[[Member], Client]) -> None:
    client = sign_in(adil)
    typed = {"username": "adil", "scope": "address", "reason": WHY}

    for path in ("/moderation/data-access/", "/moderation/data-access/emergency/"):
        answer = client.post(path, typed)
        assert answer.status_code == 422
        assert "You find your own data on your own pages." in answer.content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"about": "adil"},
        {"confirmed_by": "adil", "confirmed_at": True},
        {"confirmed_by": "ana", "confirmed_at": True},
        {"opened_at": True},
        {"reviewed_by": "adil"},
    ],
)
def test_the_database_refuses_what_must_never_be(
    change: dict[str, object], ana: Member, adil: Member, now: datetime
) -> None:
    access = ask(ana, adil, now=now)
    people = {"ana": ana, "adil": adil}
    values = {name: people.get(str(value), now) for name, value in change.items()}
    if "opened_at" in values:
        values["until"] = now + timedelta(hours=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        DataAccess.objects.filter(pk=access.pk).update(**values)


@pytest.mark.django_db(transaction=True)
def test_confirmations_at_once_make_one(person: People, now: datetime, at_once: Callable[..., list[object]]) -> None:
    ana, adil = person("ana"), person("adil", Role.ADMINISTRATOR)
    seconds = [person(f"mo{number}", Role.MODERATOR) for number in range(4)]
    access = ask(ana, adil, now=now)

    done = at_once([lambda by=by: actions.confirm_access(access=access, by=by, now=now) for by in seconds])

    assert sorted(map(bool, done)) == [False, False, False, True]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_cost_the_same(
    rows: int, ana: Member, adil: Member, mo: Member, now: datetime, sign_in: Callable[[Member], Client],
    django_assert_num_queries: Callable[..., object],
) -> None:  # fmt: skip
    ana_s, adil_s = sign_in(ana), sign_in(adil)
    for _ in range(rows):
        access = ask(ana, adil, now=now)
        actions.confirm_access(access=access, by=mo, now=now)
        actions.open_access(access=access, by=adil, now=now)
        actions.note_view(access=access, fields=["email"], now=now)

    with django_assert_num_queries(3):
        ana_s.get("/me/trust/looks/")
    with django_assert_num_queries(3):
        adil_s.get("/moderation/data-access/")


def test_old_looks_are_forgotten_and_an_unreviewed_emergency_is_not(
    ana: Member, adil: Member, mo: Member, now: datetime
) -> None:
    ask(ana, adil, now=now)
    access = break_glass(ana, adil, now=now)
    later = now + timedelta(days=731)

    assert actions.forget_old_accesses(now=later) == 1
    actions.review_emergency(access=access, by=mo, words="It was needed.", now=now)
    assert actions.forget_old_accesses(now=later) == 1


def test_a_standing_changed_by_hand_is_written_down(
    ana: Member, adil: Member, sign_in: Callable[[Member], Client]
) -> None:
    path = reverse("admin:members_member_change", args=[ana.pk])
    typed = {"username": "ana", "display_name": "Ana", "standing": "suspended", "is_active": "on"}

    assert sign_in(adil).post(path, typed).status_code == 302

    change = StandingChange.objects.select_related("by").get()
    assert (change.before, change.after, change.why, change.by) == ("member", "suspended", "by_hand", adil)
