"""Marks a session with where it began, and says where a request comes from in the same terms."""

from datetime import datetime

from django.contrib.auth import get_user
from django.http import HttpRequest

from members.models import Member
from members.security import browsers, devices, rules, traces
from members.security.enums import SESSION_LONGEST
from members.security.marks import Mark, Place


def place(request: HttpRequest) -> Place:
    """Where a request comes from, as a mark compares it."""
    return Place(
        device=traces.device(getattr(request, "device_token", "") or devices.token(request)),
        network=traces.network(request),
        family=browsers.family(request.META.get("HTTP_USER_AGENT", "")),
    )


def begin(request: HttpRequest, member: Member, *, is_known: bool, strong_at: float, now: datetime) -> Mark:
    """Mark the session as begun here and now, and give the browser its cookie."""
    devices.token_to_keep(request)
    until = (now + rules.longest_session(member)).timestamp()
    mark = Mark(*place(request), until=until, seen=now.timestamp(), is_known=is_known, strong_at=strong_at)
    mark.keep(request.session)
    return mark


def adopt(request: HttpRequest, *, now: datetime) -> Mark:
    """Mark a session from before there were marks; it shows no second factor."""
    member = get_user(request)
    if isinstance(member, Member):
        return begin(request, member, is_known=True, strong_at=0.0, now=now)
    until = (now + SESSION_LONGEST).timestamp()
    return Mark(*place(request), until=until, seen=now.timestamp())
