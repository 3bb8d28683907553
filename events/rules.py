"""Who may do what in the calendar; each verdict carries the sentence that the reader will see."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from commons.access import Allowed, Denied, Verdict
from events import recurring
from events.enums import ANNOUNCED, CONFIRMED_FOR, HOSTS_MAX, YEARS_AHEAD, Visibility
from events.models import Event, Occurrence, Reader
from members.enums import Role
from members.models import Member
from members.rules import can_contribute


def can_see(reader: Reader, event: Event, *, is_host: bool) -> bool:
    """The read rule for one event; `Event.objects.visible_to` says the same in SQL."""
    if is_host:
        return True
    if event.is_draft or event.hidden_at:
        return False
    return event.visibility == Visibility.PUBLIC or isinstance(reader, Member)


def is_host(person: Reader, event: Event) -> bool:
    """Whoever began it, and those who host it with them. Reads `reader_hosts`, which the finding query attached.

    What came from another calendar and belongs to nobody here is looked after by organisers.
    """
    if not isinstance(person, Member):
        return False
    if event.author_id is None and person.acts_as(Role.ORGANISER):
        return True
    return event.author_id == person.pk or getattr(event, "reader_hosts", False)


def can_prepare(person: Reader) -> Verdict:
    return can_contribute(person)


def can_publish(person: Reader, event: Event) -> Verdict:
    if not (verdict := can_change(person, event)):
        return verdict
    if isinstance(person, Member) and person.is_newcomer:
        return Denied(
            _("As a newcomer you can prepare an event and keep it as a draft. You can publish it as a member.")
        )
    return Allowed()


def can_change(person: Reader, event: Event) -> Verdict:
    if not is_host(person, event):
        return Denied(_("Only those who host this event can do that."))
    if event.is_cancelled:
        return Denied(_("This event was cancelled, so it cannot be changed. You can copy it and begin anew."))
    return can_contribute(person)


def has_begun(event: Event, *, now: datetime) -> bool:
    """Whether its first date is part of the history. A draft has no dates."""
    return not event.is_draft and recurring.instant(event.first_wall, event.time_zone) <= now


def can_move(person: Reader, event: Event, occurrence: Occurrence, *, now: datetime) -> Verdict:
    """Give a date another time, or change a series from it on. What has begun is part of the history."""
    if (verdict := can_change(person, event)) and occurrence.has_begun(now=now):
        return Denied(_("This date has begun, so it can no longer be moved. You can still say what was different."))
    return verdict


def can_cancel_date(person: Reader, event: Event, occurrence: Occurrence, *, now: datetime) -> Verdict:
    if (verdict := can_change(person, event)) and occurrence.has_begun(now=now):
        return Denied(_("This date has begun, so it can no longer be cancelled."))
    return verdict


def can_cancel(person: Reader, event: Event, dates: Iterable[Occurrence], *, now: datetime) -> Verdict:
    """All of an event, as long as something of it is ahead. `dates` are its dates around now."""
    if not (verdict := can_change(person, event)) or event.is_draft:
        return verdict
    if all(date.has_begun(now=now) for date in dates) and not (event.is_series and walls_ahead(event, now=now)):
        return Denied(_("All of it has been, or has begun, so it can no longer be cancelled."))
    return Allowed()


def can_invite(person: Reader, event: Event) -> Verdict:
    """Posters and invitations carry an event out of the house: everybody may do that with what is public."""
    if event.is_draft or event.is_cancelled:
        return Denied(_("One can invite to an event that is in the calendar and takes place."))
    if event.is_public or is_host(person, event):
        return Allowed()
    return Denied(_("This event is for members. Only those who host it can invite others."))


def can_talk(person: Reader, event: Event) -> Verdict:
    if event.is_draft:
        return Denied(_("Only its hosts know of a draft. Publish it first."))
    return can_contribute(person)


def confirmation_end(event: Event, *, now: datetime) -> datetime | None:
    """Until when a series is sure after its host said so now: a month from the next date.

    None if it is sure to its end, which is near.
    """
    coming = walls_ahead(event, now=now)
    if not coming or coming[-1] - coming[0] <= ANNOUNCED:
        return None
    return recurring.instant(coming[0], event.time_zone) + CONFIRMED_FOR


def walls_ahead(event: Event, *, now: datetime) -> list[datetime]:
    """The starts that are still to come as its rule says, on the event's own clock, for ten years at most."""
    here = max(event.first_wall, recurring.local(now, event.time_zone))
    found = recurring.starts(event.recurrence, first=event.first_wall, until=recurring.years_after(here, YEARS_AHEAD))
    return [wall for wall in found.walls if wall >= here]


def fingerprint(key: str) -> bytes:
    """What is kept of a secret address."""
    return sha256(key.encode()).digest()


def can_confirm(person: Reader, event: Event, *, now: datetime) -> Verdict:
    """Say that a series goes on, where that makes it sure for longer than it is."""
    if not event.is_series or event.is_draft:
        return Denied(_("Only a series that is in the calendar has to be confirmed."))
    if not (verdict := can_change(person, event)) or event.resting_since:
        return verdict
    if event.sure_until is None:
        return Denied(_("It is sure to its end, so it need not be confirmed."))
    if confirmation_end(event, now=now) == event.confirmed_until:
        day = date_format(event.sure_until, "j F Y")
        return Denied(_("Its dates are sure until %(day)s. Before that we ask you whether it goes on.") % {"day": day})
    return Allowed()


def can_add_host(member: Member, *, count: int) -> Verdict:
    if count >= HOSTS_MAX:
        return Denied(_("Twelve people can host an event together; it has as many."))
    if not can_contribute(member):
        return Denied(_("This member cannot host anything at the moment."))
    return Allowed()


def can_remove_host(event: Event, member: Member) -> Verdict:
    if event.author_id == member.pk:
        return Denied(_("Whoever began an event hosts it to its end."))
    return Allowed()
