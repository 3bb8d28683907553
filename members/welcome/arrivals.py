"""Joining itself: the invitation that a visitor came with, and where newcomers are greeted.

The room for greetings belongs to the forum, which stands above; it tells its address at start.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from commons import clock
from members.enums import INVITATION_KEY
from members.models import Member
from members.welcome import actions
from members.welcome.agreements import CODES

type Room = Callable[[], str]

_rooms: list[Room] = []


def tells_greeting_room(room: Room) -> Room:
    """Register who knows where newcomers say hello: the address of the form, or "" if there is no such room."""
    _rooms[:] = [room]
    return room


def greeting_room() -> str:
    """Where a newcomer writes their hello."""
    return _rooms[0]() if _rooms else ""


def remember(session: Any, *, code: str) -> None:
    """Keep an invitation until its visitor has joined."""
    session[INVITATION_KEY] = code


def arrive(request: HttpRequest, user: Member, **_signal: object) -> None:
    """Somebody has joined: begin their welcome with the agreement they gave, and note who asked them in."""
    now, conduct = clock.now(), CODES["conduct"]
    actions.begin(member=user, now=now)
    actions.accept_agreement(member=user, code=conduct.code, version=conduct.version, now=now)
    if code := request.session.pop(INVITATION_KEY, ""):
        actions.use_invitation(code=code, member=user, now=now)
