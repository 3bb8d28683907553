"""Who may ask, and who may take on what is asked."""

from datetime import datetime

from django.utils.translation import gettext as _

from commons.access import Denied, Verdict
from events import recurring
from events.models import Event, Reader
from events.rules import can_change
from members.rules import can_contribute


def can_ask(person: Reader, event: Event, *, now: datetime) -> Verdict:
    if (verdict := can_change(person, event)) and is_past(event, now=now):
        return Denied(_("This has been, so nothing is needed for it any more."))
    return verdict


def can_take_on(person: Reader, event: Event, *, now: datetime) -> Verdict:
    if event.is_draft:
        return Denied(_("Only its hosts know of a draft."))
    if event.is_cancelled:
        return Denied(_("This event was cancelled, so nothing is needed for it any more."))
    if is_past(event, now=now):
        return Denied(_("This has been. Thank you all the same."))
    return can_contribute(person)


def is_past(event: Event, *, now: datetime) -> bool:
    """A series is never past."""
    return not event.is_series and recurring.instant(event.first_wall + event.duration, event.time_zone) < now
