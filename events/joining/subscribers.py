"""What joining does when something has happened: telling those who joined, and forgetting what rested on a yes."""

from datetime import datetime

from commons import clock
from commons.outbox import subscribes
from events.joining import actions, letters, notices, queries
from events.models import Occurrence
from members.consent import gate
from members.consent.enums import STANDING
from members.models import Member


@subscribes("events.dates_changed")
def tell_of_change(*, dates: list[int], mark: int) -> None:
    _tell(dates, kind=notices.CHANGED, mark=str(mark))


@subscribes("events.dates_cancelled")
def tell_of_cancelling(*, dates: list[int]) -> None:
    _tell(dates, kind=notices.CANCELLED, mark="off")


@subscribes("joining.guest_news")
def write_to_guest(*, guest: int, about: str) -> None:
    if found := queries.guest(guest):
        letters.tell(found, found.rsvp, about=about)


@subscribes("consent.changed")
def take_needs_back(*, member: int, purpose: str, state: str, **_payload: object) -> None:
    if purpose == queries.NEEDS and state not in STANDING:
        actions.take_needs_back(member_id=member, passed_before=_since(member))


def _since(member_id: int) -> datetime | None:
    """When a new yes was given, if the news of the old one's end comes late; what was passed on after it stays."""
    member = Member.objects.filter(pk=member_id).first()
    if member is None or not gate.allows(member, queries.NEEDS, now=clock.now()):
        return None
    state = gate.state(member, queries.NEEDS)
    return state.event_time if state else None


def _tell(dates: list[int], *, kind: str, mark: str) -> None:
    for date in Occurrence.objects.filter(pk__in=dates).select_related("event").order_by("pk"):
        actions.tell_changed(date, kind=kind, mark=mark, now=clock.now())
