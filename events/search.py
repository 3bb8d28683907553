"""The calendar's part of search: events by their titles and what they say."""

from collections.abc import Sequence

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from commons.packed import Packed
from commons.searching import Found, Question, Room, matches, snippet
from events.enums import CALENDAR
from events.models import Event, Reader
from members.models import Member


def fitting(question: Question, *, reader: Reader, **_: object) -> QuerySet[Event]:
    """The events that fit and that the reader may see. What only a thread can answer finds none."""
    if question.place or question.thread or question.has:
        return Event.objects.none()
    events = Event.objects.visible_to(reader).filter(published_at__isnull=False)
    if question.query:
        events = events.filter(matches(question.query))
    if question.author:
        events = events.filter(author__in=Member.objects.filter(username=question.author).order_by().values("pk"))
    if question.after:
        events = events.filter(created_at__gte=question.after)
    if question.before:
        events = events.filter(created_at__lt=question.before)
    return events


def told(events: Sequence[Event], question: Question, *, reader: Reader, **_: object) -> list[Found]:
    """What is found in these events."""
    return [_found(event, question, reader=reader) for event in events]


READS = Packed(Event, "title", "kind", "html", "created_at", "author__display_name", "author__is_active")
ROOM = Room(fitting, READS, told, shows=CALENDAR)


def _found(event: Event, question: Question, *, reader: Reader) -> Found:
    return Found(
        at=event.created_at,
        key=event.pk,
        what=str(event.get_kind_display()),
        title=event.title,
        address=event.get_absolute_url(),
        place=_("Calendar"),
        by=(event.author if isinstance(reader, Member) else None) or settings.SITE_NAME,
        snippet=snippet(event.html, question.marked),
    )
