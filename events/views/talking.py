"""The thread about an event: the first word begins it, in a room of the forum with the same readers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commons import clock, subjects
from commons.access import Denied, members_only, require
from commons.requests import MemberRequest
from commons.subjects import Unsaid
from events import actions, queries, rules
from events.forms import TalkForm


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: MemberRequest, event_id: int) -> HttpResponse:
    event = queries.event(event_id, reader=request.user)
    require(rules.can_talk(request.user, event))
    if (talk := queries.talk_of(event, reader=request.user)) and request.method != "POST":
        if talk.address:
            return redirect(talk.address)
        require(Denied(_("This is talked about in a room that is not open to you.")))
    rooms = subjects.talks().rooms(request.user, is_public=event.is_public)
    form = TalkForm(request.POST or None, rooms=rooms, is_host=rules.is_host(request.user, event))
    if form.is_valid():
        try:
            address = actions.begin_talk(
                event=event,
                room=form.cleaned_data["room"],
                by=request.user,
                source=form.cleaned_data["source"],
                submission=form.cleaned_data["submission"],
                now=clock.now(),
            )
        except Unsaid as error:
            form.add_error("source", str(error))
        else:
            messages.success(request, _("Said. The event and its thread lead to each other."))
            return redirect(address)
    context = {"event": event, "form": form, "rooms": rooms}
    return render(request, "events/thread.html", context, status=422 if form.is_bound else 200)
