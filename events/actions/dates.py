"""The dates of an event: made ahead out of how it repeats, and changed or cancelled one by one."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from commons.access import Refused
from commons.outbox import publish
from events import attached, recurring
from events.enums import AHEAD, AHEAD_WHOLE, DATES_KEPT_MOST, MAKE_EVERY
from events.models import Event, Occurrence
from events.recurring import instant, key_of, wall_of


class Begun(Refused):
    """The date has begun since the page was opened; the sentence says what can no longer be done."""


BATCH = 200
CARRIED = ["key", "starts_at", "ends_at", "is_long", "is_public", "is_single"]


def make_dates(event: Event, *, now: datetime) -> list[int]:
    """Write the dates of a published event as its rule gives them now: until eight weeks ahead, or of the first one.

    Of a series that ends within a year all of them: its hosts have announced them, so none may seem to be missing.
    What was moved or cancelled, and what somebody counts on, stays on the same day of the rule. What the rule no longer
    gives goes; where somebody counts on it, it is called off. The keys of those at another time than before. The caller
    holds the event's lock.
    """
    wanted = _wanted(event, now=now)
    rows = {row.key: row for row in event.occurrences.order_by("key")}
    counted = attached.counted_on([row.pk for key, row in rows.items() if key not in wanted])
    _carry_over(rows, wanted, counted=counted)
    left = [row for key, row in rows.items() if key not in wanted and not _stays(event, row)]
    Occurrence.objects.filter(pk__in=[row.pk for row in left if row.pk not in counted]).delete()
    _call_off(event, [row for row in left if row.pk in counted], now=now)
    changed, fresh, moved = [], [], []
    for key, row in wanted.items():
        kept = rows.get(key)
        if kept is None:
            fresh.append(row)
            continue
        before = (kept.starts_at, kept.ends_at)
        if _take(kept, row):
            changed.append(kept)
        if before != (kept.starts_at, kept.ends_at):
            moved.append(kept.pk)
    Occurrence.objects.bulk_update(changed, CARRIED, batch_size=BATCH)
    Occurrence.objects.bulk_create(fresh, batch_size=BATCH)
    event.made_until = _horizon(event, now=now)
    event.save(update_fields=["made_until"])
    return moved


def make_ahead(*, now: datetime) -> int:
    """Give every series that goes on its dates of the coming weeks; how many were looked at."""
    live = Q(published_at__isnull=False, cancelled_at=None, resting_since=None, made_until__isnull=False)
    due = Event.objects.filter(live, made_until__lt=now + AHEAD - MAKE_EVERY, recurrence__isnull=False)
    done = 0
    while batch := list(due.order_by("made_until", "pk").values_list("pk", flat=True)[:BATCH]):
        for key in batch:
            with transaction.atomic():
                make_dates(Event.objects.select_for_update().get(pk=key), now=now)
        done += len(batch)
    return done


@transaction.atomic
def change_date(*, occurrence: Occurrence, wall: datetime, duration: timedelta, note: str, now: datetime) -> Occurrence:
    """Move one date of an event, or put a note to it; the others stay as they are.

    Raises:
        Begun: it has begun in the meantime.
    """
    event = Event.objects.select_for_update().get(pk=occurrence.event_id)
    row = Occurrence.objects.select_for_update().get(pk=occurrence.pk)
    if row.has_begun(now=now):
        raise Begun(_("This date has begun, so it can no longer be moved."))
    row.put(instant(wall, event.time_zone), instant(wall + duration, event.time_zone))
    row.is_moved = key_of(wall) != row.key or duration != event.duration
    row.note = note
    row.save(update_fields=["starts_at", "ends_at", "is_long", "is_moved", "note"])
    touch(event, now=now)
    publish("events.dates_changed", dates=[row.pk], mark=int(now.timestamp()))
    return row


@transaction.atomic
def note_date(*, occurrence: Occurrence, note: str, now: datetime) -> None:
    """Say what is different about a date, which stays when it is. Nobody is told."""
    event = Event.objects.select_for_update().get(pk=occurrence.event_id)
    Occurrence.objects.filter(pk=occurrence.pk).update(note=note)
    touch(event, now=now)


@transaction.atomic
def cancel_date(*, occurrence: Occurrence, reason: str, now: datetime) -> None:
    """Say that one date does not take place, and why; it stays in the calendar, struck through.

    Raises:
        Begun: it has begun in the meantime.
    """
    event = Event.objects.select_for_update().get(pk=occurrence.event_id)
    row = Occurrence.objects.filter(pk=occurrence.pk).first()
    if row and row.has_begun(now=now):
        raise Begun(_("This date has begun, so it can no longer be cancelled."))
    rows = Occurrence.objects.filter(pk=occurrence.pk, cancelled_at=None)
    if rows.update(cancelled_at=now, cancel_reason=reason):
        touch(event, now=now)
        publish("events.dates_cancelled", dates=[occurrence.pk])


def coming(event: Event, *, now: datetime) -> list[int]:
    """The keys of an event's dates that are not over and not called off."""
    rows = Occurrence.objects.filter(event=event, ends_at__gt=now, cancelled_at=None)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def keep_date(*, occurrence: Occurrence) -> None:
    """Let a date stay for good, since people have written what came of it."""
    Occurrence.objects.filter(pk=occurrence.pk, is_kept=False).update(is_kept=True)


