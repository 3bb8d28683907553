"""How the inbox tells of an address that letters come back from."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from commons import undeliverable
from members.models import Member
from notifications.kinds import Described, Kind, register
from notifications.models import Notice


def register_kinds() -> None:
    register(Kind("bridge.address", _stopped))


def _stopped(notices: Sequence[Notice], reader: Member) -> dict[int, Described]:
    """Until the address works again."""
    if not undeliverable.is_stopped(reader.email):
        return {}
    told = Described(
        title=_("Our letters to you came back, so we stopped sending them"),
        address=reverse("notifications:preferences"),
        room=_("How you are told"),
    )
    return {notice.pk: told for notice in notices}
