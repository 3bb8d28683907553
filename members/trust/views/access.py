"""Looks at personal data: asking, confirming, opening, closing, and what happens in an emergency."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commons import clock, pagination
from commons.access import require
from commons.requests import MemberRequest
from members.trust import actions, queries, rules
from members.trust.forms import AccessForm, ReviewForm
from members.trust.models import DataAccess
from members.trust.views.gates import keepers_only


@keepers_only
@require_http_methods(["GET", "HEAD", "POST"])
def accesses(request: MemberRequest) -> HttpResponse:
    """Every look at data that was asked for; and the form to ask for one."""
    is_administrator = rules.is_administrator(request.user)
    if request.method == "POST" and not is_administrator:
        raise Http404
    form = AccessForm(request.POST or None)
    if form.is_valid() and _may_ask(request, form):
        given = form.cleaned_data
        actions.ask_for_data(
            about=given["username"], by=request.user, scope=given["scope"], reason=given["reason"], now=clock.now()
        )
        messages.info(request, _("You have asked. Another administrator or moderator must confirm it."))
        return redirect("trust:accesses")
    context = {**_listed(request), "form": form if is_administrator else None}
    return render(request, "trust/accesses.html", context, status=422 if form.errors else 200)


@keepers_only
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: MemberRequest) -> HttpResponse:
    """Open data alone. Says first who will be told."""
    if not rules.is_administrator(request.user):
        raise Http404
    form = AccessForm(request.POST or None)
    if form.is_valid() and _may_ask(request, form):
        given = form.cleaned_data
        actions.open_in_emergency(
            about=given["username"], by=request.user, scope=given["scope"], reason=given["reason"], now=clock.now()
        )
        messages.warning(request, _("It is open for half an hour. Everybody concerned has been told."))
        return redirect("trust:accesses")
    return render(request, "trust/emergency.html", {"form": form}, status=422 if form.errors else 200)


@keepers_only
@require_POST
def confirm(request: MemberRequest, access_id: int) -> HttpResponse:
    """Be the second person."""
    access, now = _found(access_id), clock.now()
    require(rules.can_confirm(request.user, access, now=now))
    actions.confirm_access(access=access, by=request.user, now=now)
    messages.success(request, _("You have confirmed it. It can be opened for an hour."))
    return redirect("trust:accesses")


@keepers_only
@require_POST
def open_it(request: MemberRequest, access_id: int) -> HttpResponse:
    """Open what was confirmed."""
    access, now = _found(access_id), clock.now()
    require(rules.can_open(request.user, access, now=now))
    actions.open_access(access=access, by=request.user, now=now)
    messages.info(request, _("It is open for an hour. %(name)s will read when and why.") % {"name": access.about})
    return redirect("trust:accesses")


@keepers_only
@require_POST
def close(request: MemberRequest, access_id: int) -> HttpResponse:
    """End it before its time."""
    access, now = _found(access_id), clock.now()
    require(rules.can_close(request.user, access, now=now))
    actions.close_access(access=access, by=request.user, now=now)
    messages.info(request, _("It is closed."))
    return redirect("trust:accesses")


@keepers_only
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: MemberRequest, access_id: int) -> HttpResponse:
    """Say what one thinks of an emergency, afterwards."""
    access = _found(access_id)
    require(rules.can_review(request.user, access))
    form = ReviewForm(request.POST or None)
    if form.is_valid():
        words = form.cleaned_data["review"]
        actions.review_emergency(access=access, by=request.user, words=words, now=clock.now())
        messages.success(request, _("Thank you. It is written down."))
        return redirect("trust:accesses")
    return render(request, "trust/review.html", {"access": access, "form": form}, status=422 if form.errors else 200)


def _found(access_id: int) -> DataAccess:
    return get_object_or_404(queries.accesses(), pk=access_id)


def _listed(request: MemberRequest) -> dict[str, object]:
    """A page of all looks at data, each with what the reader may do about it."""
    person, now = request.user, clock.now()
    cursor = request.GET.get("before", "")
    page = queries.access_page(after=pagination.decode(cursor, length=2) if cursor else None)
    rows = [
        {
            "access": access,
            "is_open": access.is_open(now=now),
            "is_waiting": access.is_waiting(now=now),
            "can_confirm": rules.can_confirm(person, access, now=now),
            "can_open": rules.can_open(person, access, now=now),
            "can_close": rules.can_close(person, access, now=now),
            "can_review": rules.can_review(person, access),
        }
        for access in page.rows
    ]
    return {
        "rows": rows,
        "older": pagination.cursor(page.rows[-1], by=queries.ACCESSES_BY) if page.has_after else "",
        "is_administrator": rules.is_administrator(person),
        "unreviewed": queries.unreviewed_count(),
    }


def _may_ask(request: MemberRequest, form: AccessForm) -> bool:
    if verdict := rules.can_ask_for_data(request.user, form.cleaned_data["username"]):
        return True
    form.add_error(None, verdict.reason)
    return False
