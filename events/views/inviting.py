"""What carries an event out of the house: a poster to print, an invitation to paste into a mail."""

from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commons import clock, qr
from commons.access import public, require
from commons.requests import PersonRequest
from events import inviting, queries, rules


@public
@require_safe
def poster(request: PersonRequest, event_id: int) -> HttpResponse:
    """One sheet of paper, with a code that a telephone reads."""
    told = _told(request, event_id)
    event, shown = told["event"], told["shown"]
    context = {
        **told,
        "when": inviting.when(event, shown),
        "again": inviting.again(event),
        "where": inviting.where(event),
        "code": qr.svg(told["address"]),
    }
    return render(request, "events/poster.html", context)


@public
@require_safe
def invitation(request: PersonRequest, event_id: int) -> HttpResponse:
    """Plain text to copy, and a way into one's own mail program."""
    told = _told(request, event_id)
    text = inviting.invitation(told["event"], told["shown"])
    mail = "mailto:?" + urlencode({"subject": told["title"], "body": text}, quote_via=quote)
    return render(request, "events/invitation.html", {**told, "text": text, "mail": mail})


def _told(request: PersonRequest, event_id: int) -> dict[str, Any]:
    event = queries.event(event_id, reader=request.user)
    require(rules.can_invite(request.user, event))
    shown = queries.dates_of(event, key=request.GET.get("on", ""), now=clock.now()).shown
    title = shown.name if shown else event.title
    return {"event": event, "shown": shown, "title": title, "address": inviting.address_of(event, shown)}
