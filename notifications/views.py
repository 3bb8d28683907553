"""The inbox, following, and how somebody wants to be told."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons import clock, undeliverable
from commons.access import members_only, public
from commons.fragments import is_fragment_wanted
from commons.requests import MemberRequest, PersonRequest
from members.consent import gate
from members.models import Member
from notifications import actions, delivery, kinds, queries, tokens
from notifications.enums import Digest, LettersFor, Level
from notifications.forms import BreakForm, FollowForm, PauseForm, PreferencesForm
from notifications.kinds import PlaceKind, Spot
from notifications.models import Preferences, preferences_of


@members_only
@require_safe
def inbox(request: MemberRequest) -> HttpResponse:
    """What was told and not read yet: what needs the reader first."""
    page = queries.new_page(request.user, after=request.GET.get("after", ""))
    context = {
        "lines": queries.lines(page.rows, request.user),
        "page": page,
        "after": queries.cursor(page.rows[-1], by=queries.NEW_BY) if page.has_after and page.rows else "",
        "until": max((telling.notice_id for telling in page.rows), default=0),
    }
    return render(request, "notifications/inbox.html", context)


@members_only
@require_safe
def seen(request: MemberRequest) -> HttpResponse:
    page = queries.seen_page(request.user, after=request.GET.get("after", ""))
    context = {
        "lines": queries.lines(page.rows, request.user),
        "after": queries.cursor(page.rows[-1], by=queries.SEEN_BY) if page.has_after and page.rows else "",
    }
    return render(request, "notifications/seen.html", context)


@members_only
@require_POST
def read(request: MemberRequest) -> HttpResponse:
    """One line, or all that the reader has seen on the page."""
    if subjects := request.POST.getlist("subject"):
        actions.mark_read(member=request.user, subjects=subjects[:1000], now=clock.now())
    elif (until := request.POST.get("until", "")).isdecimal():
        actions.mark_all_read(member=request.user, until=min(int(until), 2**62), now=clock.now())
    if is_fragment_wanted(request):
        return HttpResponse()
    return redirect("notifications:inbox")


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: MemberRequest) -> HttpResponse:
    """How much the reader wants to hear of one place."""
    form = FollowForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        raise Http404
    place = form.cleaned_data["place"]
    kind, spot = _place(place, request.user)
    if request.method == "POST":
        level = form.cleaned_data["level"]
        if level and level not in kind.levels:
            raise Http404
        _set_level(request.user, place, level)
        if not is_fragment_wanted(request):
            messages.success(request, _("Saved for “%(place)s”.") % {"place": spot.title})
            return redirect(_back(request, form.cleaned_data["next"]) or spot.address)
    level = queries.level(request.user, place)
    context = {"kind": kind, "spot": spot, "place": place, "level": level, "levels": kind.levels}
    context["needs_yes"] = level == Level.EVERY_POST and not gate.allows(request.user, "email.list", now=clock.now())
    context["next"] = _back(request, form.cleaned_data["next"])
    return render(request, "notifications/follow.html", context)


@members_only
@require_safe
def follows(request: MemberRequest) -> HttpResponse:
    """Everything the reader follows or has muted."""
    rows = list(queries.follows(request.user))
    spots = kinds.spots((row.place for row in rows), request.user)
    context = {"follows": [(row, *spots[row.place]) for row in rows if row.place in spots]}
    return render(request, "notifications/follows.html", context)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: MemberRequest) -> HttpResponse:
    return _preferences(request, request.user, template="notifications/preferences.html", address=request.path)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def take_break(request: MemberRequest) -> HttpResponse:
    """A break from everything, or from the place that the address names; and the way back."""
    now, chosen = clock.now(), preferences_of(request.user)
    place = request.GET.get("place", "")
    spot = _place(place, request.user)[1] if place else None
    typed = request.POST if request.method == "POST" and "end" not in request.POST else None
    form = BreakForm(typed, zone=chosen.zone, may_be_open=not place)
    if "end" in request.POST:
        _come_back(request.user, place)
        messages.success(request, _("Good to have you back. Everything is as it was."))
        return redirect(spot.address if spot else "notifications:break")
    if form.is_bound and form.is_valid():
        _rest(request.user, place, until=form.until(), now=now)
        messages.info(request, _("Rest well. One press ends it, whenever you like."))
        return redirect(request.get_full_path())
    context = {
        "form": form,
        "spot": spot,
        "rest": queries.rest(request.user, place, now=now),
    }
    return render(request, "notifications/break.html", context, status=422 if form.is_bound else 200)


def _rest(member: Member, place: str, *, until: datetime | None, now: datetime) -> None:
    if place and until:
        actions.rest_from(member=member, place=place, until=until, now=now)
    else:
        actions.take_break(member=member, until=until, now=now)


def _come_back(member: Member, place: str) -> None:
    if place:
        actions.end_rest_from(member=member, place=place)
    else:
        actions.end_break(member=member, now=clock.now())


@members_only
@require_POST
def pause(request: MemberRequest) -> HttpResponse:
    """No letters until a day; or letters again."""
    chosen = preferences_of(request.user)
    if "end" in request.POST:
        actions.unpause(member=request.user, now=clock.now())
        messages.success(request, _("Letters come again."))
        return redirect("notifications:preferences")
    form = PauseForm(request.POST, zone=chosen.zone)
    if not form.is_valid():
        context = _context(request.user, chosen, PreferencesForm(preferences=chosen), pause_form=form)
        return render(request, "notifications/preferences.html", context, status=422)
    actions.pause(member=request.user, until=form.cleaned_data["until"], now=clock.now())
    messages.success(request, _("No letters until then. The inbox fills quietly."))
    return redirect("notifications:preferences")


@csrf_exempt
@public
@require_http_methods(["GET", "HEAD", "POST"])
def by_letter(request: PersonRequest, token: str) -> HttpResponse:
    """How one is written to, changed from a letter without signing in; the link can change nothing else."""
    member = delivery.holder(token)
    if member is None:
        return render(request, "notifications/link_over.html", status=404)
    return _preferences(request, member, template="notifications/by_letter.html", address=request.path)


@members_only
@require_POST
def works_again(request: MemberRequest) -> HttpResponse:
    """Letters to the reader came back; now they say that their address works."""
    actions.try_address_again(member=request.user, now=clock.now())
    messages.success(request, _("Thank you. We write to you again from now on."))
    return redirect("notifications:preferences")


@members_only
@require_POST
def revoke(request: MemberRequest) -> HttpResponse:
    """Somebody else may read the reader's letters: those that were sent do nothing any more."""
    actions.revoke_letters(member=request.user, now=clock.now())
    messages.success(request, _("Done. Letters that we sent you until now can no longer be answered by anybody."))
    return redirect("notifications:preferences")


