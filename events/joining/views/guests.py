"""People without an account: they confirm their address by a link, and have a page of their own behind another."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commons import clock
from commons.access import public, require
from commons.ratelimit import RateLimited
from commons.requests import PersonRequest
from events.joining import actions, guests, letters, queries, rules
from events.joining.actions import Closed
from events.joining.forms import GuestForm, GuestReplyForm, MediaForm, initial_of
from events.joining.guests import Wanted
from events.joining.models import Guest
from events.joining.views import answering
from events.models import Occurrence


@public
@require_http_methods(["GET", "HEAD", "POST"])
def come(request: PersonRequest, event_id: int, key: str) -> HttpResponse:
    """Say who you are and where we can write to. Until you follow the link in our letter, nothing is kept."""
    date, now = queries.date(event_id, key, reader=request.user), clock.now()
    require(rules.can_be_guest(date, terms=queries.terms_of(event_id), now=now))
    form = GuestForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        wanted = Wanted(date.pk, form.cleaned_data["name"], form.cleaned_data["email"])
        try:
            letters.ask_to_confirm(wanted, date=date, now=now)
        except RateLimited as error:
            form.add_error("email", error.reason)
        else:
            return render(request, "events/joining/sent.html", {"date": date, "event": date.event})
    context = {"date": date, "event": date.event, "form": form}
    return render(request, "events/joining/guest.html", context, status=422 if form.is_bound else 200)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: PersonRequest, token: str) -> HttpResponse:
    """The link in the letter: say whether you come. Only now something is kept."""
    now = clock.now()
    wanted = guests.wanted_by(token, now=now)
    if wanted is None:
        return render(request, "events/joining/too_old.html", status=404)
    date = get_object_or_404(Occurrence.objects.visible_to(request.user).with_event(), pk=wanted.occurrence)
    require(rules.can_be_guest(date, terms=queries.terms_of(date.event_id), now=now))
    form = _form(request, date)
    if form.is_bound and form.is_valid():
        try:
            guest = actions.come_as_guest(
                occurrence=date, name=wanted.name, email=wanted.email, said=form.reply, now=now
            )
        except Closed as error:
            form.add_error(None, str(error))
        else:
            return redirect(guests.own_path(guest))
    context = {"date": date, "event": date.event, "form": form, "name": wanted.name}
    return render(request, "events/joining/confirm.html", context, status=422 if form.is_bound else 200)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: PersonRequest, token: str) -> HttpResponse:
    """A guest's own page: where they stand, the link, their choices, and the way out."""
    guest, now = queries.guest(guests.guest_of(token)), clock.now()
    if guest is None:
        return render(request, "events/joining/too_old.html", status=404)
    date = guest.occurrence
    if request.POST.get("do") == "forget":
        actions.forget_guest(guest=guest, now=now)
        messages.info(request, _("You are forgotten here. Thank you for letting us know."))
        return redirect(date.get_absolute_url())
    if request.POST.get("do"):
        answering.act(request, guest.rsvp, by=guest, now=now)
        return redirect(request.path)
    may = rules.is_open(date, now=now)
    form = _form(request, date, guest=guest) if may else _media_form(request, guest)
    if form.is_bound and form.is_valid() and _keep(request, guest, form, now=now):
        return redirect(request.path)
    context = {"guest": guest, "own": guest.rsvp, "date": date, "event": date.event, "form": form, "may": may}
    context |= {"sees_link": guest.rsvp.is_in, "stands": rules.in_words(guest.rsvp)}
    return render(request, "events/joining/own.html", context, status=422 if form.is_bound else 200)


def _form(request: PersonRequest, date: Occurrence, *, guest: Guest | None = None) -> GuestReplyForm:
    own = guest.rsvp if guest else None
    initial = initial_of(own, levels=queries.said_levels(own), answers=queries.own_answers(own)) if own else {}
    sent = request.POST if request.method == "POST" else None
    terms, questions = queries.terms_of(date.event_id), queries.questions_of(date.event)
    return GuestReplyForm(sent, terms=terms, questions=questions, initial=initial)


def _media_form(request: PersonRequest, guest: Guest) -> MediaForm:
    sent = request.POST if request.method == "POST" else None
    return MediaForm(sent, initial=queries.said_levels(guest.rsvp))


def _keep(request: PersonRequest, guest: Guest, form: MediaForm, *, now: datetime) -> bool:
    """Keep what a guest says now: all of it, or, once it is over, what may be made of them."""
    if not isinstance(form, GuestReplyForm):
        chosen = actions.choose_media(rsvp=guest.rsvp, date=guest.occurrence, levels=form.levels, now=now)
        messages.success(request, answering.media_in_words(chosen))
        return True
    try:
        rsvp = actions.reply(occurrence=guest.occurrence, by=guest, said=form.reply, now=now)
    except Closed as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, rules.in_words(rsvp))
    return True
