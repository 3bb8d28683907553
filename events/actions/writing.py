"""Preparing, publishing, changing and cancelling events."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from recurrence import Recurrence

from commons import outbox, ratelimit
from events import attached
from events.actions.dates import coming, make_dates
from events.enums import AddressFor, Attendance, Fact, Kind, Visibility
from events.models import Event, EventUserPermission, Occurrence, Place
from events.recurring import bounded, wall_of
from events.rules import confirmation_end
from members.models import Member


class Cancelled(Exception):
    """The event was cancelled since the page was opened."""


class Full(Exception):
    """There is no room for more; the sentence says so."""


@dataclass(frozen=True)
class NewPlace:
    """A place that nobody has told of yet."""

    name: str
    area: str = ""
    address: str = ""
    address_for: str = AddressFor.EVERYBODY
    directions: str = ""
    step_free: str = Fact.UNKNOWN
    toilets: str = Fact.UNKNOWN
    hearing_loop: str = Fact.UNKNOWN
    quiet_room: str = Fact.UNKNOWN
    scent_free: str = Fact.UNKNOWN
    transport: str = Fact.UNKNOWN
    children: str = Fact.UNKNOWN


@dataclass(frozen=True)
class Details:
    """What an event is, as its form hands it over. The place is one that we know, a new one, or none."""

    title: str
    source: str
    time_zone: str
    first_date: date
    start_time: time | None
    duration: timedelta
    recurrence: Recurrence | None = None
    kind: str = Kind.GATHERING
    visibility: str = Visibility.MEMBERS
    attendance: str = Attendance.IN_PERSON
    place: Place | NewPlace | None = None
    online_link: str = ""
    captions: str = Fact.UNKNOWN
    sign_language: str = Fact.UNKNOWN
    language: str = ""
    content_note: str = ""


FIELDS = tuple(name for name in Details.__dataclass_fields__ if name != "place")
WHERE = ("place_id", "attendance", "online_link")


def prepare(*, by: Member, details: Details, now: datetime, submission: UUID | None = None) -> Event:
    """Begin a draft that only its hosts see. A form that is sent twice makes one.

    Raises:
        RateLimited: too many events for now.
    """
    if earlier := _submitted(by, submission):
        return earlier
    try:
        with transaction.atomic():
            ratelimit.spend_or_refuse("events.event", key=str(by.pk), now=now)
            return _create(by=by, author=by.pk, details=details, now=now, submission=submission)
    except IntegrityError:
        if earlier := _submitted(by, submission):
            return earlier
        raise


@transaction.atomic
def publish(*, event: Event, now: datetime) -> Event:
    """Put a draft into the calendar, with its dates."""
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.published_at:
        return event
    event.published_at = event.changed_at = now
    if event.is_series:
        event.confirmed_until = confirmation_end(event, now=now)
    event.save(update_fields=["published_at", "changed_at", "confirmed_until"])
    make_dates(event, now=now)
    return event


@transaction.atomic
def edit(*, event: Event, by: Member, details: Details, now: datetime) -> Event:
    """Change an event and all its dates. What was moved or cancelled on its own stays so.

    Who counts on a date hears of it where it is at another time or place now.

    Raises:
        Cancelled: somebody cancelled it in the meantime.
    """
    event = _locked(event)
    where = [getattr(event, name) for name in WHERE]
    _fill(event, details, by=by)
    event.sequence += 1
    event.changed_at = now
    if event.published_at:
        event.edited_at = now
        event.confirmed_until = confirmation_end(event, now=now) if event.is_series else None
        event.resting_since = None
    event.save()
    if event.published_at:
        moved = make_dates(event, now=now)
        is_elsewhere = where != [getattr(event, name) for name in WHERE]
        if dates := coming(event, now=now) if is_elsewhere else moved:
            outbox.publish("events.dates_changed", dates=dates, mark=int(now.timestamp()))
    return event


@transaction.atomic
def split(
    *, event: Event, key: str, by: Member, details: Details, now: datetime, submission: UUID | None = None
) -> Event:
    """Change a series from one date on: the old one ends before it, a new one with the same hosts goes on.

    Raises:
        Cancelled: somebody cancelled it in the meantime.
    """
    if earlier := _submitted(by, submission):
        return earlier
    event = _locked(event)
    event.recurrence = bounded(event.recurrence, first=event.first_wall, before=wall_of(key))
    event.sequence += 1
    event.changed_at = now
    event.confirmed_until = None
    event.save(update_fields=["recurrence", "sequence", "changed_at", "confirmed_until"])
    rest = event.occurrences.filter(key__gte=key, is_kept=False)
    counted = attached.counted_on(list(rest.order_by("pk").values_list("pk", flat=True)))
    rest.exclude(pk__in=counted).delete()
    later = _create(by=by, author=event.author_id, details=details, now=now, submission=submission, continues=event)
    Occurrence.objects.filter(pk__in=counted).update(event=later)
    make_dates(event, now=now)
    attached.carry_on(event, later)
    hosts = EventUserPermission.objects.filter(content_object=event).order_by("pk")
    EventUserPermission.objects.bulk_create(
        EventUserPermission(content_object=later, user_id=row.user_id, permission_id=row.permission_id) for row in hosts
    )
    if counted:
        outbox.publish("events.dates_changed", dates=sorted(counted), mark=int(now.timestamp()))
    return publish(event=later, now=now)


@transaction.atomic
def copy(*, event: Event, by: Member, now: datetime) -> Event:
    """A draft of the reader's own that begins as an earlier event: everything but when."""
    ratelimit.spend_or_refuse("events.event", key=str(by.pk), now=now)
    kept = {name: getattr(event, name) for name in FIELDS if name not in {"first_date", "recurrence"}}
    details = Details(**kept, first_date=now.date(), recurrence=None)
    draft = _create(by=by, author=by.pk, details=details, now=now, submission=None)
    draft.place_id = event.place_id
    draft.save(update_fields=["place"])
    attached.carry_on(event, draft)
    return draft


