"""Telling those whom it concerns: members in their inbox, within their budget; guests by a letter of service."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from commons.outbox import publish
from events import queries as events
from events.joining import notices
from events.joining.enums import BATCH, CONCERNED, DAYS_BEFORE, HOURS_BEFORE, State
from events.joining.models import MediaChoice, Rsvp
from events.models import Occurrence
from notifications import actions as notifications
from notifications.actions import News
from notifications.enums import Reason

LEADS = (("wants_days", "days_told_for", DAYS_BEFORE), ("wants_hours", "hours_told_for", HOURS_BEFORE))


def tell_offer(rsvp: Rsvp, *, now: datetime) -> None:
    """A place is held for somebody, until a moment. Each turn on the list is told of once."""
    subject = f"{notices.OFFER}:{rsvp.pk}:{rsvp.turn}"
    _tell(rsvp, notices.OFFER, subject, now=now)


def tell_answered(rsvp: Rsvp, *, now: datetime) -> None:
    """What the hosts decided."""
    _tell(rsvp, notices.ANSWERED, f"{notices.ANSWERED}:{rsvp.pk}:{rsvp.state}", now=now)


def tell_hosts_asked(rsvp: Rsvp, *, date: Occurrence, now: datetime) -> None:
    """The hosts decide: they are told once for each person and date."""
    news = News(
        kind=notices.ASKED,
        subject=f"{notices.ASKED}:{rsvp.pk}",
        bundle=f"{notices.ASKED}:{date.pk}",
        directly=dict.fromkeys(events.host_keys(date.event), Reason.EVENT),
    )
    notifications.announce(news, now=now)


def tell_hosts_to_act(choice: MediaChoice, *, date: Occurrence, now: datetime) -> None:
    """Somebody steps back from what was made of them: a task for the hosts, until one of them has seen to it."""
    news = News(
        kind=notices.STEP_BACK,
        subject=f"{notices.STEP_BACK}:{choice.pk}",
        directly=dict.fromkeys(events.host_keys(date.event), Reason.EVENT),
    )
    notifications.announce(news, now=now)


def tell_changed(date: Occurrence, *, kind: str, mark: str, now: datetime) -> None:
    """A date is another one now, or does not take place: all who joined are told, guests too. `mark` tells once."""
    rows = Rsvp.objects.filter(occurrence=date, state__in=CONCERNED).order_by("pk")
    members = rows.filter(member__isnull=False).values_list("member", flat=True)
    if directly := dict.fromkeys(members, Reason.EVENT):
        news = News(kind=kind, subject=f"{kind}:{date.pk}:{mark}", directly=directly)
        notifications.announce(news, now=now)
    for guest in rows.filter(guest__isnull=False).values_list("guest", flat=True):
        publish("joining.guest_news", guest=guest, about=kind)


def remind(*, now: datetime) -> int:
    """Remind whoever wants it, two days and three hours before the start as it is now; how many were told."""
    told = 0
    for wants, mark, before in LEADS:
        while batch := _due(now, before, wants=wants, mark=mark):
            for rsvp in batch:
                _remind(rsvp, mark=mark, before=before, now=now)
            told += len(batch)
    return told


def _due(now: datetime, before: timedelta, *, wants: str, mark: str) -> list[Rsvp]:
    """Those who come, said so before that time, and were not reminded of this start."""
    untold = Q(**{mark: None}) | ~Q(**{mark: F("occurrence__starts_at")})
    goes_on = Q(
        occurrence__cancelled_at=None, occurrence__event__cancelled_at=None, occurrence__event__resting_since=None
    )
    near = Q(occurrence__starts_at__gt=now, occurrence__starts_at__lte=now + before)
    rows = Rsvp.objects.filter(untold, goes_on, near, state__in=(State.IN, State.MAYBE), **{wants: True})
    rows = rows.filter(answered_at__lte=F("occurrence__starts_at") - before).select_related("occurrence")
    return list(rows.order_by("pk")[:BATCH])


@transaction.atomic
def _remind(rsvp: Rsvp, *, mark: str, before: timedelta, now: datetime) -> None:
    starts_at = rsvp.occurrence.starts_at
    Rsvp.objects.filter(pk=rsvp.pk).update(**{mark: starts_at})
    hours = int(before.total_seconds()) // 3600
    subject = f"{notices.REMINDER}:{rsvp.pk}:{hours}:{starts_at:%y%m%d%H%M}"
    _tell(rsvp, notices.REMINDER, subject, reason=Reason.REMINDER, closes_at=starts_at, now=now)


def _tell(
    rsvp: Rsvp,
    kind: str,
    subject: str,
    *,
    reason: Reason = Reason.EVENT,
    closes_at: datetime | None = None,
    now: datetime,
) -> None:
    if rsvp.member_id is None:
        publish("joining.guest_news", guest=rsvp.guest_id, about=kind)
        return
    closes_at = closes_at or rsvp.offer_until
    news = News(kind=kind, subject=subject, directly={rsvp.member_id: reason}, closes_at=closes_at)
    notifications.announce(news, now=now)
