"""Letters to guests, of service: what they asked for a moment ago, and what they must know about their place."""

from datetime import datetime
from typing import Any

from django.conf import settings

from commons import letters, ratelimit
from events.joining import guests, notices
from events.joining.guests import Wanted
from events.joining.models import Guest, Rsvp
from events.models import Occurrence
from members import addresses

TEMPLATES = {
    notices.OFFER: "events/joining/email/offer.txt",
    notices.ANSWERED: "events/joining/email/answered.txt",
    notices.REMINDER: "events/joining/email/reminder.txt",
    notices.CHANGED: "events/joining/email/changed.txt",
    notices.CANCELLED: "events/joining/email/cancelled.txt",
}


def ask_to_confirm(wanted: Wanted, *, date: Occurrence, now: datetime) -> None:
    """Send the link by which somebody confirms their address.

    Raises:
        RateLimited: we wrote to this address often enough today.
    """
    ratelimit.spend_or_refuse("events.guest", key=addresses.hashed(wanted.email).hex(), now=now)
    link = settings.SITE_URL + guests.confirm_path(wanted, now=now)
    letters.post("events/joining/email/confirm.txt", to=wanted.email, context=_words(date, link=link, name=wanted.name))


def tell(guest: Guest, rsvp: Rsvp, *, about: str) -> None:
    """Tell a guest how their place stands, or that the date is another one. `about` is the kind of news."""
    link = settings.SITE_URL + guests.own_path(guest)
    context = _words(guest.occurrence, link=link, name=guest.name)
    letters.post(TEMPLATES[about], to=guest.email, context={**context, "rsvp": rsvp})


def _words(date: Occurrence, *, link: str, name: str) -> dict[str, Any]:
    told = {"date": date, "event": date.event, "when": notices.when(date), "link": link, "name": name}
    return {**told, "site_name": settings.SITE_NAME}
