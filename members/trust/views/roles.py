"""Roles: who holds which, being offered one, giving and ending them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons import clock, pagination
from commons.access import members_only, public, require
from commons.requests import MemberRequest, PersonRequest
from members.consent import uses
from members.enums import Role
from members.models import Member
from members.trust import actions, powers, queries, rules
from members.trust.forms import EndForm, GrantForm
from members.trust.keeping import keepings_for
from members.trust.models import RoleGrant
from members.trust.views.gates import keepers_only


@public
@require_safe
def who_does_what(request: PersonRequest) -> HttpResponse:
    """Every power, who holds it, since when and until when. A visitor reads the names of those who show them to all."""
    now = clock.now()
    holders, keepings = queries.holders(now=now), keepings_for(request.user)
    context: dict[str, Any] = {
        "standings": powers.OF_STANDING.values(),
        "roles": [(role, powers.OF_ROLE[role], holders[role]) for role in Role],
        "keepings": keepings,
        "named": None,
    }
    if not isinstance(request.user, Member):
        shown = {holder.member.pk for held in holders.values() for holder in held}
        shown |= {keeper.pk for keeping in keepings for keeper in keeping.keepers}
        named = queries.named_to_visitors(shown, now=now)
        uses.note({"who_does_what": named}, now=now)
        context["named"] = set(named)
    return render(request, "trust/who_does_what.html", context)


@members_only
@require_safe
def own(request: MemberRequest) -> HttpResponse:
    """What the reader was offered, holds and held."""
    now = clock.now()
    rows = [
        (grant, powers.OF_ROLE[Role(grant.role)], rules.can_accept(request.user, grant, now=now))
        for grant in queries.own_grants(request.user)
    ]
    return render(request, "trust/own_roles.html", {"rows": rows})


@members_only
@require_POST
def accept(request: MemberRequest, grant_id: int) -> HttpResponse:
    """Take a role on."""
    grant, now = _own(request, grant_id), clock.now()
    require(rules.can_accept(request.user, grant, now=now))
    if actions.accept_role(grant=grant, now=now):
        messages.success(request, _("Thank you. It counts from now on: %(role)s.") % {"role": grant.get_role_display()})
    return redirect("trust:own_roles")


@members_only
@require_POST
def lay_down(request: MemberRequest, grant_id: int) -> HttpResponse:
    """Say no to an offer, or lay a role down. One press."""
    grant = _own(request, grant_id)
    require(rules.can_end(request.user, grant))
    reason = "laid down" if grant.accepted_at else "declined"
    actions.end_role(grant=grant, by=request.user, reason=reason, now=clock.now())
    messages.info(request, _("It has ended: %(role)s.") % {"role": grant.get_role_display()})
    return redirect("trust:own_roles")


@keepers_only
@require_http_methods(["GET", "HEAD", "POST"])
def grants(request: MemberRequest) -> HttpResponse:
    """Every role that is offered, stands or has ended; and the form to offer one."""
    is_administrator = rules.is_administrator(request.user)
    if request.method == "POST" and not is_administrator:
        raise Http404
    form = GrantForm(request.POST or None)
    if form.is_valid() and _granted(request, form):
        return redirect("trust:grants")
    now = clock.now()
    cursor = request.GET.get("before", "")
    ended = queries.ended_grants(after=pagination.decode(cursor, length=2) if cursor else None)
    offered, standing = queries.grants_to_keep(now=now)
    administrators = queries.administrator_count()
    context = {
        "form": form if is_administrator else None,
        "offered": [(g, rules.can_second(request.user, g, administrators=administrators)) for g in offered],
        "standing": standing,
        "ended": ended.rows,
        "older": pagination.cursor(ended.rows[-1], by=queries.GRANTS_BY) if ended.has_after else "",
        "is_administrator": is_administrator,
    }
    return render(request, "trust/grants.html", context, status=422 if form.errors else 200)


@keepers_only
@require_POST
def confirm(request: MemberRequest, grant_id: int) -> HttpResponse:
    """Be the second person."""
    grant = get_object_or_404(RoleGrant.objects.with_people(), pk=grant_id)
    require(rules.can_second(request.user, grant, administrators=queries.administrator_count()))
    actions.second_role(grant=grant, by=request.user, now=clock.now())
    messages.success(request, _("You have confirmed it."))
    return redirect("trust:grants")


@keepers_only
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: MemberRequest, grant_id: int) -> HttpResponse:
    """End somebody's role, with a reason."""
    if not rules.is_administrator(request.user):
        raise Http404
    grant = get_object_or_404(RoleGrant.objects.with_people(), pk=grant_id)
    require(rules.can_end(request.user, grant))
    form = EndForm(request.POST or None)
    if form.is_valid():
        actions.end_role(grant=grant, by=request.user, reason=form.cleaned_data["reason"], now=clock.now())
        messages.info(request, _("The role has ended."))
        return redirect("trust:grants")
    return render(request, "trust/end_role.html", {"grant": grant, "form": form}, status=422 if form.errors else 200)


def _own(request: MemberRequest, grant_id: int) -> RoleGrant:
    return get_object_or_404(RoleGrant, member=request.user, pk=grant_id)


def _granted(request: MemberRequest, form: GrantForm) -> bool:
    """Offer the role, or say in the form why not."""
    given, now = form.cleaned_data, clock.now()
    member, role, months = given["username"], given["role"], given["months"]
    earlier = queries.open_grants(member, role)
    if not (verdict := rules.can_grant(request.user, member, months=months, earlier=earlier, now=now)):
        form.add_error(None, verdict.reason)
        return False
    actions.grant_role(member=member, role=role, by=request.user, months=months, reason=given["reason"], now=now)
    messages.success(request, _("It is offered. It counts when %(name)s accepts it.") % {"name": member})
    return True
