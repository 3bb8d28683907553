"""The people of every test, each with a client that is signed in as them.

They sign in as carefully as people with a task must: from a browser that they have used for long, with a second
factor a moment ago. Tests about weaker sign-ins go through the pages, or use `sign_in(…, is_strong=False)`.
"""

import time
from collections.abc import Callable
from datetime import datetime

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from commons import clock
from members.consent import actions as consent
from members.enums import Role, Standing
from members.models import Member
from members.security import devices, traces
from members.security.marks import Mark

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_in(client: Client, member: Member, *, is_strong: bool = True) -> Client:
    """Sign in without the pages of it."""
    client.force_login(member, BACKEND)
    token = f"browser-of-{member.username}"
    client.cookies[devices.COOKIE] = devices.SIGNER.sign(token)
    now = time.time()
    session = client.session
    Mark(
        device=traces.device(token),
        network=traces.network_of("127.0.0.1"),
        family="",
        until=now + 3600,
        seen=now,
        is_known=True,
        strong_at=now if is_strong else 0.0,
    ).keep(session)
    session.save()
    UserSession.objects.get_or_create(session_key=session.session_key, defaults={"user": member, "ip": "127.0.0.1"})
    return client


def _person(
    username: str, *, standing: Standing = Standing.MEMBER, roles: tuple[Role, ...] = ()
) -> Callable[..., Member]:
    @pytest.fixture(name=username)
    def person(db: None) -> Member:
        member = Member.objects.create_user(
            username, f"{username}@example.org", display_name=username.title(), standing=standing, roles=list(roles)
        )
        member.has_shown_second_factor = True
        return member

    return person


def _client(username: str) -> Callable[..., Client]:
    @pytest.fixture(name=f"as_{username}")
    def client(request: pytest.FixtureRequest) -> Client:
        return sign_in(Client(), request.getfixturevalue(username))

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
