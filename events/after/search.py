"""What came of events, in search: notes, harvests and outcomes by their words, for those who may read them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.html import escape
from django.utils.translation import gettext as _

from commons.packed import Packed
from commons.searching import Found, Question, Room, matches, snippet
from events.after import queries
from events.after.enums import PUBLIC
from events.after.models import Outcome, WriteUp, WriteUpRevision, address
from events.enums import CALENDAR
from events.models import Occurrence, Reader
from members.consent import gate
from members.models import Member

TO_FIND = "words_to_find"


def write_ups(question: Question, *, reader: Reader, now: datetime) -> QuerySet[WriteUp]:
    """The notes and harvests that fit and that the reader may read."""
    texts = _fitting(WriteUp.objects.meant_for(reader).filter(hidden_at=None), question, reader=reader, at="created_at")
    if not isinstance(reader, Member):
        texts = texts.filter(_written_for_all(now))
    if question.query:
        texts = texts.filter(matches(question.query))
    if question.author:
        earlier_ones = _revisions().filter(author__username=question.author)
        texts = texts.filter(Q(author__username=question.author) | Exists(earlier_ones))
    return texts


def told_write_ups(texts: Sequence[WriteUp], question: Question, *, reader: Reader, now: datetime) -> list[Found]:
    """What is found in these notes and harvests. For visitors two queries."""
    shown, _said = queries.open_to(reader, texts, [], now=now)
    return [
        _found(one.occurrence, question, one.html, at=one.created_at, key=one.pk, what=one.get_kind_display(),
               by=one.author if isinstance(reader, Member) else None)
        for one in shown
    ]  # fmt: skip


def outcomes(question: Question, *, reader: Reader, now: datetime) -> QuerySet[Outcome]:
    """What came of dates that fits and that the reader may read."""
    said = _fitting(Outcome.objects.all(), question, reader=reader, at="told_at")
    if not isinstance(reader, Member):
        said = said.filter(told_by__in=gate.consenting(PUBLIC, now=now))
    if question.query:
        said = said.filter(matches(question.query, column=TO_FIND))
    if question.author:
        said = said.filter(told_by__username=question.author)
    return said


def told_outcomes(said: Sequence[Outcome], question: Question, *, reader: Reader, now: datetime) -> list[Found]:
    """What is found in these. For visitors two queries."""
    _texts, shown = queries.open_to(reader, [], said, now=now)
    return [
        _found(one.occurrence, question, escape(one.words), at=one.told_at, key=one.pk, what=_("What came of it"),
               by=one.told_by if isinstance(reader, Member) else None)
        for one in shown
    ]  # fmt: skip


def _fitting(rows: QuerySet[Any], question: Question, *, reader: Reader, at: str) -> QuerySet[Any]:
    """Those about dates that the reader sees, of the time asked for. What only a thread can answer finds none.

    Visitors read these words without names, so that asking for a name finds them none either.
    """
    asks_for_name = question.author and not isinstance(reader, Member)
    if question.place or question.thread or question.has or asks_for_name:
        return rows.none()
    rows = _of_seen(rows, reader)
    if question.after:
        rows = rows.filter(**{f"{at}__gte": question.after})
    if question.before:
        rows = rows.filter(**{f"{at}__lt": question.before})
    return rows


def _of_seen[Rows: QuerySet[Any]](rows: Rows, reader: Reader) -> Rows:
    """Those about dates that the reader sees, in no order."""
    return rows.filter(occurrence__in=Occurrence.objects.visible_to(reader).order_by()).order_by()


def _written_for_all(now: datetime) -> Q:
    """Everybody who wrote in it shows their words to visitors; `queries.open_to` says the same of what was found."""
    yes = Q(gate.consents("author", PUBLIC, now=now))
    return yes & ~Q(Exists(_revisions().exclude(yes)))


def _revisions() -> QuerySet[WriteUpRevision]:
    return WriteUpRevision.objects.filter(write_up=OuterRef("pk")).order_by()


def _found(
    date: Occurrence, question: Question, html: str, *, at: datetime, key: int, what: str, by: Member | None
) -> Found:
    """Visitors read the words, as on the page, and no name."""
    return Found(
        at=at,
        key=key,
        what=what,
        title=date.name,
        address=address(date),
        place=_("Calendar"),
        by=by or settings.SITE_NAME,
        snippet=snippet(html, question.marked),
    )


DATE = ("occurrence__key", "occurrence__title", "occurrence__event__title")
WRITE_UP = Packed(
    WriteUp, "kind", "html", "created_at", "author__display_name", "author__is_active", *DATE,
    writers=ArraySubquery(_revisions().values("author")),
)  # fmt: skip
OUTCOME = Packed(Outcome, "words", "told_at", "told_by__display_name", "told_by__is_active", *DATE)
WRITE_UPS = Room(write_ups, WRITE_UP, told_write_ups, shows=CALENDAR)
OUTCOMES = Room(outcomes, OUTCOME, told_outcomes, shows=CALENDAR, at="told_at", words=TO_FIND)
