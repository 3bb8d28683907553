"""Every write of the members' room."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext

from commons.outbox import publish
from commons.ratelimit import spend_or_refuse
from members.enums import FORMER_KEYS_FROM, SHELL, Standing
from members.models import Member, UnclaimedAuthor


@transaction.atomic
def claim_author(*, author: UnclaimedAuthor, by: Member, now: datetime) -> bool:
    """Give somebody the letters that they wrote before they joined. False if somebody else was first.

    The caller has made sure that the address is theirs.
    """
    claimed = UnclaimedAuthor.objects.filter(pk=author.pk, claimed_by=None).update(claimed_by=by, claimed_at=now)
    if claimed:
        publish("members.author_claimed", author=author.pk, member=by.pk)
    return bool(claimed)


@transaction.atomic
def rename(*, member: Member, name: str, now: datetime) -> None:
    """Call somebody as they want to be called. Nothing happens if that is their name already.

    Raises:
        RateLimited: they changed it too often today.
    """
    there = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if name == there.display_name:
        return
    spend_or_refuse("members.rename", key=str(member.pk), now=now)
    there.take_name(name)
    there.save(update_fields=["display_name", "former_names"])


def make_former_author(*, name: str) -> UnclaimedAuthor:
    """Somebody to stand for a member who was erased, in one thread. Key and hash are random: they lead nowhere."""
    key = FORMER_KEYS_FROM + secrets.randbelow(FORMER_KEYS_FROM)
    return UnclaimedAuthor.objects.create(
        pk=key, display_name=name, address_hash=secrets.token_bytes(32), is_former=True
    )


def end_sessions(*, keys: Iterable[str]) -> None:
    """Sign somebody out everywhere."""
    Session.objects.filter(session_key__in=list(keys)).delete()


@transaction.atomic
def erase_member(*, member: Member, is_held: bool) -> None:
    """Delete the account; where something is held back by law, only an empty shell of it stays."""
    if not is_held:
        Member.objects.filter(pk=member.pk).delete()
        return
    shell = f"{SHELL}{secrets.token_hex(8)}"
    member.groups.clear()
    member.user_permissions.clear()
    Member.objects.filter(pk=member.pk).exclude(username__startswith=SHELL).update(
        username=shell,
        display_name=gettext("Former member"),
        former_names=[],
        email="",
        password=make_password(None),
        language="",
        standing=Standing.NEWCOMER,
        roles=[],
        is_active=False,
        is_superuser=False,
        last_login=None,
    )
