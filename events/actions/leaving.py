"""What the calendar does when somebody is erased: what they invited to stays, without them."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from commons.holdings import Leaver
from events.enums import AddressFor
from events.models import Event, Occurrence, Place
from members.models import Member


def events_of(member: Member) -> QuerySet[Event]:
    return Event.objects.filter(author=member)


def dates_of(member: Member) -> QuerySet[Occurrence]:
    return Occurrence.objects.filter(event__author=member)


@transaction.atomic
def hand_over_events(leaver: Leaver) -> None:
    """Drafts go; events stay in the calendar, looked after by organisers. Where words shall go, they say only when."""
    mine = events_of(leaver.member)
    mine.filter(published_at=None).delete()
    gone = leaver.removes(Event._meta.label, mine.order_by("pk").values_list("pk", flat=True))
    removed = Event.objects.filter(pk__in=gone)
    Occurrence.objects.filter(event__in=gone).exclude(cancelled_at=None).update(cancel_reason=_removed())
    Occurrence.objects.filter(event__in=gone).update(note="", title="")
    removed.exclude(cancelled_at=None).update(cancel_reason=_removed())
    removed.update(title=_("An event"), source="", html="", content_note="", online_link="", language="")
    mine.update(author=None, submission=None)


def forget_places(leaver: Leaver) -> None:
    """Nobody reads any more who told of a place; an address that was for members only goes with them."""
    told = Place.objects.filter(told_by=leaver.member)
    told.filter(address_for=AddressFor.MEMBERS).update(address="", directions="")
    gone = leaver.removes(Place._meta.label, told.order_by("pk").values_list("pk", flat=True))
    Place.objects.filter(pk__in=gone).update(name=_("A place"), area="", address="", directions="")
    told.update(told_by=None)


def _removed() -> str:
    return _("Removed by the person who wrote it.")
