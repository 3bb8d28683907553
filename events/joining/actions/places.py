"""Who has a place on a date. All of it happens in one transaction that holds the lock of the date's row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from commons import ratelimit
from events.joining import queries, rules
from events.joining.actions.telling import tell_answered, tell_hosts_asked, tell_offer
from events.joining.actions.told import choose_media, keep_answers
from events.joining.enums import State, Wish
from events.joining.models import Guest, Rsvp, Terms
from events.models import Occurrence
from members.consent import actions as consent
from members.models import Member

STAYS = {State.IN, State.WAITING, State.ASKED}


class Closed(Exception):
    """The date can no longer be joined; the sentence says why."""


class OfferOver(Exception):
    """The offer has ended, and the place went on to the next."""


@dataclass(frozen=True)
class Reply:
    """What somebody says to a date, as a form hands it over: answers by the keys of the questions, `media` by parts."""

    wish: str = Wish.YES
    needs_kept: bool = False
    is_seen: bool = False
    wants_days: bool = False
    wants_hours: bool = False
    answers: Mapping[int, str] = field(default_factory=dict)
    media: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def reply(*, occurrence: Occurrence, by: Member | Guest, said: Reply, now: datetime) -> Rsvp:
    """Say yes, maybe or no to a date, and say it anew.

    A yes takes a place if one is free, asks the hosts where they decide, and else a turn on the waiting list. What
    becomes free is offered on. Said twice, it is said once.

    Raises:
        Closed: it was cancelled, is over, or the hosts said no.
        RateLimited: too many answers for now.
    """
    if isinstance(by, Member):
        ratelimit.spend_or_refuse("events.join", key=str(by.pk), now=now)
    date = locked(occurrence, now=now)
    _require_open(date, now=now)
    rsvp = queries.own_rsvp(date, by) or _fresh(date, by, now=now)
    if rsvp.state == State.DECLINED:
        raise Closed(_("The hosts could not give you a place on this date."))
    _take_wishes(rsvp, said, by=by, now=now)
    if said.wish == Wish.YES:
        _take(rsvp, date, needs_kept=said.needs_kept)
    else:
        _stand(rsvp, State.MAYBE if said.wish == Wish.MAYBE else State.NO)
    rsvp.save()
    keep_answers(rsvp, said.answers)
    choose_media(rsvp=rsvp, date=date, levels=said.media, now=now)
    settle(date, now=now)
    if rsvp.state == State.ASKED:
        tell_hosts_asked(rsvp, date=date, now=now)
    return rsvp


def accept(*, rsvp: Rsvp, now: datetime) -> Rsvp:
    """Take the place that is offered. Said twice, it is taken once.

    Raises:
        Closed: it was cancelled or is over.
        OfferOver: the time was up. The place has gone on to the next, and that stays so.
    """
    with transaction.atomic():
        date = locked(rsvp.occurrence, now=now)
        _require_open(date, now=now)
        found = Rsvp.objects.get(pk=rsvp.pk)
        if found.is_offered:
            _stand(found, State.IN)
            found.answered_at = now
            found.save(update_fields=["state", "offer_until", "answered_at"])
    if not found.is_in:
        raise OfferOver(_("This offer has ended, and the place went on to the next. You can join the list again."))
    return found


@transaction.atomic
def come_as_guest(*, occurrence: Occurrence, name: str, email: str, said: Reply, now: datetime) -> Guest:
    """Somebody without an account has confirmed their address, and says whether they come. Twice is once.

    Raises:
        Closed: it was cancelled, is over, or takes no guests any more.
    """
    date = locked(occurrence, now=now)
    if not (verdict := rules.can_be_guest(date, terms=queries.terms_of(date.event_id), now=now)):
        raise Closed(verdict.reason)
    told = {"name": name, "made_at": now}
    guest, _is_new = Guest.objects.get_or_create(occurrence=date, email=email.strip().lower(), defaults=told)
    reply(occurrence=date, by=guest, said=said, now=now)
    return guest


@transaction.atomic
def forget_guest(*, guest: Guest, now: datetime) -> None:
    """A guest comes no more and wants to be forgotten; their place goes on to the next."""
    date = locked(guest.occurrence, now=now)
    Guest.objects.filter(pk=guest.pk).delete()
    settle(date, now=now)


@transaction.atomic
def pass_on(*, rsvp: Rsvp, now: datetime) -> Rsvp:
    """Let an offer pass: the next on the list is asked, and one is not asked again for this date."""
    date = locked(rsvp.occurrence, now=now)
    found = Rsvp.objects.get(pk=rsvp.pk)
    if found.is_offered:
        _stand(found, State.PASSED)
        found.save(update_fields=["state", "offer_until"])
        settle(date, now=now)
    return found


@transaction.atomic
def approve(*, rsvp: Rsvp, now: datetime) -> Rsvp:
    """The hosts say yes: a place, or a turn on the list if none is free. The person is told."""
    date = locked(rsvp.occurrence, now=now)
    found = Rsvp.objects.get(pk=rsvp.pk)
    if found.state == State.ASKED:
        found.is_approved = True
        _stand(found, State.NO)
        _take(found, date, needs_kept=found.needs_kept)
        found.save()
        tell_answered(found, now=now)
    return found


@transaction.atomic
def decline(*, rsvp: Rsvp, now: datetime) -> Rsvp:
    """The hosts say no, kindly. The person is told."""
    locked(rsvp.occurrence, now=now)
    found = Rsvp.objects.get(pk=rsvp.pk)
    if found.state == State.ASKED:
        _stand(found, State.DECLINED)
        found.save(update_fields=["state", "offer_until"])
        tell_answered(found, now=now)
    return found


def look_after_places(*, now: datetime) -> int:
    """End the offers whose time is up, and offer what is free to whoever waits; how many dates were settled."""
    overdue = Rsvp.objects.filter(state=State.OFFERED, offer_until__lte=now)
    dates = {*overdue.values_list("occurrence", flat=True), *queries.dates_with_room(now=now)}
    return sum(_look_after(key, now=now) for key in sorted(dates))


def settle_dates(event_id: int, *, now: datetime) -> None:
    """Offer what is free after the terms of an event have changed; each date in a transaction of its own."""
    waiting = Rsvp.objects.filter(occurrence__event=event_id, state=State.WAITING, occurrence__starts_at__gt=now)
    for key in sorted(set(waiting.values_list("occurrence", flat=True))):
        with transaction.atomic():
            locked(Occurrence(pk=key), now=now)


def locked(occurrence: Occurrence, *, now: datetime) -> Occurrence:
    """The date as it is now, under its lock, with every offer ended and made that is due."""
    date = Occurrence.objects.select_for_update(of=("self",)).select_related("event__place").get(pk=occurrence.pk)
    settle(date, now=now)
    return date


def settle(date: Occurrence, *, now: datetime) -> None:
    """End what is overdue and offer what is free, first come, first served. The caller holds the lock of the date."""
    overdue = Rsvp.objects.filter(occurrence=date, state=State.OFFERED, offer_until__lte=now)
    overdue.update(state=State.PASSED, offer_until=None)
    if date.is_cancelled or date.starts_at <= now:
        return
    terms = queries.terms_of(date.event_id)
    while rsvp := _next(date, terms):
        end = rules.offer_end(date, chosen=queries.preferences_of(rsvp), now=now)
        rsvp.state, rsvp.offer_until = State.OFFERED, end
        rsvp.save(update_fields=["state", "offer_until"])
        tell_offer(rsvp, now=now)


@transaction.atomic
def _look_after(key: int, *, now: datetime) -> bool:
    """Somebody who holds the lock settles it themselves."""
    found = Occurrence.objects.select_for_update(of=("self",), skip_locked=True).select_related("event")
    if date := found.filter(pk=key).first():
        settle(date, now=now)
    return date is not None


def _next(date: Occurrence, terms: Terms) -> Rsvp | None:
    """The first on the list for whom there is a place."""
    waiting: QuerySet[Rsvp] = Rsvp.objects.filter(occurrence=date, state=State.WAITING).order_by("turn")
    first = waiting.first()
    if first is None:
        return None
    places = queries.places_of(date, terms)
    if places.is_free(needs_kept=False):
        return first
    return waiting.filter(needs_kept=True).first() if places.is_free(needs_kept=True) else None


def _take(rsvp: Rsvp, date: Occurrence, *, needs_kept: bool) -> None:
    """A place if one is free; whoever waits longer has been asked before, by `settle`."""
    if rsvp.state in STAYS:
        rsvp.needs_kept = rsvp.needs_kept if rsvp.is_in else needs_kept
        return
    if rsvp.is_offered:
        _stand(rsvp, State.IN)
        return
    terms = queries.terms_of(date.event_id)
    rsvp.needs_kept = needs_kept and bool(terms.kept_places)
    if terms.needs_approval and not rsvp.is_approved:
        _stand(rsvp, State.ASKED)
    elif queries.places_of(date, terms).is_free(needs_kept=rsvp.needs_kept):
        _stand(rsvp, State.IN)
    else:
        _stand(rsvp, State.WAITING)
        last = Rsvp.objects.filter(occurrence=date).aggregate(last=Max("turn"))["last"]
        rsvp.turn = (last or 0) + 1


def _stand(rsvp: Rsvp, state: State) -> None:
    rsvp.state, rsvp.offer_until = state, None


def _require_open(date: Occurrence, *, now: datetime) -> None:
    if not (verdict := rules.is_open(date, now=now)):
        raise Closed(verdict.reason)


def _fresh(date: Occurrence, by: Member | Guest, *, now: datetime) -> Rsvp:
    whose = {"guest": by} if isinstance(by, Guest) else {"member": by}
    return Rsvp(occurrence=date, state=State.NO, answered_at=now, **whose)


def _take_wishes(rsvp: Rsvp, said: Reply, *, by: Member | Guest, now: datetime) -> None:
    """Reminders, and whether the others may see them; a yes to that is written into the ledger."""
    rsvp.answered_at = now
    rsvp.wants_days, rsvp.wants_hours = said.wants_days, said.wants_hours
    rsvp.is_seen = said.is_seen and isinstance(by, Member)
    if rsvp.is_seen and isinstance(by, Member):
        consent.answer(member=by, purpose=queries.SEEN, yes=True, surface="events/join", now=now)
