"""What was kept on a yes goes when the yes is over: taken back, run out, or ended by the community."""

from datetime import datetime

from commons import clock
from commons.outbox import subscribes
from members.consent import gate
from members.consent.enums import STANDING
from members.models import Member
from members.people import actions


@subscribes("consent.changed")
def forget_picture(*, member: int, purpose: str, state: str, **_payload: object) -> None:
    if purpose == "profile.photo" and state not in STANDING:
        actions.forget_picture(member_id=member, saved_before=_since(member, purpose))


@subscribes("consent.changed")
def forget_access_needs(*, member: int, purpose: str, state: str, **_payload: object) -> None:
    if purpose == "special.access_needs" and state not in STANDING:
        actions.forget_access_needs(member_id=member, saved_before=_since(member, purpose))


def _since(member_id: int, purpose: str) -> datetime | None:
    """When a new yes was given, if the news of the old one's end comes late; what was kept on it stays."""
    member = Member.objects.filter(pk=member_id).first()
    if member is None or not gate.allows(member, purpose, now=clock.now()):
        return None
    state = gate.state(member, purpose)
    return state.event_time if state else None
