"""How inboxes and letters tell of joining: offers, answers, reminders, changes, and what hosts are asked."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.template.defaultfilters import date as date_format
from django.utils import timezone
from django.utils.translation import gettext as _

from events.joining.enums import CONCERNED, State
from events.joining.models import MediaChoice, Rsvp, address_of
from events.models import Event, Occurrence, hosted
from members.models import Member
from notifications.kinds import Described, Kind, register
from notifications.models import Notice

OFFER, ANSWERED, ASKED = "joining.offer", "joining.answered", "joining.asked"
REMINDER, CHANGED, CANCELLED = "joining.reminder", "joining.changed", "joining.cancelled"
STEP_BACK = "joining.step_back"

type Words = Callable[[Rsvp, list[str]], str]


def register_kinds() -> None:
    register(
        Kind(OFFER, _of_ones_own(_offered)),
        Kind(ANSWERED, _of_ones_own(_answered)),
        Kind(REMINDER, _of_ones_own(_reminded)),
        Kind(CHANGED, _of_dates(_changed)),
        Kind(CANCELLED, _of_dates(_cancelled)),
        Kind(ASKED, _asked),
        Kind(STEP_BACK, _step_backs),
    )


def when(date: Occurrence) -> str:
    """Its start in words, on its own clock."""
    start = date.local_start
    pattern = "l j F Y" if date.event.is_all_day else "l j F Y, H:i"
    return date_format(start.date() if date.event.is_all_day else start, pattern)


def _of_ones_own(words: Words) -> Callable[[Sequence[Notice], Member], Mapping[int, Described]]:
    """Notices about what the reader said to a date themselves; what is settled has no words and leaves the inbox."""

    def describe(notices: Sequence[Notice], reader: Member) -> Mapping[int, Described]:
        parts = {notice.pk: notice.subject.split(":")[1:] for notice in notices}
        rows = Rsvp.objects.filter(pk__in=[int(key) for key, *_rest in parts.values()], member=reader)
        found = _seen(rows, reader)
        told = {}
        for notice, (key, *rest) in parts.items():
            row = found.get(int(key))
            if row and (said := words(row, rest)):
                told[notice] = _described(row.occurrence, said, closes_at=row.offer_until)
        return told

    return describe


def _of_dates(words: Callable[[Occurrence], str]) -> Callable[[Sequence[Notice], Member], Mapping[int, Described]]:
    """Notices about a date that the reader joined."""

    def describe(notices: Sequence[Notice], reader: Member) -> Mapping[int, Described]:
        keys = {notice.pk: int(notice.subject.split(":")[1]) for notice in notices}
        rows = Rsvp.objects.filter(occurrence__in=keys.values(), member=reader, state__in=CONCERNED)
        found = {row.occurrence_id: row.occurrence for row in _seen(rows, reader).values()}
        return {
            notice: _described(found[key], said)
            for notice, key in keys.items()
            if key in found and (said := words(found[key]))
        }

    return describe


def _offered(rsvp: Rsvp, rest: list[str]) -> str:
    if not rsvp.is_offered or rest != [str(rsvp.turn)] or rsvp.offer_until is None:
        return ""
    until = date_format(timezone.localtime(rsvp.offer_until), "l j F, H:i e")
    return _("A place is free for you on %(day)s. We keep it until %(until)s; then the next is asked.") % {
        "day": when(rsvp.occurrence),
        "until": until,
    }


def _answered(rsvp: Rsvp, rest: list[str]) -> str:
    if rest == [State.DECLINED]:
        return _("The hosts cannot give you a place on %(day)s.") % {"day": when(rsvp.occurrence)}
    if rest == [State.WAITING]:
        return _("The hosts said yes for %(day)s. All places are taken, so you are on the waiting list.") % {
            "day": when(rsvp.occurrence)
        }
    return _("The hosts said yes: you have a place on %(day)s.") % {"day": when(rsvp.occurrence)}


def _reminded(rsvp: Rsvp, _rest: list[str]) -> str:
    if rsvp.state not in {State.IN, State.MAYBE} or rsvp.occurrence.is_cancelled:
        return ""
    return _("It is on %(day)s.") % {"day": when(rsvp.occurrence)}


def _changed(date: Occurrence) -> str:
    if date.is_cancelled:
        return ""
    return _("The hosts changed when or where it is. Now it is on %(day)s; its page says where.") % {"day": when(date)}


def _cancelled(date: Occurrence) -> str:
    return _("It does not take place on %(day)s. The hosts say: %(reason)s") % {
        "day": when(date),
        "reason": date.reason,
    }


def _asked(notices: Sequence[Notice], reader: Member) -> Mapping[int, Described]:
    """Somebody would like to join; for the hosts, until one of them has decided."""
    keys = {notice.pk: int(notice.subject.split(":")[1]) for notice in notices}
    rows = Rsvp.objects.filter(pk__in=keys.values(), state=State.ASKED)
    rows = rows.filter(occurrence__event__in=_hosted(reader)).select_related("occurrence__event", "member", "guest")
    found = rows.in_bulk()
    return {
        notice: _described(
            row.occurrence,
            _("%(name)s would like to come on %(day)s. You decide.")
            % {"name": row.person, "day": when(row.occurrence)},
            page="hosting",
        )
        for notice, key in keys.items()
        if (row := found.get(key))
    }


def _step_backs(notices: Sequence[Notice], reader: Member) -> Mapping[int, Described]:
    """Somebody takes back what may be made of them; for the hosts, until one of them has seen to it."""
    keys = {notice.pk: int(notice.subject.split(":")[1]) for notice in notices}
    rows = MediaChoice.objects.filter(pk__in=keys.values(), settled_at=None)
    rows = rows.filter(rsvp__occurrence__event__in=_hosted(reader))
    found = rows.select_related("rsvp__occurrence__event", "rsvp__member", "rsvp__guest").in_bulk()
    return {
        notice: _described(
            row.rsvp.occurrence,
            _("%(name)s changed what may be made of them on %(day)s: %(part)s: %(level)s. Please see to it.")
            % {
                "name": row.rsvp.person,
                "day": when(row.rsvp.occurrence),
                "part": row.get_part_display(),
                "level": row.get_level_display(),
            },
            page="hosting",
        )
        for notice, key in keys.items()
        if (row := found.get(key))
    }


def _hosted(reader: Member) -> QuerySet[Event]:
    """The events that somebody hosts."""
    return Event.objects.filter(Q(author=reader) | hosted(reader)).order_by()


def _seen(rows: QuerySet[Rsvp], reader: Member) -> dict[int, Rsvp]:
    """Those of dates whose event the reader may still see, with it."""
    shown = rows.filter(occurrence__event__in=Event.objects.visible_to(reader).order_by())
    return shown.select_related("occurrence__event").in_bulk()


def _described(date: Occurrence, words: str, *, page: str = "", closes_at: datetime | None = None) -> Described:
    return Described(
        title=date.name,
        address=address_of(page, date) if page else date.get_absolute_url(),
        words=words,
        room=_("Calendar"),
        closes_at=closes_at,
    )
