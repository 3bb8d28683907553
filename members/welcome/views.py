"""The way in: looking round, joining step by step, saying how it goes, inviting, resting and leaving."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons import clock, letters, pagination
from commons.access import members_only, moderators_only, public, require
from commons.ratelimit import RateLimited
from commons.requests import MemberRequest, PersonRequest
from members.consent import gate, uses
from members.consent import queries as consent
from members.models import Member
from members.welcome import actions, arrivals, queries, rules
from members.welcome.agreements import AGREEMENTS
from members.welcome.enums import Feeling, FirstStep, Step
from members.welcome.forms import ASKED, CheckInForm, ChoicesForm, FirstStepForm, InvitationForm
from members.welcome.letters import meant
from members.welcome.models import CheckIn, Invitation

STEPS = list(Step)


@public
@require_safe
def look_round(request: PersonRequest) -> HttpResponse:
    """For visitors what this place is; for members where they are on their way in."""
    if not isinstance(request.user, Member):
        return render(request, "welcome/look_round.html", {"agreements": AGREEMENTS})
    welcome, now = queries.welcome(request.user), clock.now()
    context = {
        "welcome": welcome,
        "hello": queries.hello(request.user),
        "pairing": queries.pairing_of(request.user, now=now),
        "check_in": queries.open_check_in(request.user, now=now),
        "first_step": FirstStep(welcome.first_step) if welcome and welcome.first_step else None,
    }
    return render(request, "welcome/overview.html", context)


@members_only
@require_safe
def start(request: MemberRequest) -> HttpResponse:
    """Begin, or go on where one left."""
    welcome = actions.begin(member=request.user, now=clock.now())
    if welcome.step == Step.DONE:
        return redirect("welcome:look_round")
    return redirect("welcome:step", welcome.step)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: MemberRequest, name: str) -> HttpResponse:
    """One step of the way in, by its name."""
    if name not in PAGES:
        raise Http404
    actions.begin(member=request.user, now=clock.now())
    if "skip" in request.POST:
        return _go_on(request, Step(name), is_skipped=True)
    return PAGES[name](request)


def _agreements(request: MemberRequest) -> HttpResponse:
    """One agreement at a time, until all are read."""
    if request.method == "POST":
        code, _sep, version = request.POST.get("agree", "").partition("@")
        if any((code, version) == (a.code, str(a.version)) for a in AGREEMENTS):
            actions.accept_agreement(member=request.user, code=code, version=int(version), now=clock.now())
        if queries.to_accept(request.user):
            return redirect("welcome:step", Step.AGREEMENTS)
        return _go_on(request, Step.AGREEMENTS)
    waiting = queries.to_accept(request.user)
    return _page(
        request,
        Step.AGREEMENTS,
        "welcome/agreements.html",
        {"agreement": waiting[0] if waiting else None, "left": len(waiting)},
    )


def _choices(request: MemberRequest) -> HttpResponse:
    form = ChoicesForm(request.POST or None, said=_said(request.user))
    if form.is_valid():
        actions.choose(member=request.user, answers=form.answers(), now=clock.now())
        return _go_on(request, Step.CHOICES)
    return _page(request, Step.CHOICES, "welcome/choices.html", {"form": form})


def _about_you(request: MemberRequest) -> HttpResponse:
    """Leads to the pages where members tell about themselves; what is told there is saved there."""
    if request.method == "POST":
        return _go_on(request, Step.ABOUT_YOU)
    return _page(request, Step.ABOUT_YOU, "welcome/about_you.html", {})


def _first_step(request: MemberRequest) -> HttpResponse:
    welcome = queries.welcome(request.user)
    initial = {"first_step": welcome.first_step if welcome else ""}
    form = FirstStepForm(request.POST or None, initial=initial)
    if form.is_valid():
        actions.choose_first_step(member=request.user, first_step=FirstStep(form.cleaned_data["first_step"]))
        return _go_on(request, Step.FIRST_STEP)
    return _page(request, Step.FIRST_STEP, "welcome/first_step.html", {"form": form})


def _hello(request: MemberRequest) -> HttpResponse:
    """Leads to the room for greetings, where a kind template waits."""
    if request.method == "POST":
        return _go_on(request, Step.HELLO)
    context = {"hello": queries.hello(request.user), "room": arrivals.greeting_room()}
    return _page(request, Step.HELLO, "welcome/hello.html", context)


PAGES: dict[str, Callable[[MemberRequest], HttpResponse]] = {
    Step.AGREEMENTS: _agreements,
    Step.CHOICES: _choices,
    Step.ABOUT_YOU: _about_you,
    Step.FIRST_STEP: _first_step,
    Step.HELLO: _hello,
}


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: MemberRequest) -> HttpResponse:
    """How is it going? One press is enough."""
    now = clock.now()
    found = queries.open_check_in(request.user, now=now)
    form = CheckInForm(request.POST or None)
    if found and form.is_valid():
        answer = Feeling(form.cleaned_data["answer"])
        actions.answer_check_in(check_in=found, answer=answer, words=form.cleaned_data["words"], now=now)
        return _thanks_for(request, answer)
    return render(request, "welcome/check_in.html", {"check_in": found, "form": form, "feelings": Feeling})


@public
@require_http_methods(["GET", "HEAD", "POST"])
def answer_by_letter(request: PersonRequest, token: str) -> HttpResponse:
    """The answer that somebody pressed in a letter, sent with one more press; no signing in."""
    if (said := meant(token)) is None:
        raise Http404
    found, feeling = get_object_or_404(CheckIn, pk=said[0]), said[1]
    if request.method == "POST":
        actions.answer_check_in(check_in=found, answer=feeling, words="", now=clock.now())
    context = {"feeling": feeling, "is_said": request.method == "POST", "token": token}
    return render(request, "welcome/answer_by_letter.html", context)


@members_only
@require_safe
def newcomers(request: MemberRequest) -> HttpResponse:
    """A welcomer's own newcomers; nobody else's."""
    now = clock.now()
    newcomers = queries.newcomers_of(request.user, now=now)
    events = gate.standing_events([newcomer.member.pk for newcomer in newcomers], ("welcome.buddy",), now=now)
    uses.note({"welcomer": events["welcome.buddy"]}, now=now)
    return render(request, "welcome/newcomers.html", {"newcomers": newcomers, "now": now})


@members_only
@require_POST
def end_pairing(request: MemberRequest) -> HttpResponse:
    """Go on without a welcomer, without a reason."""
    actions.end_pairing(newcomer=request.user, now=clock.now())
    messages.info(request, _("You go on without a welcomer. You can ask for one again in your consents."))
    return redirect("welcome:look_round")


@members_only
@require_safe
def figures(request: MemberRequest) -> HttpResponse:
    """How well newcomers are met, for all of us; never about one person."""
    return render(request, "welcome/figures.html", {"figures": queries.figures(now=clock.now())})


@members_only
@require_safe
def rest_or_leave(request: MemberRequest) -> HttpResponse:
    """The ways out, for a while and for good."""
    welcome = queries.welcome(request.user)
    return render(request, "welcome/rest_or_leave.html", {"is_resting": bool(welcome and welcome.paused_at)})


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: MemberRequest) -> HttpResponse:
    """Ask somebody in, and see whom one has asked."""
    verdict = rules.can_invite(request.user)
    form = InvitationForm(request.POST or None)
    context = {"form": form, "can_invite": verdict, "now": clock.now(), "link": ""}
    if request.method == "POST":
        require(verdict)
        if form.is_valid():
            context["link"] = _invite(request, form)
    context["rows"] = queries.invitations(request.user)
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "welcome/invitations.html", context, status=status)


@members_only
@require_POST
def revoke(request: MemberRequest, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    found = get_object_or_404(Invitation, pk=invitation_id, made_by=request.user)
    actions.revoke(invitation=found, now=clock.now())
    messages.info(request, _("Nobody can come in by this invitation any more."))
    return redirect("welcome:invitations")


@public
@require_safe
def come_in(request: PersonRequest, code: str) -> HttpResponse:
    """The door that an invitation opens."""
    valid = queries.valid_invitations(now=clock.now()).select_related("made_by")
    found = valid.filter(code_hash=actions.hashed(code)).first()
    if found and not isinstance(request.user, Member):
        arrivals.remember(request.session, code=code)
    return render(request, "welcome/come_in.html", {"invitation": found})


@moderators_only
@require_safe
def who_invited_whom(request: MemberRequest) -> HttpResponse:
    """For moderators: by whose invitation people came."""
    cursor = request.GET.get("before", "")
    after = pagination.decode(cursor, length=2) if cursor else None
    page = pagination.page(queries.arrivals(), by=queries.ARRIVALS_BY, after=after)
    older = pagination.cursor(page.rows[-1], by=queries.ARRIVALS_BY) if page.has_after else ""
    return render(request, "welcome/who_invited_whom.html", {"rows": page.rows, "older": older})


def _invite(request: MemberRequest, form: InvitationForm) -> str:
    """The link of a new invitation, mailed if an address was given; empty if there were too many today."""
    wanted = form.cleaned_data
    try:
        code = actions.invite(by=request.user, note=wanted["note"], uses_max=wanted["uses_max"], now=clock.now())
    except RateLimited as error:
        form.add_error(None, error.reason)
        return ""
    link = request.build_absolute_uri(reverse("welcome:come_in", args=[code]))
    if wanted["email"]:
        letters.post("welcome/email/invitation.txt", to=wanted["email"], context={"by": request.user, "link": link})
    return link


def _go_on(request: MemberRequest, step: Step, *, is_skipped: bool = False) -> HttpResponse:
    if is_skipped and step == Step.CHOICES:
        actions.choose(member=request.user, answers=dict.fromkeys(ASKED, ""), now=clock.now())
    following = STEPS[STEPS.index(step) + 1]
    actions.go_to(member=request.user, step=following, now=clock.now())
    return redirect("welcome:look_round") if following == Step.DONE else redirect("welcome:step", following)


def _page(request: MemberRequest, step: Step, template: str, context: Mapping[str, object]) -> HttpResponse:
    """A step's page, with where it stands among the others."""
    place = STEPS.index(step)
    back = STEPS[place - 1] if place else None
    whole = {**context, "step": step, "number": place + 1, "steps": len(STEPS) - 1, "back": back}
    return render(request, template, whole, status=422 if request.method == "POST" else 200)


def _said(member: Member) -> dict[str, str]:
    found = {choice.purpose.code: choice for choice in consent.choices(member, now=clock.now())}
    words = {code: "yes" if found[code].is_yes else "no" if found[code].is_no else "" for code in ASKED}
    return {code: word for code, word in words.items() if word}


def _thanks_for(request: MemberRequest, answer: Feeling) -> HttpResponse:
    if answer == Feeling.LOST:
        messages.info(request, _("Thank you for saying so. Your welcomer sees it and will write to you."))
    else:
        messages.success(request, _("Thank you. That helps us."))
    return redirect("welcome:look_round")
