"""Older hands: people who have been here long enough to vouch, with and without roles."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from commons import clock
from members.enums import Role, Standing
from members.models import Member
from members.trust import actions
from members.trust.models import RoleGrant
from tests import cast

type People = Callable[..., Member]


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def person(db: None) -> People:
    """Makes somebody: `person("eve", Role.MODERATOR, standing=…, days=…)`; here for a year if not said."""

    def make(username: str, *roles: Role, standing: Standing = Standing.MEMBER, days: float = 365) -> Member:
        member = Member.objects.create_user(
            username,
            f"{username}@example.org",
            display_name=username.title(),
            standing=standing,
            roles=list(roles),
            date_joined=clock.now() - timedelta(days=days),
            is_superuser=Role.ADMINISTRATOR in roles,
        )
        member.has_shown_second_factor = True
        return member

    return make


@pytest.fixture
def sign_in() -> Callable[[Member], Client]:
    return lambda member: cast.sign_in(Client(), member)


@pytest.fixture
def at_once() -> Callable[[list[Callable[[], object]]], list[object]]:
    """Does all of it at the same time, each in a connection of its own; what each answered."""

    def one(work: Callable[[], object]) -> object:
        try:
            return work()
        finally:
            connection.close()

    def do(works: list[Callable[[], object]]) -> list[object]:
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(one, works))

    return do


def offer(
    member: Member, by: Member, role: Role = Role.MODERATOR, *, months: int = 12, now: datetime | None = None
) -> RoleGrant:
    return actions.grant_role(
        member=member, role=role, by=by, months=months, reason="She does it well.", now=now or clock.now()
    )


def moment(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def told(client: Client, path: str = "/forum/") -> str:
    """What the next page says."""
    page = client.get(path).content.decode()
    return page.split('<div class="messages"')[1].split("</div>")[0]


def again(member: Member) -> Member:
    """Somebody as the database knows them now, with their second factor shown."""
    fresh = Member.objects.get(pk=member.pk)
    fresh.has_shown_second_factor = True
    return fresh
