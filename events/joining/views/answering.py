"""What members and guests do alike with an answer of theirs, and how the pages say it."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from commons.ratelimit import RateLimited
from events.joining import actions, rules
from events.joining.actions import Closed, OfferOver, Reply
from events.joining.enums import Wish
from events.joining.models import Guest, MediaChoice, Rsvp
from members.models import Member


def act(request: HttpRequest, own: Rsvp, *, by: Member | Guest, now: datetime) -> None:
    """Take an offered place, let it pass, or give a place up; a message says what came of it."""
    wish = request.POST.get("do")
    try:
        if wish == "accept":
            messages.success(request, rules.in_words(actions.accept(rsvp=own, now=now)))
        elif wish == "pass":
            messages.info(request, rules.in_words(actions.pass_on(rsvp=own, now=now)))
        elif wish == "leave":
            said = Reply(wish=Wish.NO, wants_days=own.wants_days, wants_hours=own.wants_hours)
            messages.info(request, rules.in_words(actions.reply(occurrence=own.occurrence, by=by, said=said, now=now)))
    except (Closed, OfferOver, RateLimited) as error:
        messages.warning(request, str(error))


def media_in_words(chosen: Iterable[MediaChoice]) -> str:
    if any(one.asks_hosts for one in chosen):
        return _("Changed. The hosts were asked to see to what was made already.")
    return _("Changed. The hosts see it on their sheet.")
