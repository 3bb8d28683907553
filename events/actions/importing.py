"""Taking over events of another calendar: once each, and anew only when that calendar says so."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction

from commons import markup
from events.actions.dates import make_dates
from events.calendars.reading import Override, Told
from events.enums import ADDRESS_MAX_LENGTH, NAME_MAX_LENGTH, Attendance
from events.models import Event, Occurrence, Place
from events.recurring import instant, key_of

CANCELLED = "Cancelled in the calendar that it came from."


def import_events(events: Iterable[Told], *, visibility: str, now: datetime) -> Counter[str]:
    """Store each event that is new or newer than ours, with its dates; what was done, counted by what."""
    return Counter(_import(told, visibility=visibility, now=now) for told in events)


@transaction.atomic
def _import(told: Told, *, visibility: str, now: datetime) -> str:
    event = Event.objects.select_for_update(of=("self",)).filter(uid=told.uid).first()
    if event and not event.is_imported:
        return "ours"
    if event and not _is_newer(told, event):
        return "unchanged"
    done = "changed" if event else "new"
    event = event or Event(uid=told.uid, is_imported=True, created_at=now, published_at=now, visibility=visibility)
    _fill(event, told, now=now)
    event.save()
    event.occurrences.filter(is_kept=False).delete()
    make_dates(event, now=now)
    for override in told.overrides:
        _override(event, override, now=now)
    return done


def _is_newer(told: Told, event: Event) -> bool:
    theirs, ours = told.changed_at or event.changed_at, event.changed_at
    return (told.sequence, theirs) > (event.sequence, ours)


def _fill(event: Event, told: Told, *, now: datetime) -> None:
    event.title, event.source = told.title, told.source
    event.html = markup.render(told.source, prefix=f"n{uuid4().hex[:8]}-").html
    event.time_zone, event.duration, event.recurrence = told.zone, told.duration, told.recurrence
    event.first_date, event.start_time = told.first.date(), None if told.is_all_day else told.first.time()
    event.sequence, event.changed_at = told.sequence, told.changed_at or now
    event.attendance = Attendance.IN_PERSON
    event.place = _place(told.location) if told.location else None
    event.cancelled_at, event.cancel_reason = (now, CANCELLED) if told.is_cancelled else (None, "")


def _place(location: str) -> Place:
    """A place of that name. Nobody has answered for it, so nothing is known of how to get in."""
    name, address = location[:NAME_MAX_LENGTH], location[:ADDRESS_MAX_LENGTH]
    told = {"name": name, "address": "" if name == address else address, "told_by": None}
    return Place.objects.filter(**told).order_by("pk").first() or Place.objects.create(**told)


def _override(event: Event, override: Override, *, now: datetime) -> None:
    row = Occurrence.objects.filter(event=event, key=key_of(override.key)).first()
    row = row or Occurrence(event=event, key=key_of(override.key), is_public=event.is_public)
    end = override.start + max(override.duration, timedelta(0))
    row.put(instant(override.start, event.time_zone), instant(end, event.time_zone))
    row.is_moved = override.start != override.key or override.duration != event.duration
    row.title = override.title if override.title != event.title else ""
    if override.is_cancelled:
        row.cancelled_at, row.cancel_reason = now, CANCELLED
    row.save()
