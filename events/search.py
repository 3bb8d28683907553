"""The calendar's part of search: events by their titles and what they say.

They are listed among all else by when they were written, as everything is, so that the pages of a search stay in one
order. But the time that is asked for, and the day that is shown, are those of an event's dates: whoever looks for what
was before 2020 means the day, not when somebody typed it in.
"""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from commons.packed import Packed
from commons.searching import Found, Question, Room, matches, snippet
from events.enums import CALENDAR
from events.models import Event, Occurrence, OccurrenceQuerySet, Reader
from members.models import Member


def fitting(question: Question, *, reader: Reader, **_: object) -> QuerySet[Event]:
    """The events that fit and that the reader may see; of a time, those with any date in it. What only a thread can
    answer finds none."""
    if question.place or question.thread or question.has:
        return Event.objects.none()
    events = Event.objects.visible_to(reader).filter(published_at__isnull=False)
    if question.query:
        events = events.filter(matches(question.query))
    if question.author:
        events = events.filter(author__in=Member.objects.filter(username=question.author).order_by().values("pk"))
    if question.after or question.before:
        events = events.filter(Exists(_asked(question).filter(event=OuterRef("pk")).order_by()))
    return events


def told(events: Sequence[Event], question: Question, *, reader: Reader, now: datetime) -> list[Found]:
    """What is found in these events. One query, if any of them has several dates."""
    days = _days(events, question, now=now)
    return [_found(event, question, at=days[event.pk], reader=reader) for event in events]


def _asked(question: Question) -> OccurrenceQuerySet:
    """The dates of the time asked for."""
    ends = {"starts_at__gte": question.after, "starts_at__lt": question.before}
    return Occurrence.objects.filter(**{end: moment for end, moment in ends.items() if moment})


def _days(events: Sequence[Event], question: Question, *, now: datetime) -> dict[int, date]:
    """The day to show of each, on its own clock: of the dates asked for the next one, else the last."""
    days = {event.pk: _day(event, event.earliest) for event in events}  # type: ignore[attr-defined] # read below
    several = {event.pk: event for event in events if event.earliest != event.latest}  # type: ignore[attr-defined] # likewise
    if several:
        shown = Event.objects.annotate(at=_asked(question).next_or_last(now=now)).filter(pk__in=several)
        moments = shown.filter(at__isnull=False).order_by().values_list("pk", "at")
        days |= {key: _day(several[key], at.isoformat()) for key, at in moments}
    return days


def _day(event: Event, moment: str | None) -> date:
    """Without any date, the first day that its host named."""
    if moment is None:
        return event.first_date
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(event.time_zone)).date()


def _date(*order: str) -> Subquery:
    return Subquery(Occurrence.objects.filter(event=OuterRef("pk")).order_by(*order).values("starts_at")[:1])


READS = Packed(
    Event, "title", "kind", "html", "time_zone", "first_date", "author__display_name", "author__is_active",
    earliest=_date("starts_at", "pk"), latest=_date("-starts_at", "-pk"),
)  # fmt: skip
ROOM = Room(fitting, READS, told, shows=CALENDAR)


def _found(event: Event, question: Question, *, at: date, reader: Reader) -> Found:
    return Found(
        at=at,
        key=event.pk,
        what=str(event.get_kind_display()),
        title=event.title,
        address=event.get_absolute_url(),
        place=_("Calendar"),
        by=(event.author if isinstance(reader, Member) else None) or settings.SITE_NAME,
        snippet=snippet(event.html, question.marked),
    )
