"""The page of somebody who has not joined; those of members are in `members.people`."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commons import clock, ratelimit
from commons.access import members_only, public, require
from commons.requests import MemberRequest, PersonRequest
from members import actions, claims, queries, rules
from members.forms import ClaimCodeForm, ClaimForm


@public
@require_safe
def unclaimed(request: PersonRequest, author_id: int) -> HttpResponse:
    """The page of an author who has not joined: "Is it you?"."""
    author = queries.unclaimed_author(author_id)
    waiting = claims.is_waiting(request.session, author=author)
    context = {"author": author, "form": ClaimForm(), "code_form": ClaimCodeForm() if waiting else None}
    return render(request, "members/unclaimed.html", context)


@members_only
@require_POST
def claim(request: MemberRequest, author_id: int) -> HttpResponse:
    """Ask for the code, or claim at once where the address is proved already."""
    author = queries.unclaimed_author(author_id)
    require(rules.can_claim(request.user, author))
    form = ClaimForm(request.POST)
    if not form.is_valid():
        return render(request, "members/unclaimed.html", {"author": author, "form": form}, status=422)
    require(ratelimit.spend("members.claim", key=str(request.user.pk), now=clock.now()))
    address = form.cleaned_data["address"]
    if claims.is_address_of(author, address) and claims.is_already_proved(request.user, author):
        actions.claim_author(author=author, by=request.user, now=clock.now())
        messages.success(request, _("These posts are yours now."))
    else:
        claims.ask(request.session, author=author, address=address)
        messages.info(request, _("If that is the address these posts came from, a code is on its way to it."))
    return redirect(author)


@members_only
@require_POST
def prove(request: MemberRequest, author_id: int) -> HttpResponse:
    """Claim the posts with the code."""
    author = queries.unclaimed_author(author_id)
    require(rules.can_claim(request.user, author))
    form = ClaimCodeForm(request.POST)
    if form.is_valid() and claims.is_proved(request.session, author=author, code=form.cleaned_data["code"]):
        actions.claim_author(author=author, by=request.user, now=clock.now())
        messages.success(request, _("These posts are yours now."))
        return redirect(author)
    form.add_error("code", _("That is not the code, or its time is over. You can ask for a new one."))
    context = {"author": author, "form": ClaimForm(), "code_form": form}
    return render(request, "members/unclaimed.html", context, status=422)
