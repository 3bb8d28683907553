"""Who may join, who may see who comes, and how many places are free."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from commons.access import Allowed, Denied, Verdict
from events import rules as events
from events.joining.enums import LAST_DAY, OFFER_HELD, OFFER_HELD_LATE, Level, State
from events.joining.models import Rsvp, Terms
from events.models import Event, Occurrence, Reader
from members.models import Member
from members.rules import can_contribute
from notifications import budget
from notifications.models import Preferences


@dataclass(frozen=True)
class Places:
    """How the places of a date are taken. Those who need the kept ones may take any, the others none of them."""

    capacity: int | None = None
    kept: int = 0
    taken: int = 0
    taken_by_others: int = 0
    waiting: int = 0

    def is_free(self, *, needs_kept: bool) -> bool:
        if self.capacity is None:
            return True
        is_any_left = self.taken < self.capacity
        return is_any_left and (needs_kept or self.taken_by_others < self.capacity - self.kept)

    @property
    def is_limited(self) -> bool:
        return self.capacity is not None

    @property
    def left(self) -> int:
        """Free places, kept ones among them."""
        return max(0, (self.capacity or 0) - self.taken)

    @property
    def kept_left(self) -> int:
        """How many of the free places only those may take who need a kept one."""
        for_all = max(0, (self.capacity or 0) - self.kept - self.taken_by_others)
        return max(0, self.left - for_all)


def is_open(occurrence: Occurrence, *, now: datetime) -> Verdict:
    """Whether anybody can still join a date."""
    if occurrence.event.is_draft:
        return Denied(_("This is a draft. One can join once it is published."))
    if occurrence.is_cancelled:
        return Denied(_("This does not take place, so nobody can join it."))
    if occurrence.is_over(now=now):
        return Denied(_("This is over, so nobody can join it any more."))
    return Allowed()


def can_join(person: Reader, occurrence: Occurrence, *, own: Rsvp | None, now: datetime) -> Verdict:
    if not (verdict := is_open(occurrence, now=now)):
        return verdict
    if own and own.state == State.DECLINED:
        return Denied(_("The hosts could not give you a place on this date."))
    return can_contribute(person)


def can_be_guest(occurrence: Occurrence, *, terms: Terms, now: datetime) -> Verdict:
    if not (occurrence.event.is_public and terms.takes_guests):
        return Denied(_("This event is joined with an account."))
    return is_open(occurrence, now=now)


def can_host(person: Reader, event: Event) -> Verdict:
    """Who comes, with all they told, is for the hosts of that event and for nobody with more power than they."""
    if events.is_host(person, event) and can_contribute(person):
        return Allowed()
    return Denied(_("Only those who host this event can see that."))


def can_read_needs(person: Reader, event: Event) -> bool:
    """Access needs were passed to those who host; nobody reads them by a task alone, not even an organiser."""
    return isinstance(person, Member) and (event.author_id == person.pk or getattr(event, "reader_hosts", False))


def can_see_people(person: Reader, event: Event, *, own: Rsvp | None) -> Verdict:
    if (own and own.is_in) or events.is_host(person, event):
        return Allowed()
    return Denied(_("Who comes is shown to those who come too."))


def can_see_link(person: Reader, event: Event, *, own: Rsvp | None) -> bool:
    return bool(own and own.is_in) or events.is_host(person, event)


def can_tell_needs(person: Member, *, own: Rsvp | None, occurrence: Occurrence, now: datetime) -> Verdict:
    if own is None or own.state not in {State.IN, State.WAITING, State.OFFERED, State.ASKED}:
        return Denied(_("Join first; then you can tell the hosts what you need."))
    if occurrence.is_over(now=now):
        return Denied(_("This is over; what was passed on is deleted a week after."))
    return can_contribute(person)


def offer_end(occurrence: Occurrence, *, chosen: Preferences | None, now: datetime) -> datetime:
    """Until when a place is held: a day; on the last day two hours; never beyond the start.

    The two hours stand still in the quiet hours that somebody chose: nobody loses a place by sleeping.
    """
    if occurrence.starts_at - now > LAST_DAY:
        return min(now + OFFER_HELD, occurrence.starts_at)
    if chosen is None:
        return min(now + OFFER_HELD_LATE, occurrence.starts_at)
    return budget.awake_for(chosen, OFFER_HELD_LATE, now, at_most=occurrence.starts_at)


def is_step_back(before: str | None, after: str) -> bool:
    """Whether somebody now allows less to be made of them than before."""
    return before is not None and Level(after).rank < Level(before).rank


def in_words(rsvp: Rsvp) -> str:
    """Where somebody stands now, as the page tells them."""
    return {
        State.IN: _("You have a place."),
        State.MAYBE: _("You come perhaps. That holds no place; say yes when you know."),
        State.NO: _("You don't come this time."),
        State.ASKED: _("The hosts were asked. You hear from them."),
        State.WAITING: _("All places are taken. You are on the waiting list, and we tell you when one is free."),
        State.OFFERED: _("A place is held for you."),
        State.PASSED: _("The offer went on to the next. You can join the list again."),
        State.DECLINED: _("The hosts could not give you a place on this date."),
    }[State(rsvp.state)]
