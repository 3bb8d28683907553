"""Joining a date, and all that somebody can still say to it afterwards."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons import clock
from commons.access import members_only, require, sealed
from commons.ratelimit import RateLimited
from commons.requests import MemberRequest
from events.joining import actions, queries, rules
from events.joining.actions import Closed
from events.joining.forms import MediaForm, NeedsForm, ReplyForm, initial_of
from events.joining.models import Rsvp
from events.joining.views import answering
from events.models import Occurrence
from members.consent import gate


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: MemberRequest, event_id: int, key: str) -> HttpResponse:
    """Say whether you come, and what the hosts ask."""
    date, now = queries.date(event_id, key, reader=request.user), clock.now()
    own = queries.own_rsvp(date, request.user)
    require(rules.can_join(request.user, date, own=own, now=now))
    form = _form(request, date, own)
    if form.is_bound and form.is_valid():
        try:
            rsvp = actions.reply(occurrence=date, by=request.user, said=form.reply, now=now)
        except (Closed, RateLimited) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, rules.in_words(rsvp))
            return redirect(date.get_absolute_url())
    context = {"date": date, "event": date.event, "form": form, "own": own}
    return render(request, "events/joining/join.html", context, status=422 if form.is_bound else 200)


@members_only
@require_POST
def answer(request: MemberRequest, event_id: int, key: str) -> HttpResponse:
    """Take an offered place, let it pass, or give up a place."""
    date, now = queries.date(event_id, key, reader=request.user), clock.now()
    answering.act(request, _own(date, request), by=request.user, now=now)
    return redirect(date.get_absolute_url())


@sealed
@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def needs(request: MemberRequest, event_id: int, key: str) -> HttpResponse:
    """Pass on to the hosts of one date what you need, after a yes of your own."""
    date, now = queries.date(event_id, key, reader=request.user), clock.now()
    own = queries.own_rsvp(date, request.user)
    require(rules.can_tell_needs(request.user, own=own, occurrence=date, now=now))
    assert own is not None
    may = gate.allows(request.user, queries.NEEDS, now=now)
    passed = queries.own_needs(own) if may else ""
    if request.POST.get("do") == "take-back":
        actions.pass_needs(rsvp=own, by=request.user, text="", now=now)
        messages.info(request, _("The hosts no longer see what you need."))
        return redirect(date.get_absolute_url())
    initial = {"text": passed or (queries.kept_needs(request.user, now=now) if may else "")}
    form = NeedsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        actions.pass_needs(rsvp=own, by=request.user, text=form.cleaned_data["text"], now=now)
        messages.success(request, _("Passed on. Only the hosts can read it, until a week after the event."))
        return redirect(date.get_absolute_url())
    context = {"date": date, "event": date.event, "form": form, "gate": may, "is_passed": bool(passed)}
    return render(request, "events/joining/needs.html", context, status=422 if form.is_bound else 200)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def media(request: MemberRequest, event_id: int, key: str) -> HttpResponse:
    """Change what may be made of you, before, during and after."""
    date, now = queries.date(event_id, key, reader=request.user), clock.now()
    own = _own(date, request)
    levels = queries.levels_of([own])[own.pk]
    form = MediaForm(request.POST if request.method == "POST" else None, initial=levels)
    if form.is_bound and form.is_valid():
        chosen = actions.choose_media(rsvp=own, date=date, levels=form.levels, now=now)
        messages.success(request, answering.media_in_words(chosen))
        return redirect(date.get_absolute_url())
    context = {"date": date, "event": date.event, "form": form, "back": date.get_absolute_url()}
    return render(request, "events/joining/media.html", context, status=422 if form.is_bound else 200)


@members_only
@require_safe
def people(request: MemberRequest, event_id: int, key: str) -> HttpResponse:
    """Who comes, for those who come too: only those who said so."""
    date, now = queries.date(event_id, key, reader=request.user), clock.now()
    own = queries.own_rsvp(date, request.user)
    require(rules.can_see_people(request.user, date.event, own=own))
    context = {"date": date, "event": date.event, "people": queries.seen_people(date, now=now)}
    return render(request, "events/joining/people.html", context)


def _form(request: MemberRequest, date: Occurrence, own: Rsvp | None) -> ReplyForm:
    sent = request.POST if request.method == "POST" else None
    terms, questions = queries.terms_of(date.event_id), queries.questions_of(date.event)
    if own:
        initial = initial_of(own, levels=queries.said_levels(own), answers=queries.own_answers(own))
    else:
        initial = queries.reminders_last_chosen(request.user)
    return ReplyForm(sent, terms=terms, questions=questions, initial=initial)


def _own(date: Occurrence, request: MemberRequest) -> Rsvp:
    if (own := queries.own_rsvp(date, request.user)) is None:
        raise Http404
    return own
