"""What hosts see and decide: the terms, the questions, who comes, and the sheet for pictures and recordings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commons import clock
from commons.access import members_only, require
from commons.pagination import cursor
from commons.requests import MemberRequest
from events import queries as events
from events import rules as hosting
from events.actions import Full
from events.joining import actions, queries, rules
from events.joining.enums import Part
from events.joining.forms import QuestionForm, TermsForm
from events.models import Occurrence


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: MemberRequest, event_id: int) -> HttpResponse:
    """How many can come, and who decides."""
    event = events.event(event_id, reader=request.user)
    require(hosting.can_change(request.user, event))
    kept = queries.terms_of(event.pk)
    initial = {name: getattr(kept, name) for name in TermsForm.base_fields}
    form = TermsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        actions.set_terms(event=event, chosen=form.chosen, now=clock.now())
        messages.success(request, _("Kept. What is free now is offered to whoever waits."))
        return redirect(event.get_absolute_url())
    context = {"event": event, "form": form}
    return render(request, "events/joining/terms.html", context, status=422 if form.is_bound else 200)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: MemberRequest, event_id: int) -> HttpResponse:
    """What the hosts ask whoever joins."""
    event = events.event(event_id, reader=request.user)
    require(hosting.can_change(request.user, event))
    asked = queries.questions_of(event)
    if gone := next((one for one in asked if str(one.pk) == request.POST.get("stop")), None):
        actions.stop_asking(question=gone)
        messages.info(request, _("We ask that no more, and what was answered is deleted."))
        return redirect(request.path)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.ask(event=event, **form.cleaned_data)
        except Full as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Whoever joins from now on is asked this."))
            return redirect(request.path)
    context = {"event": event, "questions": asked, "form": form}
    return render(request, "events/joining/questions.html", context, status=422 if form.is_bound else 200)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: MemberRequest, event_id: int, key: str) -> HttpResponse:
    """Who comes to a date, what they told its hosts, and what is to be decided."""
    date, now = queries.date(event_id, key, reader=request.user), clock.now()
    require(rules.can_host(request.user, date.event))
    if request.method == "POST":
        _decide(request, date)
        return redirect(request.path)
    page = queries.answers_page(date, after=request.GET.get("after", ""))
    needs = queries.needs_passed_to(request.user, date.event, page.rows, now=now)
    terms = queries.terms_of(event_id)
    context = {
        "date": date,
        "event": date.event,
        "rows": [(rsvp, needs.get(rsvp.pk, "")) for rsvp in page.rows],
        "after": cursor(page.rows[-1], by=queries.HOSTED_BY) if page.has_after and page.rows else "",
        "terms": terms,
        "places": queries.places_of(date, terms),
        "step_backs": queries.step_backs(date),
    }
    return render(request, "events/joining/hosting.html", context)


@members_only
@require_safe
def sheet(request: MemberRequest, event_id: int, key: str) -> HttpResponse:
    """What may be made of whom, to print and to hang beside the door."""
    date = queries.date(event_id, key, reader=request.user)
    require(rules.can_host(request.user, date.event))
    context = {"date": date, "event": date.event, "parts": Part.labels, "rows": queries.sheet(date)}
    return render(request, "events/joining/sheet.html", context)


def _decide(request: MemberRequest, date: Occurrence) -> None:
    now = clock.now()
    if "settled" in request.POST:
        found = next((one for one in queries.step_backs(date) if str(one.pk) == request.POST["settled"]), None)
        if found:
            actions.settle_step_back(choice=found, now=now)
            messages.success(request, _("Thank you for seeing to it."))
        return
    wish = "approve" if "approve" in request.POST else "decline"
    rsvp = queries.rsvp_of(date, request.POST.get(wish, ""))
    decided = actions.approve(rsvp=rsvp, now=now) if wish == "approve" else actions.decline(rsvp=rsvp, now=now)
    messages.success(
        request, _("%(name)s is told: %(state)s.") % {"name": rsvp.person, "state": decided.get_state_display()}
    )
