"""The people of every test, each with a client that is signed in as them."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from commons import clock
from members.consent import actions as consent
from members.enums import Role, Standing
from members.models import Member

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _person(
    username: str, *, standing: Standing = Standing.MEMBER, roles: tuple[Role, ...] = ()
) -> Callable[..., Member]:
    @pytest.fixture(name=username)
    def person(db: None) -> Member:
        return Member.objects.create_user(
            username, f"{username}@example.org", display_name=username.title(), standing=standing, roles=list(roles)
        )

    return person


def _client(username: str) -> Callable[..., Client]:
    @pytest.fixture(name=f"as_{username}")
    def client(request: pytest.FixtureRequest) -> Client:
        client = Client()
        client.force_login(request.getfixturevalue(username), BACKEND)
        return client

    return client


ada = _person("ada")
bo = _person("bo")
cleo = _person("cleo")
dov = _person("dov", standing=Standing.SUSPENDED)
nia = _person("nia", standing=Standing.NEWCOMER)
adil = _person("adil", roles=(Role.ADMINISTRATOR,))

as_ada, as_bo, as_cleo, as_dov, as_nia, as_adil = (
    _client(name) for name in ("ada", "bo", "cleo", "dov", "nia", "adil")
)


def says_yes(member: Member, *purposes: str, now: datetime | None = None) -> Member:
    """Somebody agrees to what a test is about."""
    for purpose in purposes:
        consent.answer(member=member, purpose=purpose, yes=True, surface="test", now=now or clock.now())
    return member


def says_no(member: Member, *purposes: str, now: datetime | None = None) -> Member:
    for purpose in purposes:
        consent.answer(member=member, purpose=purpose, yes=False, surface="test", now=now or clock.now())
    return member
