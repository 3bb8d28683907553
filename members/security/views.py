"""Keep your account safe: what protects it, where it is open, and the door to what needs a second step."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons import clock
from commons.access import administrators_only, members_only, public
from commons.requests import MemberRequest, PersonRequest
from members.enums import Role
from members.models import Member
from members.security import actions, letters, queries
from members.security.models import Alert, SignIn


@members_only
@require_safe
def overview(request: MemberRequest) -> HttpResponse:
    """What protects the account now, with one next step each."""
    member, now = request.user, clock.now()
    context = {
        "factors": queries.factors(member),
        "sessions": queries.sessions(member, now=now),
        "sign_ins": queries.recent_sign_ins(member),
        "events": queries.recent_events(member),
    }
    return render(request, "security/overview.html", context)


@members_only
@require_safe
def sessions(request: MemberRequest) -> HttpResponse:
    context = {"sessions": queries.sessions(request.user, now=clock.now()), "this": request.session.session_key}
    return render(request, "security/sessions.html", context)


@members_only
@require_POST
def end_session(request: MemberRequest, session_id: int) -> HttpResponse:
    if actions.end_session(member=request.user, session=session_id, now=clock.now()):
        messages.success(request, _("That session is over."))
    return redirect("security:sessions")


@members_only
@require_POST
def end_others(request: MemberRequest) -> HttpResponse:
    count = actions.end_other_sessions(member=request.user, but=request.session.session_key or "", now=clock.now())
    words = ngettext("%(count)s other session is over.", "%(count)s other sessions are over.", count)
    messages.success(request, words % {"count": count})
    return redirect("security:sessions")


@members_only
@require_safe
def second_step(request: MemberRequest) -> HttpResponse:
    """Why a task waits for a second step, and the way to it."""
    back = request.GET.get("next", "")
    context = {
        "factors": queries.factors(request.user),
        "back": back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else reverse("security:overview"),
    }
    return render(request, "security/second_step.html", context)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def was_it_you(request: PersonRequest, letter: str) -> HttpResponse:
    """The page behind a letter about a new browser. Nothing happens before a button is pressed."""
    sign_in = _sign_in_of(letter)
    answer = request.POST.get("answer")
    if answer not in {"yes", "no"} or sign_in.answered_at:
        return render(request, "security/was_it_you.html", {"sign_in": sign_in, "letter": letter})
    if answer == "yes":
        actions.own(sign_in=sign_in, now=clock.now())
        messages.success(request, _("Thank you. That browser is one of yours now."))
        return redirect("security:overview")
    actions.disown(sign_in=sign_in, now=clock.now())
    messages.success(
        request, _("Every session is over, and the old password no longer opens the account. Choose a new one here.")
    )
    return redirect("account_reset_password")


@administrators_only
@require_safe
def alerts(request: MemberRequest) -> HttpResponse:
    still_open, closed = queries.alerts()
    return render(request, "security/alerts.html", {"still_open": still_open, "closed": closed})


@administrators_only
@require_POST
def close_alert(request: MemberRequest, alert_id: int) -> HttpResponse:
    alert = get_object_or_404(Alert, pk=alert_id)
    actions.close_alert(alert=alert, by=request.user, now=clock.now())
    return redirect("security:alerts")


@public
def admin_door(request: PersonRequest) -> HttpResponseBase:
    """Where /admin/ sends whoever may not come in yet: to our own sign-in, or to the second step."""
    wanted = request.GET.get("next") or reverse("admin:index")
    if not isinstance(request.user, Member):
        return redirect(f"{reverse('account_login')}?next={wanted}")
    if Role.ADMINISTRATOR in request.user.roles and not request.user.acts_with_power:
        return redirect(f"{reverse('security:second_step')}?next={wanted}")
    raise Http404


def _sign_in_of(letter: str) -> SignIn:
    return get_object_or_404(SignIn.objects.select_related("member", "device"), pk=letters.sign_in_of(letter))