@transaction.atomic
def cancel(*, event: Event, reason: str, now: datetime) -> None:
    """Say that an event does not take place, and why. It stays to be read, and in every calendar, as cancelled."""
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.cancelled_at:
        return
    event.cancelled_at = event.changed_at = now
    event.cancel_reason = reason
    event.sequence += 1
    event.save(update_fields=["cancelled_at", "changed_at", "cancel_reason", "sequence"])
    if dates := coming(event, now=now):
        outbox.publish("events.dates_cancelled", dates=dates)


@transaction.atomic
def discard_draft(*, event: Event) -> None:
    """Throw a draft away; what was published stays and can be cancelled."""
    Event.objects.filter(pk=event.pk, published_at=None).delete()


def _locked(event: Event) -> Event:
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.cancelled_at:
        raise Cancelled(_("This event was cancelled while you wrote. What you typed is still here."))
    return event


def _submitted(by: Member, submission: UUID | None) -> Event | None:
    return Event.objects.filter(author=by, submission=submission).first() if submission else None


def _create(
    *, by: Member, author: int | None, details: Details, now: datetime, submission: UUID | None, **fields: Any
) -> Event:
    uid = f"event-{uuid4()}@{settings.SITE_URL.partition('://')[2]}"
    event = Event(author_id=author, created_at=now, changed_at=now, submission=submission, uid=uid, **fields)
    _fill(event, details, by=by)
    event.save()
    return event


def _fill(event: Event, details: Details, *, by: Member) -> None:
    for name in FIELDS:
        setattr(event, name, getattr(details, name))
    event.html = event.rendered()
    event.place = _place(details.place, by=by)


def _place(told: Place | NewPlace | None, *, by: Member) -> Place | None:
    if not isinstance(told, NewPlace):
        return told
    return Place.objects.create(told_by=by, **vars(told))
