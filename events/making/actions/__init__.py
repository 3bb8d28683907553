"""Every write of what an event needs and who gives it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from commons import ratelimit
from events.actions import Full
from events.making.enums import ASKS_MOST, AskKind
from events.making.models import Ask, Pledge
from events.models import Event
from members.models import Member


@transaction.atomic
def ask_for(*, event: Event, kind: AskKind, what: str, wanted: int) -> Ask:
    """Say that an event needs something. The same again changes how many are wanted.

    Raises:
        Full: the event asks for enough already.
    """
    Event.objects.select_for_update().get(pk=event.pk)
    here = Ask.objects.filter(event=event)
    if here.count() >= ASKS_MOST and not here.filter(kind=kind, what=what).exists():
        raise Full(_("You ask for sixty things already. Take one off the list first."))
    ask, _made = Ask.objects.update_or_create(event=event, kind=kind, what=what, defaults={"wanted": wanted})
    return ask


def no_longer_ask(*, ask: Ask) -> None:
    """Take something off the list, with who took it on."""
    Ask.objects.filter(pk=ask.pk).delete()


@transaction.atomic
def take_on(*, ask: Ask, by: Member, note: str, now: datetime) -> Pledge:
    """A member takes on what is asked, under the lock of the ask, so that it is never given more often than wanted.

    Raises:
        Full: others were faster.
        RateLimited: too many for now.
    """
    ask = Ask.objects.select_for_update().get(pk=ask.pk)
    given = Pledge.objects.filter(ask=ask)
    if earlier := given.filter(member=by).first():
        return earlier
    if given.count() >= ask.wanted:
        raise Full(_("Others were faster: this is taken care of. Is there something else that you could take on?"))
    ratelimit.spend_or_refuse("events.pledge", key=str(by.pk), now=now)
    return Pledge.objects.create(ask=ask, member=by, note=note, given_at=now)


def take_back(*, ask: Ask, by: Member) -> bool:
    """A member takes their word back, without a reason; whether there was one."""
    deleted, _rows = Pledge.objects.filter(ask=ask, member=by).delete()
    return bool(deleted)
