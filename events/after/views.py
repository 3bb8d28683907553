"""The pages after an event: what was told of one date, and the history of all of them."""

from datetime import UTC, datetime
from itertools import groupby, pairwise
from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons import clock
from commons.access import members_only, public, require
from commons.differences import differences
from commons.files.forms import FilesForm
from commons.files.models import File
from commons.files.rules import Allowance
from commons.pagination import cursor
from commons.ratelimit import RateLimited
from commons.requests import MemberRequest, PersonRequest
from events import queries as calendar
from events.actions import Full
from events.after import actions, queries, rules
from events.after.enums import WriteUpKind
from events.after.forms import FeedbackForm, LinkForm, OutcomeForm, WriteUpForm
from events.after.models import Material, Outcome, address
from events.after.places import of_date
from events.enums import FIRST_YEAR, YEARS_AHEAD
from events.models import Event, Occurrence
from events.rules import is_host

NEWCOMERS_FILES = 1


class Date(NamedTuple):
    """One date of an event, as the reader may see it."""

    event: Event
    occurrence: Occurrence


@public
@require_safe
def history(request: PersonRequest) -> HttpResponse:
    """The gatherings that have been, year by year, from the first one on."""
    now, chosen = clock.now(), _year(request.GET.get("year", ""))
    since = datetime(chosen, 1, 1, tzinfo=UTC) if chosen else None
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page, gatherings = queries.history(request.user, now=now, since=since, after=after, before=before)
    context = {
        "by_year": [
            (year, list(rows)) for year, rows in groupby(gatherings, key=lambda one: one.occurrence.local_start.year)
        ],
        "years": queries.years(request.user, now=now),
        "chosen": chosen,
        "before": cursor(page.rows[0], by=queries.HISTORY_BY) if page.has_before and page.rows else "",
        "after": cursor(page.rows[-1], by=queries.HISTORY_BY) if page.has_after and page.rows else "",
    }
    return render(request, "after/history.html", context)


@public
@require_safe
def after(request: PersonRequest, event_id: int, key: str) -> HttpResponse:
    """All that was told of one date."""
    event, occurrence = _date(request, event_id, key)
    now = clock.now()
    context = {
        **_context(event, occurrence),
        "told": queries.told(occurrence, reader=request.user, now=now),
        "can_tell": rules.can_tell(request.user, occurrence, now=now),
        "can_hand_on_links": rules.can_hand_on_links(request.user, occurrence, now=now),
        "can_give_feedback": rules.can_give_feedback(request.user, event, occurrence, now=now),
        "can_read_feedback": rules.can_read_feedback(request.user, event),
        "is_host": is_host(request.user, event),
    }
    return render(request, "after/after.html", context)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: MemberRequest, event_id: int, key: str, kind: str) -> HttpResponse:
    """The notes or the harvest, written together."""
    event, occurrence, chosen = *_date(request, event_id, key), _kind(kind)
    require(rules.can_tell(request.user, occurrence, now=clock.now()))
    stands = queries.write_up(occurrence, chosen)
    says = {"source": stands.source, "version": stands.version} if stands else {"source": "", "version": 0}
    form, theirs = WriteUpForm(request.POST or None, initial=says, label=str(chosen.label), member=request.user), None
    if form.is_valid():
        try:
            actions.write_up(occurrence=occurrence, kind=chosen, by=request.user, now=clock.now(), **form.cleaned_data)
        except actions.Overtaken as error:
            theirs = error.theirs
            typed = {"source": form.cleaned_data["source"], "version": theirs.version}
            form = WriteUpForm(typed, label=str(chosen.label), member=request.user)
            form.add_error(None, str(error))
        else:
            return redirect(address(occurrence))
    context = {**_context(event, occurrence), "form": form, "kind": chosen, "theirs": theirs}
    return render(request, "after/write.html", context, status=422 if form.is_bound else 200)


@members_only
@require_safe
def changes(request: MemberRequest, event_id: int, key: str, kind: str) -> HttpResponse:
    """Every text that the notes or the harvest have had, with what was changed; the latest first."""
    event, occurrence = _date(request, event_id, key)
    if (found := queries.write_up(occurrence, _kind(kind))) is None:
        raise Http404
    told = [
        {"at": before.replaced_at, "by": before.replaced_by, "pieces": differences(old, new)}
        for (old, before), (new, _after) in pairwise(queries.texts_of(found))
    ]
    return render(request, "after/changes.html", {**_context(event, occurrence), "kind": found, "changes": told[::-1]})


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: MemberRequest, event_id: int, key: str) -> HttpResponse:
    """Hand on a link; hosts list recordings, with the word whose consent was asked."""
    event, occurrence = _date(request, event_id, key)
    require(rules.can_hand_on_links(request.user, occurrence, now=clock.now()))
    may_record = bool(rules.can_list_recordings(request.user, event))
    form = LinkForm(request.POST or None, can_list_recordings=may_record)
    if form.is_valid():
        told = form.cleaned_data
        try:
            actions.add_link(
                occurrence=occurrence,
                by=request.user,
                title=told["title"],
                link=told["link"],
                consent_asked=told["consent_asked"],
                now=clock.now(),
            )
        except (Full, RateLimited) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("It is there for everybody who can see the event as a member."))
            return redirect(address(occurrence))
    context = {**_context(event, occurrence), "form": form}
    return render(request, "after/links.html", context, status=422 if form.is_bound else 200)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def give_file(request: MemberRequest, event_id: int, key: str) -> HttpResponse:
    """Hand on a picture or a document."""
    event, occurrence = _date(request, event_id, key)
    require(rules.can_tell(request.user, occurrence, now=clock.now()))
    given = [file for file in File.objects.at(*of_date(occurrence)).order_by("pk") if file.owner_id == request.user.pk]
    form = _files_form(request, count=len(given))
    if form.is_bound and form.is_valid():
        if gifts := form.gifts():
            try:
                actions.add_file(occurrence=occurrence, by=request.user, gift=gifts[0], now=clock.now())
            except RateLimited as error:
                form.add_error(None, error.reason)
            else:
                messages.success(request, _("Thank you. It is being made ready and appears in a moment."))
                return redirect(address(occurrence))
        else:
            form.add_error("file", _("Choose a file first."))
    context = {**_context(event, occurrence), "form": form}
    return render(request, "after/files.html", context, status=422 if form.is_bound else 200)


