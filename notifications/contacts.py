"""How the inbox tells of what the members' room does: requests to talk, and messages. Never what was written."""

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from members.contact.enums import RequestState
from members.contact.models import ContactRequest, Message
from members.models import Member
from notifications.kinds import Described, Kind, register
from notifications.models import Notice


def register_kinds() -> None:
    register(Kind("contact.request", _requests), Kind("contact.message", _messages))


def _requests(notices: Sequence[Notice], reader: Member) -> dict[int, Described]:
    rows = ContactRequest.objects.filter(pk__in=_keys(notices), asked=reader, state=RequestState.REQUESTED)
    found = {row.pk: row for row in rows.select_related("asker")}
    return {
        notice.pk: Described(
            title=_("%(name)s would like to write with you") % {"name": found[key].asker},
            address=reverse("contact:inbox"),
            who=str(found[key].asker),
            room=_("Messages"),
        )
        for notice, key in zip(notices, _keys(notices), strict=True)
        if key in found
    }


def _messages(notices: Sequence[Notice], reader: Member) -> dict[int, Described]:
    mine = Q(conversation__first=reader) | Q(conversation__second=reader)
    rows = Message.objects.filter(mine, pk__in=_keys(notices)).select_related("author", "conversation")
    found = {row.pk: row for row in rows}
    return {
        notice.pk: Described(
            title=_("%(name)s wrote to you") % {"name": found[key].author},
            address=found[key].conversation.get_absolute_url(),
            who=str(found[key].author),
            room=_("Messages"),
        )
        for notice, key in zip(notices, _keys(notices), strict=True)
        if key in found
    }


def _keys(notices: Sequence[Notice]) -> list[int]:
    return [int(notice.subject.partition(":")[2]) for notice in notices]
