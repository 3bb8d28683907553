"""What the pages after an event ask for, each in a known number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Max, QuerySet

from commons import subjects
from commons.files import queries as files
from commons.files.models import File
from commons.pagination import Page, decode, page
from events.after import rules
from events.after.enums import FEEDBACK_LOOKS_BACK, PUBLIC, WriteUpKind
from events.after.models import Feedback, Material, Outcome, WriteUp, address
from events.after.places import DATE
from events.models import TAKES_PLACE, TOLD, Event, Occurrence, Reader
from events.parts import Part
from members.consent import gate, uses
from members.models import Member

HISTORY_BY = ("starts_at", "id")


@dataclass(frozen=True)
class Told:
    """All that was told of one date, as one reader may read it."""

    notes: WriteUp | None
    harvest: WriteUp | None
    outcomes: Sequence[Outcome]
    links: Sequence[Material] = ()
    recordings: Sequence[Material] = ()
    files: Sequence[File] = ()


@dataclass(frozen=True)
class Gathering:
    """One date of the history, with what came of it."""

    occurrence: Occurrence
    harvest: WriteUp | None
    outcomes: Sequence[Outcome]


def told(occurrence: Occurrence, *, reader: Reader, now: datetime) -> Told:
    """What was told of a date. Five queries for members; for visitors three, with the yes of whoever wrote it."""
    write_ups, outcomes = _readable([occurrence.pk], reader=reader, now=now)
    by_kind = {one.kind: one for one in write_ups}
    notes, harvest = by_kind.get(WriteUpKind.NOTES), by_kind.get(WriteUpKind.HARVEST)
    if not isinstance(reader, Member):
        return Told(notes, harvest, outcomes)
    materials = list(Material.objects.filter(occurrence=occurrence).order_by("given_at", "pk"))
    return Told(
        notes,
        harvest,
        outcomes,
        links=[one for one in materials if not one.is_recording],
        recordings=[one for one in materials if one.is_recording],
        files=files.given_to(DATE, [occurrence.pk]).get(occurrence.pk, ()),
    )


def part_of(event: Event, shown: Occurrence | None, *, reader: Reader, now: datetime) -> Part | None:
    """What an event's page says of what came after the date that it shows. One query; two for visitors of a harvest."""
    if shown is None or shown.is_cancelled or shown.starts_at > now:
        return None
    write_ups = WriteUp.objects.filter(occurrence=shown, kind=WriteUpKind.HARVEST).meant_for(reader)
    harvest = next(iter(open_to(reader, list(write_ups), [], now=now)[0]), None)
    context = {
        "harvest": harvest,
        "address": address(shown),
        "occurrence": shown,
        "can_tell": rules.can_tell(reader, shown, now=now),
        "can_give_feedback": rules.can_give_feedback(reader, event, shown, now=now),
    }
    return Part("after/part.html", context)


def write_up(occurrence: Occurrence, kind: str) -> WriteUp | None:
    return WriteUp.objects.filter(occurrence=occurrence, kind=kind).select_related("author").first()


def texts_of(found: WriteUp) -> list[tuple[str, Any]]:
    """Every text that it has had, the first one first, each with what tells of who replaced it. One query."""
    earlier = found.revisions.select_related("replaced_by").order_by("replaced_at", "pk")
    return [(revision.source, revision) for revision in earlier] + [(found.source, found)]


def own_feedback(occurrence: Occurrence, *, member: Member) -> Feedback | None:
    return Feedback.objects.filter(occurrence=occurrence, member=member).first()


def answers_on(occurrence: Occurrence) -> list[Feedback]:
    """What people said, in an order that tells nothing of who and when, and without the name. One query."""
    fields = ("liked", "took_part", "good", "different")
    return list(Feedback.objects.filter(occurrence=occurrence).only(*fields).order_by("different", "good", "liked"))


def with_feedback(*, now: datetime) -> list[tuple[Event, date]]:
    """Events of which people said of late, but not today, how they were, each with the last such day. One query."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    events = Event.objects.filter(
        occurrences__feedback__given_at__gte=today - FEEDBACK_LOOKS_BACK, occurrences__feedback__given_at__lt=today
    )
    latest = events.annotate(last=Max("occurrences__feedback__given_at")).order_by("pk")
    return [(event, event.last.astimezone(UTC).date()) for event in latest]


def history(
    reader: Reader, *, now: datetime, since: datetime | None = None, after: str = "", before: str = ""
) -> tuple[Page[Occurrence], list[Gathering]]:
    """The gatherings that have been, from the first one on or from a moment, with what came of each. Four queries."""
    rows = _past(reader, now=now).select_related("event__place")
    if before:
        found = page(rows, by=HISTORY_BY, before=decode(before, length=len(HISTORY_BY)))
    elif after:
        found = page(rows, by=HISTORY_BY, after=decode(after, length=len(HISTORY_BY)))
    else:
        found = page(rows.filter(starts_at__gte=since) if since else rows, by=HISTORY_BY)
    write_ups, outcomes = _readable([row.pk for row in found.rows], reader=reader, now=now)
    harvests = {one.occurrence_id: one for one in write_ups if one.kind == WriteUpKind.HARVEST}
    return found, [
        Gathering(row, harvests.get(row.pk), [one for one in outcomes if one.occurrence_id == row.pk])
        for row in found.rows
    ]


def years(reader: Reader, *, now: datetime) -> range:
    """From the year of the first gathering to this one. One query."""
    first = _past(reader, now=now).order_by("starts_at", "pk").values_list("starts_at", flat=True).first()
    return range(first.astimezone(UTC).year, now.year + 1) if first else range(0)


def _past(reader: Reader, *, now: datetime) -> QuerySet[Occurrence]:
    return Occurrence.objects.visible_to(reader).filter(TOLD, TAKES_PLACE, starts_at__lt=now)


def _readable(dates: list[int], *, reader: Reader, now: datetime) -> tuple[Sequence[WriteUp], Sequence[Outcome]]:
    """What was written up and what came of these dates, for this reader, with the threads that they may see."""
    written = WriteUp.objects.filter(occurrence__in=dates).meant_for(reader).select_related("author")
    told = Outcome.objects.filter(occurrence__in=dates).order_by("told_at", "pk")
    write_ups, outcomes = open_to(reader, list(written), list(told), now=now)
    keys = {one.thread for one in outcomes if one.thread}
    talks = subjects.talks().among(keys, reader=reader, now=now)
    for one in outcomes:
        one.talk = talks.get(one.thread or 0)
    return write_ups, outcomes


def open_to(
    reader: Reader, write_ups: Sequence[WriteUp], outcomes: Sequence[Outcome], *, now: datetime
) -> tuple[Sequence[WriteUp], Sequence[Outcome]]:
    """For visitors only what everybody who wrote in it shows to visitors; whoever has left shows nothing any more."""
    if isinstance(reader, Member) or not (write_ups or outcomes):
        return write_ups, outcomes
    writers = {key for one in write_ups for key in _writers(one)} | {one.told_by_id for one in outcomes}
    standing = gate.standing_events((key for key in writers if key), [PUBLIC], now=now)[PUBLIC]
    shown = [one for one in write_ups if _writers(one) <= standing.keys()]
    said = [one for one in outcomes if one.told_by_id in standing]
    named = {key for one in shown for key in _writers(one)} | {one.told_by_id for one in said}
    uses.note({"public_post": {key: event for key, event in standing.items() if key in named}}, now=now)
    return shown, said


def _writers(one: WriteUp) -> set[int | None]:
    return {one.author_id, *one.writers}
