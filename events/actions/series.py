"""Asking hosts whether their series goes on, so that the calendar holds no meeting that nobody holds."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from events import notices, queries
from events.actions.dates import BATCH, make_dates
from events.enums import ASKED_BEFORE
from events.models import Event
from events.rules import confirmation_end
from notifications import actions as notifications
from notifications.enums import Reason

LIVE = Q(published_at__isnull=False, cancelled_at=None, resting_since=None, confirmed_until__isnull=False)


@transaction.atomic
def confirm(*, event: Event, now: datetime) -> Event:
    """A host says that the series goes on: it is sure for a month from its next date, or to its end if that is near.

    Its dates are there again if it rested.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    event.resting_since = None
    event.confirmed_until = confirmation_end(event, now=now)
    event.changed_at = now
    event.sequence += 1
    event.save(update_fields=["resting_since", "confirmed_until", "changed_at", "sequence"])
    make_dates(event, now=now)
    return event


def ask_hosts(*, now: datetime) -> int:
    """Ask the hosts of every series whose month is nearly over, once for each month; how many series."""
    due = Event.objects.filter(LIVE, confirmed_until__lt=now + ASKED_BEFORE)
    unasked = due.filter(Q(asked_at=None) | Q(asked_at__lt=F("confirmed_until") - ASKED_BEFORE))
    asked = 0
    while batch := list(unasked.order_by("confirmed_until", "pk")[:BATCH]):
        for event in batch:
            _ask(event, now=now)
        asked += len(batch)
    return asked


@transaction.atomic
def rest_unanswered(*, now: datetime) -> int:
    """A series that nobody has confirmed rests: its dates to come leave the calendar until a host says more."""
    due = Event.objects.select_for_update(skip_locked=True).filter(LIVE, confirmed_until__lt=now)
    events = list(due.order_by("confirmed_until", "pk")[:BATCH])
    for event in events:
        event.resting_since = event.changed_at = now
        event.sequence += 1
        event.save(update_fields=["resting_since", "changed_at", "sequence"])
        make_dates(event, now=now)
    return len(events)


@transaction.atomic
def _ask(event: Event, *, now: datetime) -> None:
    if not Event.objects.filter(pk=event.pk, asked_at=event.asked_at).update(asked_at=now):
        return
    news = notifications.News(
        kind=notices.CONFIRM,
        subject=f"{notices.CONFIRM}:{event.pk}:{event.confirmed_until:%Y%m%d}",
        directly=dict.fromkeys(queries.host_keys(event), Reason.REQUEST),
        closes_at=event.confirmed_until,
    )
    notifications.announce(news, now=now)
