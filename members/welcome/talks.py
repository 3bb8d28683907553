"""Pages of talks before joining: of whoever applies, and of the members who talk with them."""

from uuid import uuid4

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from commons import clock
from commons.access import members_only, public
from commons.ratelimit import RateLimited
from commons.requests import MemberRequest, PersonRequest
from members.enums import Joining
from members.models import Member
from members.welcome import applying, queries, rules
from members.welcome.enums import APPLICATION_ANSWER_WITHIN
from members.welcome.forms import ApplicationForm, WordsForm
from members.welcome.models import Application


@public
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: PersonRequest) -> HttpResponse:
    """Begin a talk, where the community chose to talk before somebody joins."""
    if settings.JOINING != Joining.APPLICATION:
        return redirect("account_signup")
    form = ApplicationForm(request.POST or None, initial={"submission": uuid4()})
    if form.is_valid():
        try:
            applying.apply(**form.cleaned_data, site=settings.SITE_URL, now=clock.now())
        except RateLimited as error:
            form.add_error(None, error.reason)
        else:
            return redirect("welcome:applied")
    return render(request, "welcome/apply.html", {"form": form}, status=422 if form.is_bound else 200)


@public
@require_safe
def applied(request: PersonRequest) -> HttpResponse:
    return render(request, "welcome/applied.html")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: PersonRequest, token: str) -> HttpResponse:
    """The talk, for whoever applied; the link in their letter is their key."""
    found = queries.application(applying.application_of(token))
    if request.method == "POST" and "withdraw" in request.POST:
        applying.withdraw(application=found, now=clock.now())
        return redirect(request.path)
    return _talk(request, found, by=None)


@members_only
@require_safe
def applications(request: MemberRequest) -> HttpResponse:
    """Who waits for an answer; for organisers and moderators."""
    _must_be_host(request.user)
    context = {"rows": queries.applications(), "late": clock.now() - APPLICATION_ANSWER_WITHIN}
    return render(request, "welcome/applications.html", context)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: MemberRequest, application_id: int) -> HttpResponse:
    """One talk, for organisers and moderators: answer, ask in, or say no with a reason."""
    _must_be_host(request.user)
    found, now = queries.application(application_id), clock.now()
    if request.method == "POST" and "ask_in" in request.POST:
        applying.ask_in(application=found, by=request.user, site=settings.SITE_URL, now=now)
        return redirect("welcome:applications")
    if request.method == "POST" and "decline" in request.POST:
        form = WordsForm(request.POST)
        if form.is_valid():
            applying.decline(application=found, by=request.user, reason=form.cleaned_data["words"], now=now)
            return redirect("welcome:applications")
    return _talk(request, found, by=request.user)


def _talk(request: PersonRequest, found: Application, *, by: Member | None) -> HttpResponse:
    verdict = rules.can_talk(found)
    form = WordsForm(request.POST or None, initial={"submission": uuid4()})
    if verdict and form.is_valid():
        try:
            applying.say(application=found, by=by, **form.cleaned_data, site=settings.SITE_URL, now=clock.now())
        except RateLimited as error:
            form.add_error(None, error.reason)
        else:
            return redirect(request.path)
    context = {"application": found, "form": form, "can_talk": verdict, "is_host": by is not None}
    return render(request, "welcome/talk.html", context, status=422 if form.is_bound else 200)


def _must_be_host(member: Member) -> None:
    if not rules.is_host(member):
        raise Http404
