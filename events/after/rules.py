"""Who may do what after an event; each verdict carries the sentence that the reader will see."""

from datetime import datetime

from django.utils.translation import gettext as _

from commons import markup
from commons.access import Allowed, Denied, Verdict
from events.after.enums import FEEDBACK_OPEN, LINKS_MAX_NEWCOMER
from events.models import Event, Occurrence, Reader
from events.rules import is_host
from members.models import Member
from members.rules import can_contribute


def can_tell(person: Reader, occurrence: Occurrence, *, now: datetime) -> Verdict:
    """Write notes, hand on materials, say what came of it: every member who sees the event, once it has begun."""
    if occurrence.is_cancelled:
        return Denied(_("This date was cancelled, so there is nothing to tell of it."))
    if occurrence.starts_at > now:
        return Denied(_("It has not been yet. What came of it can be told from its beginning on."))
    return can_contribute(person)


def can_write(person: Member, source: str) -> Verdict:
    """A limit on links for newcomers, so that spam is not worth the trouble."""
    if person.is_newcomer and markup.link_count(source) > LINKS_MAX_NEWCOMER:
        return Denied(_("In your first days you can put in one link. What you wrote is safe: take some out."))
    return Allowed()


def can_hand_on_links(person: Reader, occurrence: Occurrence, *, now: datetime) -> Verdict:
    if isinstance(person, Member) and person.is_newcomer:
        return Denied(_("In your first days you can write with the others here. Links you hand on as a member."))
    return can_tell(person, occurrence, now=now)


def can_list_recordings(person: Reader, event: Event) -> Verdict:
    if not is_host(person, event):
        return Denied(_("Only those who host this event can list recordings, since they asked for consent."))
    return Allowed()


def can_take_away(person: Reader, event: Event, *, giver: int | None) -> Verdict:
    if giver != person.pk and not is_host(person, event):
        return Denied(_("Only whoever gave this, or a host, can take it away."))
    return can_contribute(person)


def can_give_feedback(person: Reader, event: Event, occurrence: Occurrence, *, now: datetime) -> Verdict:
    if occurrence.is_cancelled or not occurrence.is_over(now=now):
        return Denied(_("You can say how it was when it is over."))
    if now > occurrence.ends_at + FEEDBACK_OPEN:
        return Denied(_("The time for this, thirty days, is over. You can still write to the hosts."))
    if is_host(person, event):
        return Denied(_("You host this. What others say is for you to read."))
    return can_contribute(person)


def can_read_feedback(person: Reader, event: Event) -> Verdict:
    if not is_host(person, event):
        return Denied(_("What people say about it is read by its hosts only."))
    return Allowed()
