"""Files that go with a date: seen by members who see the event."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from commons.access import Verdict
from commons.files.models import Spot
from events.models import Occurrence, Reader
from members.models import Member
from members.rules import can_contribute

DATE = "events.date"


def of_date(occurrence: Occurrence) -> Spot:
    return Spot(DATE, occurrence.pk)


def dates_visible_to(reader: Reader, *, now: datetime) -> QuerySet[Any, Any]:  # noqa: ARG001 (a date is seen at any time)
    dates = Occurrence.objects.visible_to(reader)
    return (dates if isinstance(reader, Member) else dates.none()).values("pk")


def can_help_at(reader: Reader, _occurrence_id: int) -> Verdict:
    """Whoever sees a picture and may write can say what it shows."""
    return can_contribute(reader)


def address_of(occurrence_id: int) -> str:
    event, key = Occurrence.objects.values_list("event", "key").get(pk=occurrence_id)
    return reverse("after:after", args=[event, key])