@csrf_exempt
@public
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: PersonRequest, token: str) -> HttpResponse:
    """End letters like the one that this link came in. Only a POST does; a link that is not ours looks the same."""
    letter = tokens.letter_of("u", token, now=clock.now())
    if letter and request.method == "POST":
        actions.end_letters(letter=letter, now=clock.now())
    context = {"token": token, "is_ended": request.method == "POST"}
    return render(request, "notifications/end.html", context)


def _preferences(request: PersonRequest, member: Member, *, template: str, address: str) -> HttpResponse:
    chosen = preferences_of(member)
    form = PreferencesForm(request.POST or None, preferences=chosen)
    if form.is_valid():
        actions.choose(member=member, choices=form.cleaned_data, now=clock.now())
        messages.success(request, _("Saved. This is how you are told from now on."))
        return redirect(address)
    return render(request, template, _context(member, chosen, form), status=422 if form.is_bound else 200)


def _context(
    member: Member, chosen: Preferences, form: PreferencesForm, *, pause_form: PauseForm | None = None
) -> dict[str, object]:
    now = clock.now()
    needed = {
        "email.replies": chosen.letters_for != LettersFor.NOTHING,
        "email.digest": chosen.digest != Digest.NONE,
    }
    return {
        "form": form,
        "pause_form": pause_form or PauseForm(zone=chosen.zone),
        "paused_until": chosen.paused_until if chosen.paused_until and chosen.paused_until > now else None,
        "is_stopped": undeliverable.is_stopped(member.email),
        "without_yes": [code for code, wanted in needed.items() if wanted and not gate.allows(member, code, now=now)],
    }


def _place(place: str, reader: Member) -> tuple[PlaceKind, Spot]:
    found = kinds.spots([place], reader).get(place)
    if found is None:
        raise Http404
    return found


def _set_level(member: Member, place: str, level: str) -> None:
    if level:
        actions.follow(member=member, place=place, level=Level(level), now=clock.now())
    else:
        actions.unfollow(member=member, place=place)


def _back(request: PersonRequest, address: str) -> str:
    return address if url_has_allowed_host_and_scheme(address, {request.get_host()}) else ""
