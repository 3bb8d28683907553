"""A person's own standing: where they stand, what limits them, who vouched, who looked at their data."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons import clock, pagination
from commons.access import members_only, require
from commons.limits import limits_of
from commons.ratelimit import RateLimited
from commons.requests import MemberRequest
from members.trust import actions, queries, rules
from members.trust.enums import ACTIVE_DAYS, POSTS


@members_only
@require_safe
def standing(request: MemberRequest) -> HttpResponse:
    """Where the reader stands, what limits them now, and the way out of each limit."""
    member, now = request.user, clock.now()
    context = {
        "limits": limits_of(member, now=now),
        "progress": queries.progress(member) if member.is_newcomer else None,
        "now": now,
        "days_wanted": ACTIVE_DAYS,
        "posts_wanted": POSTS,
        "vouches": queries.vouches_for(member),
        "given": queries.vouches_by(member),
        "changes": queries.changes(member),
    }
    return render(request, "trust/mine.html", context)


@members_only
@require_safe
def looks(request: MemberRequest) -> HttpResponse:
    """Who looked at the reader's data, when and why."""
    cursor = request.GET.get("before", "")
    after = pagination.decode(cursor, length=2) if cursor else None
    page, views = queries.looks_at(request.user, after=after)
    older = pagination.cursor(page.rows[-1], by=queries.ACCESSES_BY) if page.has_after else ""
    rows = [(access, views[access.pk]) for access in page.rows]
    return render(request, "trust/looks.html", {"rows": rows, "older": older})


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def vouch(request: MemberRequest, username: str) -> HttpResponse:
    """Stand up for a newcomer."""
    newcomer, now = queries.person(username), clock.now()
    given = queries.given(request.user, newcomer)
    verdict = rules.can_vouch(request.user, newcomer, given=given, now=now)
    if request.method == "POST":
        require(verdict)
        return _vouched(request, newcomer.username)
    context = {
        "newcomer": newcomer,
        "verdict": verdict,
        "given": given,
        "vouches": queries.vouches_for(newcomer) if rules.is_keeper(request.user) else None,
    }
    return render(request, "trust/vouch.html", context, status=200 if verdict or given else 403)


@members_only
@require_POST
def take_back(request: MemberRequest, username: str) -> HttpResponse:
    """Take one's word for somebody back."""
    given = queries.given(request.user, queries.person(username))
    if given is None:
        raise Http404
    now = clock.now()
    require(rules.can_take_back(given, now=now))
    actions.take_back_vouch(vouch=given, now=now)
    messages.info(request, _("You have taken your word back."))
    return redirect("trust:mine")


def _vouched(request: MemberRequest, username: str) -> HttpResponse:
    newcomer = queries.person(username)
    try:
        actions.vouch(voucher=request.user, newcomer=newcomer, now=clock.now())
    except RateLimited as refusal:
        messages.warning(request, refusal.reason)
        return redirect("trust:vouch", username)
    messages.success(request, _("Thank you. %(name)s will read that you vouched.") % {"name": newcomer})
    return redirect("trust:mine")
