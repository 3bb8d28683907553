"""The administrators' registers: breaches and complaints."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons import clock, pagination
from commons.access import administrators_only, require
from commons.requests import MemberRequest
from members.rights import actions, queries, rules
from members.rights.forms import AnswerForm, BreachForm, LessonsForm, RiskForm
from members.rights.models import Breach, Complaint

BREACHES_BY, COMPLAINTS_BY = ("-aware_at", "-pk"), ("-made_at", "-pk")
NOTICES = {"authority": "rights/notices/authority.txt", "people": "rights/notices/people.txt"}


@administrators_only
@require_safe
def breaches(request: MemberRequest) -> HttpResponse:
    page, older = _page(request, queries.breaches(), BREACHES_BY)
    return render(request, "rights/breaches.html", {"rows": page.rows, "older": older, "now": clock.now()})


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_breach(request: MemberRequest) -> HttpResponse:
    form = BreachForm(request.POST or None, initial={"aware_at": clock.now(), "detected_at": clock.now()})
    if form.is_valid():
        return redirect(actions.record_breach(by=request.user, **form.cleaned_data))
    return render(request, "rights/edit_breach.html", {"form": form}, status=422 if form.is_bound else 200)


@administrators_only
@require_safe
def breach(request: MemberRequest, breach_id: int) -> HttpResponse:
    return _breach(request, _found(breach_id))


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit_breach(request: MemberRequest, breach_id: int) -> HttpResponse:
    found = _found(breach_id)
    initial = {name: getattr(found, name) for name in BreachForm.base_fields}
    form = BreachForm(request.POST or None, initial=initial)
    if form.is_valid():
        actions.correct_breach(breach=found, **form.cleaned_data)
        return redirect(found)
    status = 422 if form.is_bound else 200
    return render(request, "rights/edit_breach.html", {"form": form, "breach": found}, status=status)


@administrators_only
@require_POST
def decide(request: MemberRequest, breach_id: int) -> HttpResponse:
    """The first of two says what a breach means."""
    found, form = _found(breach_id), RiskForm(request.POST)
    if not form.is_valid():
        return _breach(request, found, risk_form=form)
    actions.propose_risk(breach=found, by=request.user, **form.cleaned_data)
    messages.info(request, _("Written down. It counts when somebody else agrees."))
    return redirect(found)


@administrators_only
@require_POST
def agree(request: MemberRequest, breach_id: int) -> HttpResponse:
    """The second of two agrees."""
    found = _found(breach_id)
    require(rules.can_agree(request.user, found))
    if actions.agree(breach=found, by=request.user, now=clock.now()):
        messages.success(request, _("Decided by two."))
    return redirect(found)


@administrators_only
@require_POST
def close(request: MemberRequest, breach_id: int) -> HttpResponse:
    found, form = _found(breach_id), LessonsForm(request.POST)
    if not form.is_valid():
        return _breach(request, found, lessons_form=form)
    actions.close_breach(breach=found, lessons=form.cleaned_data["lessons"], now=clock.now())
    return redirect(found)


@administrators_only
@require_safe
def notice(_request: MemberRequest, breach_id: int, to: str) -> HttpResponse:
    """A letter to fill in and send by hand. Nothing is ever sent from here."""
    found = _found(breach_id)
    controller = {
        "name": settings.CONTROLLER_NAME,
        "address": settings.CONTROLLER_ADDRESS,
        "contact": settings.CONTROLLER_CONTACT,
    }
    text = render_to_string(NOTICES[to], {"breach": found, "controller": controller})
    name = f'attachment; filename="breach-{found.pk}-{to}.txt"'
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers={"Content-Disposition": name})


@administrators_only
@require_safe
def complaints(request: MemberRequest) -> HttpResponse:
    page, older = _page(request, queries.complaints(), COMPLAINTS_BY)
    return render(request, "rights/complaints.html", {"rows": page.rows, "older": older, "now": clock.now()})


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def answer_complaint(request: MemberRequest, complaint_id: UUID) -> HttpResponse:
    found: Complaint = get_object_or_404(Complaint.objects.select_related("answered_by"), pk=complaint_id)
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        answer = form.cleaned_data["answer"]
        sent = actions.answer_complaint(complaint=found, by=request.user, answer=answer, now=clock.now())
        messages.info(request, _("Your answer is on its way.") if sent else _("Somebody has answered already."))
        return redirect("rights:complaints")
    status = 422 if form.is_bound else 200
    return render(request, "rights/answer_complaint.html", {"complaint": found, "form": form}, status=status)


def _found(breach_id: int) -> Breach:
    return get_object_or_404(queries.breaches().select_related("reported_by"), pk=breach_id)


def _breach(
    request: MemberRequest, found: Breach, *, risk_form: Form | None = None, lessons_form: Form | None = None
) -> HttpResponse:
    context = {
        "breach": found,
        "now": clock.now(),
        "can_agree": rules.can_agree(request.user, found),
        "risk_form": risk_form or RiskForm(),
        "lessons_form": lessons_form or LessonsForm(),
        "notices": NOTICES,
    }
    return render(request, "rights/breach.html", context, status=422 if risk_form or lessons_form else 200)


def _page(request: MemberRequest, rows: object, by: tuple[str, ...]) -> tuple[pagination.Page, str]:
    cursor = request.GET.get("before", "")
    after = pagination.decode(cursor, length=2) if cursor else None
    page = pagination.page(rows, by=by, after=after)  # type: ignore[arg-type, var-annotated] # a QuerySet of either
    return page, pagination.cursor(page.rows[-1], by=by) if page.has_after else ""
