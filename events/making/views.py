"""What an event needs to happen: asked by its hosts, taken on by members."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commons import clock
from commons.access import members_only, require
from commons.ratelimit import RateLimited
from commons.requests import MemberRequest
from events import queries as calendar
from events.actions import Full
from events.making import actions, queries, rules
from events.making.enums import AskKind
from events.making.forms import AskForm, PledgeForm


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def asks(request: MemberRequest, event_id: int) -> HttpResponse:
    """What is needed and who gives it; hosts add to it."""
    event, now = calendar.event(event_id, reader=request.user), clock.now()
    can_ask = rules.can_ask(request.user, event, now=now)
    form = AskForm(request.POST or None)
    if form.is_bound:
        require(can_ask)
    if form.is_valid():
        told = form.cleaned_data
        try:
            actions.ask_for(event=event, kind=AskKind(told["kind"]), what=told["what"], wanted=told["wanted"])
        except Full as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("It is on the list."))
            return redirect("making:asks", event.pk)
    context = {
        "event": event,
        "asks": queries.asks_of(event),
        "form": form,
        "can_ask": can_ask,
        "can_take_on": rules.can_take_on(request.user, event, now=now),
    }
    return render(request, "making/asks.html", context, status=422 if form.is_bound else 200)


@members_only
@require_POST
def take_on(request: MemberRequest, event_id: int, ask_id: int) -> HttpResponse:
    event = calendar.event(event_id, reader=request.user)
    ask = queries.ask(event, ask_id)
    require(rules.can_take_on(request.user, event, now=clock.now()))
    form = PledgeForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        actions.take_on(ask=ask, by=request.user, note=note, now=clock.now())
    except (Full, RateLimited) as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _("Thank you. You can take it back here, at any time."))
    return redirect("making:asks", event.pk)


@members_only
@require_POST
def take_back(request: MemberRequest, event_id: int, ask_id: int) -> HttpResponse:
    event = calendar.event(event_id, reader=request.user)
    if actions.take_back(ask=queries.ask(event, ask_id), by=request.user):
        messages.info(request, _("Taken back. Somebody else can take it on now."))
    return redirect("making:asks", event.pk)


@members_only
@require_POST
def remove(request: MemberRequest, event_id: int, ask_id: int) -> HttpResponse:
    event = calendar.event(event_id, reader=request.user)
    ask = queries.ask(event, ask_id)
    require(rules.can_ask(request.user, event, now=clock.now()))
    actions.no_longer_ask(ask=ask)
    messages.info(request, _("It is off the list."))
    return redirect("making:asks", event.pk)
