"""How the inbox tells of an address that letters come back from."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from commons import undeliverable
from members.models import Member
from notifications.bridge.enums import Outcome
from notifications.bridge.models import Incoming
from notifications.kinds import Described, Kind, register
from notifications.models import Notice


def register_kinds() -> None:
    register(Kind("bridge.address", _stopped), Kind("bridge.letter", _refused))


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


def _refused(notices: Sequence[Notice], reader: Member) -> dict[int, Described]:
    """A letter of the reader's that was not posted; its text waits for them."""
    keys = {notice.pk: int(notice.subject.rpartition(":")[2]) for notice in notices}
    letters = Incoming.objects.filter(pk__in=keys.values(), member=reader, outcome=Outcome.REFUSED)
    whys = dict(letters.values_list("pk", "why"))
    return {
        notice: Described(
            title=_("Your letter was not posted"),
            address=reverse("bridge:letter", args=[key]),
            words=whys[key],
            room=_("Letters"),
        )
        for notice, key in keys.items()
        if key in whys
    }