@members_only
@require_POST
def take_link_away(request: MemberRequest, event_id: int, key: str, link_id: int) -> HttpResponse:
    event, occurrence = _date(request, event_id, key)
    material = get_object_or_404(Material, pk=link_id, occurrence=occurrence)
    require(rules.can_take_away(request.user, event, giver=material.given_by_id))
    actions.take_link_away(material=material)
    messages.info(request, _("It is no longer listed."))
    return redirect(address(occurrence))


@members_only
@require_POST
def take_file_away(request: MemberRequest, event_id: int, key: str, file_id: int) -> HttpResponse:
    event, occurrence = _date(request, event_id, key)
    file = get_object_or_404(File.objects.at(*of_date(occurrence)), pk=file_id)
    require(rules.can_take_away(request.user, event, giver=file.owner_id))
    actions.take_file_away(occurrence=occurrence, file_id=file.pk)
    messages.info(request, _("The file is gone."))
    return redirect(address(occurrence))


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def outcomes(request: MemberRequest, event_id: int, key: str) -> HttpResponse:
    """Say what came of it."""
    event, occurrence = _date(request, event_id, key)
    require(rules.can_tell(request.user, occurrence, now=clock.now()))
    form = OutcomeForm(request.POST or None, member=request.user)
    if form.is_valid():
        try:
            actions.tell_outcome(
                occurrence=occurrence,
                by=request.user,
                words=form.cleaned_data["words"],
                thread=form.cleaned_data["address"],
                now=clock.now(),
            )
        except (Full, RateLimited) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Thank you. It is part of the history now."))
            return redirect(address(occurrence))
    context = {**_context(event, occurrence), "form": form}
    return render(request, "after/outcomes.html", context, status=422 if form.is_bound else 200)


@members_only
@require_POST
def take_outcome_away(request: MemberRequest, event_id: int, key: str, outcome_id: int) -> HttpResponse:
    event, occurrence = _date(request, event_id, key)
    outcome = get_object_or_404(Outcome, pk=outcome_id, occurrence=occurrence)
    require(rules.can_take_away(request.user, event, giver=outcome.told_by_id))
    actions.take_outcome_away(outcome=outcome)
    messages.info(request, _("It is no longer listed."))
    return redirect(address(occurrence))


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: MemberRequest, event_id: int, key: str) -> HttpResponse:
    """Say how it was, to the hosts only; change it or take it back while the time for it lasts."""
    event, occurrence = _date(request, event_id, key)
    require(rules.can_give_feedback(request.user, event, occurrence, now=clock.now()))
    given = queries.own_feedback(occurrence, member=request.user)
    if given and request.POST.get("do") == "take-back":
        actions.take_feedback_back(occurrence=occurrence, by=request.user)
        messages.info(request, _("What you said is deleted."))
        return redirect(address(occurrence))
    form = FeedbackForm(request.POST or None, initial=vars(given) if given else {})
    if form.is_valid():
        actions.give_feedback(occurrence=occurrence, by=request.user, answers=form.cleaned_data, now=clock.now())
        messages.success(request, _("Thank you. Its hosts read it, without your name."))
        return redirect(address(occurrence))
    context = {**_context(event, occurrence), "form": form, "given": given}
    return render(request, "after/feedback.html", context, status=422 if form.is_bound else 200)


@members_only
@require_safe
def answers(request: MemberRequest, event_id: int, key: str) -> HttpResponse:
    """What people said, for the hosts."""
    event, occurrence = _date(request, event_id, key)
    require(rules.can_read_feedback(request.user, event))
    context = {**_context(event, occurrence), "answers": queries.answers_on(occurrence)}
    return render(request, "after/answers.html", context)


def _date(request: PersonRequest, event_id: int, key: str) -> Date:
    event = calendar.event(event_id, reader=request.user)
    return Date(event, calendar.occurrence(event, key))


def _context(event: Event, occurrence: Occurrence) -> dict[str, object]:
    return {"event": event, "occurrence": occurrence, "address": address(occurrence)}


def _kind(typed: str) -> WriteUpKind:
    if typed not in WriteUpKind.values:
        raise Http404
    return WriteUpKind(typed)


def _files_form(request: MemberRequest, *, count: int) -> FilesForm:
    """Newcomers give one picture, as with a post."""
    newcomers = Allowance(
        files=max(0, NEWCOMERS_FILES - count),
        documents=False,
        reason=_("In your first days you can hand on one picture here, and no documents."),
    )
    allowance = newcomers if request.user.is_newcomer else Allowance(files=Allowance().files - count)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    return FilesForm(*sent, allowance=allowance, is_final=True)


def _year(typed: str) -> int | None:
    known = range(FIRST_YEAR, clock.now().year + YEARS_AHEAD)
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) == 4 and int(typed) in known else None  # noqa: PLR2004 (digits of a year)
