"""How inboxes and letters tell hosts that people said how it was: without a name, a number or the moment."""

from collections.abc import Mapping, Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from events.after.models import Feedback
from events.models import Event, hosted
from members.models import Member
from notifications.kinds import Described, Kind, register
from notifications.models import Notice

FEEDBACK = "after.feedback"


def register_kinds() -> None:
    register(Kind(FEEDBACK, _said))


def _said(notices: Sequence[Notice], reader: Member) -> Mapping[int, Described]:
    """For the hosts, as long as there is something to read."""
    keys = {notice.pk: int(notice.subject.split(":")[1]) for notice in notices}
    mine = Event.objects.filter(Q(author=reader) | hosted(reader)).order_by()
    said = Feedback.objects.filter(occurrence__event__in=keys.values()).filter(occurrence__event__in=mine)
    latest = said.order_by("occurrence__event", "-occurrence__starts_at").distinct("occurrence__event")
    found = {one.occurrence.event_id: one.occurrence for one in latest.select_related("occurrence__event")}
    return {
        notice: Described(
            title=found[key].name,
            address=reverse("after:answers", args=[key, found[key].key]),
            words=_("People said how it was for them. You read it without their names."),
            room=_("Calendar"),
        )
        for notice, key in keys.items()
        if key in found
    }
