"""What is held about who gives what an event needs, and what becomes of it."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from commons.holdings import Erase, Holding, Retention, declare
from events.making.actions import leaving
from events.making.enums import PLEDGES_KEPT
from events.making.models import Ask, Pledge
from events.models import Occurrence


def pledges_over(before: datetime) -> QuerySet[Pledge]:
    """Those for events that have no date since then."""
    later = Occurrence.objects.filter(event=OuterRef("ask__event"), ends_at__gte=before)
    return Pledge.objects.filter(~Exists(later.order_by()), given_at__lt=before)


declare(
    Holding(
        model=Ask,
        title=_("What events that you began need"),
        activity="events.calendar",
        of=leaving.asks_of,
        personal={"what": "pd:Communication"},
        file="content/event-asks",
        export=("id", "event_id", "kind", "what", "wanted"),
        erase=Erase(run=leaving.hand_over_asks, left=lambda leaver: leaving.asks_of(leaver.member).count()),
        order=9,
        held_with="events.Event",
    ),
    Holding(
        model=Pledge,
        title=_("What you took on for events"),
        activity="events.calendar",
        of=lambda member: Pledge.objects.filter(member=member),
        personal={"member": "pd:Username", "note": "pd:Communication"},
        file="content/event-pledges",
        export=("id", "ask__event__title", "ask__what", "note", "given_at"),
        retention=(
            Retention(
                code="events.pledges",
                what=_("What you took on for an event"),
                keep=PLEDGES_KEPT,
                then=_("deleted, counted from the last date of the event"),
                why=_("The hosts need to know who brings what; afterwards nobody does."),
                due=pledges_over,
            ),
        ),
    ),
)
