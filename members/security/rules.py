"""What a session is good for."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from commons.access import Allowed, Denied, Verdict
from members.models import Member
from members.security.enums import SESSION_LONGEST, SESSION_LONGEST_WITH_ROLE
from members.security.marks import Mark
from members.security.models import Device


def can_change_dangerously(member: Member, session: Any, *, now: datetime) -> Verdict:
    """May this session change what protects the account, or carry all its data away?

    Yes from a browser that the owner has used for a day, from the first one, and from one that they said is theirs.
    """
    mark = Mark.of(session)
    if mark is not None and mark.is_known:
        return Allowed()
    if mark is not None and is_trusted(member, mark.device, now=now):
        return Allowed()
    return Denied(
        _(
            "You came from a browser that is new to us, so this has to wait for a day. That keeps out whoever may have "
            "found your password. It can be done now from a browser that you have used before, or once you have "
            "answered “It was me” to the letter about this browser."
        )
    )


def is_trusted(member: Member, device: str, *, now: datetime) -> bool:
    return Device.objects.filter(member=member, token_hash=device, trusted_from__lte=now).exists()


def longest_session(member: Member) -> timedelta:
    """Whoever has a task signs in twice a day; the others once a month."""
    return SESSION_LONGEST_WITH_ROLE if member.roles else SESSION_LONGEST
