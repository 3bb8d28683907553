"""A person's own consents: choosing, reading back, carrying away; and the link that ends a kind of letter."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons import clock, pagination
from commons.access import members_only, public
from commons.fragments import is_fragment_wanted
from commons.requests import MemberRequest, PersonRequest
from members.consent import actions, duties, letters, queries, receipts, uses
from members.consent.enums import Group, ScopeKind
from members.consent.forms import AnswerForm
from members.consent.purposes import PURPOSES, Purpose
from members.models import Member

HISTORY_BY = ("-seq",)
USES_BY = ("-used_on", "-id")


@members_only
@require_safe
def choices(request: MemberRequest) -> HttpResponse:
    """Everything that may be agreed to, with what has been said."""
    found = queries.choices(request.user, now=clock.now())
    groups = [(group, [choice for choice in found if choice.purpose.group == group]) for group in Group]
    return render(request, "consent/choices.html", {"groups": groups, "duties": duties.DUTIES})


@members_only
@require_POST
def answer(request: MemberRequest, purpose: str) -> HttpResponse:
    """One yes or no. The same press at the same place takes it back."""
    about, form = _purpose(purpose), AnswerForm(request.POST)
    if not form.is_valid():
        raise Http404
    yes, back = form.cleaned_data["answer"] == "yes", form.cleaned_data["next"]
    now = clock.now()
    surface = back.split("?")[0] or reverse("consent:choices")
    actions.answer(member=request.user, purpose=about.code, yes=yes, surface=surface, now=now)
    if is_fragment_wanted(request):
        choice = queries.choice(request.user, about.code, now=now)
        return render(request, "consent/choices.html#choice", {"choice": choice, "is_fresh": True})
    said = _("You said yes: %(title)s.") if yes else _("You said no: %(title)s.")
    messages.info(request, said % {"title": about.title})
    if back and url_has_allowed_host_and_scheme(back, {request.get_host()}):
        return redirect(back)
    return redirect(f"{reverse('consent:choices')}#{about.code}")


@members_only
@require_safe
def history(request: MemberRequest) -> HttpResponse:
    """All that the reader has ever said, latest first."""
    cursor = request.GET.get("before", "")
    after = pagination.decode(cursor, length=1) if cursor else None
    page = pagination.page(queries.history(request.user), by=HISTORY_BY, after=after)
    older = pagination.cursor(page.rows[-1], by=HISTORY_BY) if page.has_after else ""
    rows = [(event, PURPOSES.get(event.purpose_code)) for event in page.rows]
    return render(request, "consent/history.html", {"rows": rows, "older": older})


@members_only
@require_safe
def used(request: MemberRequest) -> HttpResponse:
    """Who saw or used this: what was done on the reader's consents in the last 90 days."""
    cursor = request.GET.get("before", "")
    after = pagination.decode(cursor, length=2) if cursor else None
    page = pagination.page(queries.uses(request.user), by=USES_BY, after=after)
    older = pagination.cursor(page.rows[-1], by=USES_BY) if page.has_after else ""
    return render(request, "consent/uses.html", {"rows": uses.told(page.rows), "older": older})


@members_only
@require_safe
def receipt(request: MemberRequest) -> HttpResponse:
    """What the receipt says, to read and to print."""
    context = {"receipt": receipts.outline(request.user), "now": clock.now()}
    return render(request, "consent/receipt.html", context)


@members_only
@require_POST
def download(request: MemberRequest) -> HttpResponse:
    """A new receipt, for other software to read."""
    issued, text = receipts.receipt(request.user, now=clock.now())
    name = f'attachment; filename="consent-receipt-{issued.pk}.jsonld"'
    return HttpResponse(text, content_type="application/ld+json", headers={"Content-Disposition": name})


@csrf_exempt
@public
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: PersonRequest, token: str) -> HttpResponse:
    """End a kind of letter by the link in it, without signing in (RFC 8058). The signed token stands for the sender."""
    if (held := letters.holder(token)) is None:
        raise Http404
    member_id, purpose = held
    member = get_object_or_404(Member, pk=member_id)
    if request.method == "POST":
        actions.withdraw(member=member, purpose=purpose, surface="letter", now=clock.now())
    context = {"purpose": PURPOSES[purpose], "is_ended": request.method == "POST", "token": token}
    return render(request, "consent/stop.html", context)


def _purpose(code: str) -> Purpose:
    """A purpose that is chosen for the whole site. A 404 if there is none of that code."""
    found = PURPOSES.get(code)
    if found is None or found.scope_kind != ScopeKind.SITE:
        raise Http404
    return found
