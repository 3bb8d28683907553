"""What becomes of what an event asks for when the member who began it leaves."""

from django.db import models

from commons.holdings import Leaver
from events.actions.leaving import events_of, hand_over_events
from events.making.models import Ask
from events.models import Event
from members.models import Member


def asks_of(member: Member) -> models.QuerySet[Ask]:
    return Ask.objects.filter(event__in=events_of(member))


def hand_over_asks(leaver: Leaver) -> None:
    """They stay with the event; where its words shall go, they go."""
    mine = events_of(leaver.member)
    gone = leaver.removes(Event._meta.label, mine.order_by("pk").values_list("pk", flat=True))
    Ask.objects.filter(event__in=gone).delete()
    hand_over_events(leaver)