def touch(event: Event, *, now: datetime) -> None:
    """Make every calendar that has the event read it anew."""
    Event.objects.filter(pk=event.pk).update(sequence=F("sequence") + 1, changed_at=now)


def _horizon(event: Event, *, now: datetime) -> datetime:
    if event.resting_since:
        return event.resting_since
    since = max(now, instant(event.first_wall, event.time_zone))
    return since + (AHEAD_WHOLE if _ends_by(event, since + AHEAD_WHOLE) else AHEAD)


def _ends_by(event: Event, moment: datetime) -> bool:
    until = recurring.local(moment, event.time_zone)
    return event.is_series and recurring.ends_by(event.recurrence, first=event.first_wall, until=until)


def _wanted(event: Event, *, now: datetime) -> dict[str, Occurrence]:
    """The dates that the rule gives, as rows that are not stored yet, by their keys."""
    until = recurring.local(_horizon(event, now=now), event.time_zone)
    found = recurring.starts(event.recurrence, first=event.first_wall, until=until)
    return {key_of(wall): _row(event, wall) for wall in found.walls[-DATES_KEPT_MOST:]}


def _row(event: Event, wall: datetime) -> Occurrence:
    row = Occurrence(event=event, key=key_of(wall), is_public=event.is_public, is_single=not event.is_series)
    row.put(instant(wall, event.time_zone), instant(wall + event.duration, event.time_zone))
    return row


def _call_off(event: Event, rows: list[Occurrence], *, now: datetime) -> None:
    """Dates that somebody counts on and that are no more. Those of a series that rests wait for its hosts' word."""
    off = [row.pk for row in rows if row.starts_at > now and not row.cancelled_at and not event.resting_since]
    if off:
        reason = _("It does not take place on this date any more.")
        Occurrence.objects.filter(pk__in=off).update(cancelled_at=now, cancel_reason=reason)
        publish("events.dates_cancelled", dates=off)


def _carry_over(rows: dict[str, Occurrence], wanted: dict[str, Occurrence], *, counted: Collection[int]) -> None:
    """A date with a word of its own, of which people wrote or on which they count, stays on its day of the rule."""
    by_day = {wall_of(key).date(): key for key in wanted}
    for key, row in list(rows.items()):
        new = by_day.get(wall_of(key).date())
        is_held = _has_word(row) or row.is_kept or row.pk in counted
        if key not in wanted and new and new not in rows and is_held:
            rows[new] = rows.pop(key)


def _stays(event: Event, row: Occurrence) -> bool:
    return row.is_kept or (event.is_imported and _has_word(row))


def _has_word(row: Occurrence) -> bool:
    return bool(row.is_moved or row.cancelled_at or row.note or row.title)


def _take(kept: Occurrence, wanted: Occurrence) -> bool:
    """Bring a stored date to what the rule says; whether anything changed."""
    before = [getattr(kept, name) for name in CARRIED]
    kept.key, kept.is_public, kept.is_single = wanted.key, wanted.is_public, wanted.is_single
    if not kept.is_moved:
        kept.put(wanted.starts_at, wanted.ends_at)
    return before != [getattr(kept, name) for name in CARRIED]
