"""Preparing, publishing and changing events."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commons import clock
from commons.access import Denied, members_only, require
from commons.ratelimit import RateLimited
from commons.requests import MemberRequest
from events import actions, queries, recurring, rules
from events.forms import EventForm, initial_of
from events.models import Event, Occurrence


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest) -> HttpResponse:
    """All of an event on one page. One that repeats is published once its dates have been looked at."""
    require(rules.can_prepare(request.user))
    form = _form(request, initial={"time_zone": queries.zone_of(request.user).key})
    if form.is_bound and form.is_valid() and _is_to_be_kept(request, form):
        try:
            draft = actions.prepare(
                by=request.user,
                details=form.details(),
                submission=form.cleaned_data["submission"],
                now=clock.now(),
            )
        except RateLimited as error:
            form.add_error(None, error.reason)
        else:
            return _kept(request, draft)
    return _page(request, form)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MemberRequest, event_id: int) -> HttpResponse:
    """Change an event with all its dates."""
    event = queries.event(event_id, reader=request.user)
    require(rules.can_change(request.user, event))
    is_history = rules.has_begun(event, now=clock.now()) and queries.is_counted_on(event)
    form = _form(request, event=event, initial=initial_of(event), is_history=is_history)
    if form.is_bound and form.is_valid() and _is_to_be_kept(request, form):
        try:
            changed = actions.edit(event=event, by=request.user, details=form.details(), now=clock.now())
        except actions.Cancelled as error:
            form.add_error(None, str(error))
        else:
            return _kept(request, changed)
    return _page(request, form, event=event)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def later(request: MemberRequest, event_id: int, key: str) -> HttpResponse:
    """Change a series from one date on."""
    event = queries.event(event_id, reader=request.user)
    occurrence = queries.occurrence(event, key)
    require(rules.can_change(request.user, event))
    if not event.is_series or event.is_draft:
        raise Http404
    if occurrence.ruled_start == event.first_wall:
        return redirect("events:edit", event.pk)
    require(rules.can_move(request.user, event, occurrence, now=clock.now()))
    form = _form(request, event=event, initial=_from_here(event, occurrence))
    if form.is_bound and form.is_valid() and _is_to_be_kept(request, form):
        try:
            changed = actions.split(
                event=event,
                key=occurrence.key,
                by=request.user,
                details=form.details(),
                submission=form.cleaned_data["submission"],
                now=clock.now(),
            )
        except actions.Cancelled as error:
            form.add_error(None, str(error))
        else:
            return _kept(request, changed)
    return _page(request, form, event=event, occurrence=occurrence)


@members_only
@require_POST
def publish(request: MemberRequest, event_id: int) -> HttpResponse:
    event = queries.event(event_id, reader=request.user)
    require(rules.can_publish(request.user, event))
    published = actions.publish(event=event, now=clock.now())
    messages.success(request, _("It is in the calendar."))
    return redirect(published.get_absolute_url())


@members_only
@require_POST
def discard(request: MemberRequest, event_id: int) -> HttpResponse:
    event = queries.event(event_id, reader=request.user)
    require(rules.can_change(request.user, event))
    if not event.is_draft:
        require(Denied(_("This event is in the calendar. You can cancel it, and say why.")))
    actions.discard_draft(event=event)
    messages.info(request, _("The draft is gone."))
    return redirect("events:mine")


@members_only
@require_POST
def copy(request: MemberRequest, event_id: int) -> HttpResponse:
    """Begin a draft that is like an earlier event."""
    event = queries.event(event_id, reader=request.user)
    require(rules.can_prepare(request.user))
    draft = actions.copy(event=event, by=request.user, now=clock.now())
    messages.info(request, _("Here is a copy. Say when it happens; nobody else sees it yet."))
    return redirect("events:edit", draft.pk)


def _form(
    request: MemberRequest, *, initial: dict[str, Any], event: Event | None = None, is_history: bool = False
) -> EventForm:
    sent = request.POST if request.method == "POST" else None
    return EventForm(
        sent,
        member=request.user,
        places=queries.known_places(),
        event=event,
        is_history=is_history,
        initial=initial,
    )


def _is_to_be_kept(request: MemberRequest, form: EventForm) -> bool:
    """A draft at once; anything else after its dates have been seen."""
    wish = request.POST.get("do")
    return wish == "draft" or (wish == "publish" and form.has_seen_dates)


def _kept(request: MemberRequest, event: Event) -> HttpResponse:
    """The page of what was kept; published if that was the wish and the member may."""
    if event.is_draft and request.POST.get("do") == "publish":
        event.reader_hosts = True
        if may := rules.can_publish(request.user, event):
            event = actions.publish(event=event, now=clock.now())
            messages.success(request, _("It is in the calendar."))
        else:
            messages.info(request, may.reason)
    elif event.is_draft:
        messages.info(request, _("Kept as a draft. Only its hosts see it."))
    else:
        messages.success(request, _("Changed. Other calendars follow within hours."))
    return redirect(event.get_absolute_url())


def _from_here(event: Event, occurrence: Occurrence) -> dict[str, Any]:
    """What the form shows of a series that is changed from a date on: the same, beginning there.

    A count would begin anew, so what is left of it is counted.
    """
    told = initial_of(event)
    here = occurrence.ruled_start
    if told["count"]:
        walls = recurring.starts(event.recurrence, first=event.first_wall, until=here).walls
        told["count"] = max(1, told["count"] - len(walls) + 1)
    return told | {"first_date": here.date(), "last_date": None, "which": told["which"] or None}


def _page(
    request: MemberRequest, form: EventForm, *, event: Event | None = None, occurrence: Occurrence | None = None
) -> HttpResponse:
    is_good = form.is_bound and not form.errors
    context = {
        "form": form,
        "event": event,
        "occurrence": occurrence,
        "dates": form.next_dates() if is_good else [],
        "again": form.again_in_words if is_good else "",
        "dates_key": form.dates_key if is_good else "",
        "can_publish": not request.user.is_newcomer,
    }
    return render(request, "events/edit.html", context, status=200 if not form.is_bound or is_good else 422)
