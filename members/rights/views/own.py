"""A person's own data: a copy of it, and leaving for good."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons import clock, holdings, pagination
from commons.access import members_only, public, require
from commons.fragments import is_fragment_wanted
from commons.holdings import Mode
from commons.ratelimit import RateLimited
from commons.requests import MemberRequest, PersonRequest
from members.rights import actions, notices, queries, rules
from members.rights.enums import TIME_TO_RETURN
from members.rights.forms import LeavingForm
from members.security.rules import can_change_dangerously

CHOICES_BY = ("-pk",)


@members_only
@require_safe
def data(request: MemberRequest) -> HttpResponse:
    """What a person can do with their data, and how far their copy is."""
    now = clock.now()
    export = queries.latest_export(request.user)
    context = {
        "export": export,
        "can_ask": rules.can_ask_for_export(export),
        "is_ready": bool(export and queries.ready_export(request.user, now=now).filter(pk=export.pk).exists()),
        "is_waiting": bool(export and export.not_before > now),
        "holds": queries.holds_on(request.user, now=now),
    }
    template = "rights/data.html#copy" if is_fragment_wanted(request) else "rights/data.html"
    return render(request, template, context)


@members_only
@require_POST
@reauthentication_required
def ask_for_export(request: MemberRequest) -> HttpResponse:
    try:
        export = actions.ask_for_export(member=request.user, is_at_home=_is_at_home(request), now=clock.now())
    except RateLimited:
        messages.info(request, _("You have had a copy today. You can ask for the next one tomorrow."))
    else:
        said = _("We are making your copy. This page shows how far it is.") if export else _("Your copy is being made.")
        messages.info(request, said)
    return redirect("rights:data")


@members_only
@require_safe
def download(request: MemberRequest, export_id: UUID) -> HttpResponseBase:
    """The file itself, for its owner only, as long as the link holds."""
    export = get_object_or_404(queries.ready_export(request.user, now=clock.now()), pk=export_id)
    try:
        file = storages["exports"].open(export.file)
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, as_attachment=True, filename=f"{settings.SITE_NAME}-{export.ready_at:%Y-%m-%d}.zip")


@members_only
@require_safe
def leave(request: MemberRequest) -> HttpResponse:
    """The ways to leave, with what becomes of everything; nothing happens here."""
    context = {
        "form": LeavingForm(),
        "choosable": queries.choosable(),
        "choice_count": queries.choice_count(request.user),
        "kept": queries.kept_after_erasure(),
        "holds": queries.holds_on(request.user, now=clock.now()),
    }
    return render(request, "rights/leave.html", context)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: MemberRequest, label: str) -> HttpResponse:
    """One's own things, page by page; what is ticked loses its words when one leaves."""
    holding = holdings.holding(label)
    if holding is None or not holding.choosable:
        raise Http404
    cursor = request.GET.get("before", "")
    after = pagination.decode(cursor, length=1) if cursor else None
    page = pagination.page(holding.of(request.user), by=CHOICES_BY, after=after)
    older = pagination.cursor(page.rows[-1], by=CHOICES_BY) if page.has_after else ""
    if request.method == "POST":
        taken = {int(one) for one in request.POST.getlist("item") if one.isdecimal()}
        actions.choose(member=request.user, label=label, shown=[row.pk for row in page.rows], taken=taken)
        return redirect(f"{request.path}?before={older}" if older else "rights:leave")
    chosen = queries.chosen(request.user, label)
    rows = [(row, row.pk in chosen) for row in page.rows]
    return render(request, "rights/choose.html", {"holding": holding, "rows": rows, "older": older, "cursor": cursor})


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)
def confirm_leaving(request: MemberRequest) -> HttpResponse:
    """The plain question before what cannot be undone, with both answers of one size."""
    form = LeavingForm(request.POST or request.GET or None)
    if not form.is_valid():
        return redirect("rights:leave")
    mode = Mode(form.cleaned_data["mode"])
    if request.method != "POST":
        context = {"mode": mode, "days": TIME_TO_RETURN.days, "choice_count": queries.choice_count(request.user)}
        return render(request, "rights/confirm_leaving.html", context)
    require(rules.can_leave(request.user, has_other_administrators=queries.has_other_administrators(request.user)))
    at_once = request.POST.get("when") == "now"
    erasure = actions.ask_for_erasure(member=request.user, mode=mode, at_once=at_once, now=clock.now())
    logout(request)
    back = "" if at_once else reverse("rights:come_back", args=[notices.return_token(erasure)])
    return render(request, "rights/gone.html", {"erasure": erasure, "back": back})


@public
@require_http_methods(["GET", "HEAD", "POST"])
def come_back(request: PersonRequest, token: str) -> HttpResponse:
    """The link of the letter: one press, and the account is open again."""
    erasure = notices.erasure_of(token)
    if erasure is None:
        raise Http404
    if request.method != "POST":
        return render(request, "rights/come_back.html", {"token": token})
    if not actions.come_back(erasure_id=erasure, now=clock.now()):
        raise Http404
    messages.success(request, _("Welcome back. Everything is as it was; sign in to go on."))
    return redirect("account_login")


def _is_at_home(request: MemberRequest) -> bool:
    """Whether this is a browser that its owner has used for a while; elsewhere a copy has to wait a day."""
    return bool(can_change_dangerously(request.user, request.session, now=clock.now()))
