"""What trust does by the clock, and what happens when somebody else was first."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from members.enums import Role, Standing
from members.models import Member
from members.trust import actions, rules, tasks
from members.trust.enums import Happening, Scope
from members.trust.models import DataAccess, Participation, RoleGrant, Telling
from tests.members.trust.conftest import People, offer

pytestmark = pytest.mark.django_db


def test_the_clock_does_its_rounds(person: People, now: datetime) -> None:
    nia = person("nia", standing=Standing.NEWCOMER, days=8)
    for days in range(3):
        Participation.objects.create(member=nia, day=now.date() - timedelta(days=days), post_count=2)
    olu, adil = person("olu", Role.ORGANISER), person("adil", Role.ADMINISTRATOR)
    over = offer(person("ana"), adil, now=now - timedelta(days=40))
    Telling.objects.create(member=olu, happening=Happening.DATA_ASKED, happened_at=now - timedelta(days=91))
    old = {"about": olu, "scope": Scope.ADDRESS, "reason": "Long ago.", "asked_at": now - timedelta(days=800)}
    DataAccess.objects.create(asked_by=adil, **old)

    for task in (
        tasks.consider_newcomers,
        tasks.end_due_roles,
        tasks.write_down_ungranted,
        tasks.forget_what_is_over,
    ):
        task()

    assert Member.objects.get(pk=nia.pk).standing == Standing.MEMBER
    assert RoleGrant.objects.get(pk=over.pk).ended_at is not None
    assert RoleGrant.objects.standing(now=timezone.now()).count() == 2
    assert not Telling.objects.filter(happening=Happening.DATA_ASKED).exists()
    assert not DataAccess.objects.exists()


def test_whoever_comes_second_changes_nothing(person: People, now: datetime) -> None:
    ana, adil, mo = person("ana"), person("adil", Role.ADMINISTRATOR), person("mo", Role.MODERATOR)
    grant = offer(ana, adil)
    access = actions.open_in_emergency(about=ana, by=adil, scope=Scope.ADDRESS, reason="A fire.", now=now)

    assert [actions.end_role(grant=grant, by=adil, reason="A slip.", now=now) for _ in range(2)] == [True, False]
    assert [actions.close_access(access=access, by=mo, now=now) for _ in range(2)] == [True, False]
    assert [actions.review_emergency(access=access, by=mo, words="Fine.", now=now) for _ in range(2)] == [True, False]


def test_only_the_person_or_an_administrator_ends_a_role(person: People) -> None:
    ana, adil, eve = person("ana"), person("adil", Role.ADMINISTRATOR), person("eve")
    grant = offer(ana, adil)

    assert [bool(rules.can_end(by, grant)) for by in (ana, adil, eve)] == [True, True, False]


def test_only_keepers_close_a_look(person: People, now: datetime) -> None:
    ana, adil, mo = person("ana"), person("adil", Role.ADMINISTRATOR), person("mo", Role.MODERATOR)
    access = actions.ask_for_data(about=ana, by=adil, scope=Scope.ADDRESS, reason="A question.", now=now)

    assert [bool(rules.can_close(by, access, now=now)) for by in (adil, mo, ana)] == [True, True, False]


def test_whoever_is_a_newcomer_again_accepts_nothing(person: People, now: datetime) -> None:
    ana, adil = person("ana"), person("adil", Role.ADMINISTRATOR)
    grant = offer(ana, adil)
    Member.objects.filter(pk=ana.pk).update(standing=Standing.NEWCOMER)

    assert not actions.accept_role(grant=grant, now=now)
