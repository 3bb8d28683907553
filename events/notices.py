"""How inboxes and letters tell of the calendar."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from events.models import Event
from members.models import Member
from notifications.kinds import Described, Kind, register
from notifications.models import Notice

CONFIRM = "events.confirm"


def register_kinds() -> None:
    register(Kind(CONFIRM, _questions))


def _questions(notices: Sequence[Notice], reader: Member) -> dict[int, Described]:
    """Whether a series goes on. Answered or over, the question leaves the inbox."""
    keys = {notice.pk: notice.subject.split(":") for notice in notices}
    wanted = [int(key) for _kind, key, _until in keys.values()]
    events = Event.objects.visible_to(reader).filter(pk__in=wanted, cancelled_at=None).in_bulk()
    return {
        notice: Described(
            title=event.title,
            address=event.get_absolute_url(),
            words=str(_("Does it go on? One press on its page keeps it in the calendar for another month.")),
            room=str(_("Calendar")),
        )
        for notice, (_kind, key, until) in keys.items()
        if (event := events.get(int(key))) and f"{event.confirmed_until:%Y%m%d}" == until
    }
