"""One date of an event: changed or cancelled while the others stay, as long as it has not begun."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commons import clock
from commons.access import members_only, require
from commons.requests import MemberRequest
from events import actions, queries, rules
from events.forms import DateForm, ReasonForm


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: MemberRequest, event_id: int, key: str) -> HttpResponse:
    event = queries.event(event_id, reader=request.user)
    occurrence = queries.occurrence(event, key)
    now = clock.now()
    require(rules.can_change(request.user, event))
    can_move = rules.can_move(request.user, event, occurrence, now=now)
    form = DateForm(request.POST or None, occurrence=occurrence, can_move=can_move)
    if form.is_valid():
        note = form.cleaned_data["note"]
        if can_move:
            actions.change_date(occurrence=occurrence, wall=form.wall, duration=form.duration, note=note, now=now)
            messages.success(request, _("This date is changed; the others stay as they are."))
        else:
            actions.note_date(occurrence=occurrence, note=note, now=now)
            messages.success(request, _("Your note stands beside this date."))
        return redirect(occurrence.get_absolute_url())
    context = {"event": event, "occurrence": occurrence, "form": form, "can_move": can_move}
    return render(request, "events/date.html", context, status=422 if form.is_bound else 200)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: MemberRequest, event_id: int, key: str) -> HttpResponse:
    event = queries.event(event_id, reader=request.user)
    occurrence = queries.occurrence(event, key)
    require(rules.can_cancel_date(request.user, event, occurrence, now=clock.now()))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        actions.cancel_date(occurrence=occurrence, reason=form.cleaned_data["reason"], now=clock.now())
        messages.info(request, _("This date is cancelled. It stays in the calendar, with your reason."))
        return redirect(occurrence.get_absolute_url())
    context = {"event": event, "occurrence": occurrence, "form": form}
    return render(request, "events/cancel.html", context, status=422 if form.is_bound else 200)
