"""The calendar's part of search: events by their titles and what they say."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from commons.searching import Found, Question, earlier, matches, snippet
from events.models import Event, Reader
from members.models import Member


def found_events(
    question: Question, *, reader: Reader, bound: tuple[datetime, int] | None, size: int, **_: object
) -> Sequence[Found]:
    """The latest events that fit and that the reader may see. What only a thread can answer finds none. One query."""
    if question.place or question.thread or question.has:
        return []
    events = Event.objects.visible_to(reader).filter(earlier(bound), published_at__isnull=False)
    if question.query:
        events = events.filter(matches(question.query))
    if question.author:
        events = events.filter(author__in=Member.objects.filter(username=question.author).order_by().values("pk"))
    if question.after:
        events = events.filter(created_at__gte=question.after)
    if question.before:
        events = events.filter(created_at__lt=question.before)
    latest = events.select_related("author").order_by("-created_at", "-pk")[:size]
    return [_found(one, question, reader=reader) for one in latest]


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
