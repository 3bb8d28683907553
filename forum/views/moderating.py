"""Pages of moderators: one for each thing they can do to a thread, each with a reason."""

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from commons import clock
from commons.access import members_only, require
from commons.requests import MemberRequest
from forum import actions, queries, rules
from forum.forms import BumpForm, MergeForm, MoveForm, PauseForm, ReasonForm, RenameForm, SplitForm
from forum.models import Thread

type Act = Callable[..., Any]


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def lock(request: MemberRequest, thread_id: int) -> HttpResponse:
    return _with_reason(request, thread_id, actions.lock, verb=_("Lock thread"))


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: MemberRequest, thread_id: int) -> HttpResponse:
    return _with_reason(request, thread_id, actions.unlock, verb=_("Open thread again"))


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def pin(request: MemberRequest, thread_id: int) -> HttpResponse:
    return _with_reason(request, thread_id, actions.pin, verb=_("Pin thread"))


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def unpin(request: MemberRequest, thread_id: int) -> HttpResponse:
    return _with_reason(request, thread_id, actions.unpin, verb=_("Take off the pin"))


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: MemberRequest, thread_id: int) -> HttpResponse:
    thread = _moderated(request, thread_id)
    form = RenameForm(request.POST or None, initial={"title": thread.title})
    return _answer(request, thread, form, actions.rename, verb=_("Rename thread"))


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: MemberRequest, thread_id: int) -> HttpResponse:
    thread = _moderated(request, thread_id)
    categories = queries.movable_to(request.user, besides=thread.category)
    form = MoveForm(request.POST or None, categories=categories)
    return _answer(request, thread, form, actions.move, verb=_("Move thread"), names={"category": "to"})


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: MemberRequest, thread_id: int) -> HttpResponse:
    thread = _moderated(request, thread_id)
    form = MergeForm(request.POST or None, thread=thread, targets=queries.moderated_threads(request.user))
    return _answer(request, thread, form, actions.merge, verb=_("Merge thread"))


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: MemberRequest, thread_id: int) -> HttpResponse:
    thread = _moderated(request, thread_id)
    return _answer(request, thread, PauseForm(request.POST or None), actions.pause, verb=_("Let the thread rest"))


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: MemberRequest, thread_id: int) -> HttpResponse:
    return _with_reason(request, thread_id, actions.resume, verb=_("End the rest"))


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def bump(request: MemberRequest, thread_id: int) -> HttpResponse:
    thread = _moderated(request, thread_id)
    form = BumpForm(request.POST or None, initial={"bump": rules.guided_bump(thread, now=clock.now())})
    return _answer(request, thread, form, actions.guide_bump, verb=_("Say how the thread rises"))


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def restating(request: MemberRequest, thread_id: int) -> HttpResponse:
    """Ask everybody to say first what they heard, or no longer."""
    thread = queries.thread(thread_id, reader=request.user)
    require(rules.can_ask_to_restate(request.user, thread))
    form = ReasonForm(request.POST or None)
    if thread.asks_restating:
        return _answer(request, thread, form, actions.no_longer_ask_to_restate, verb=_("No longer ask for it"))
    return _answer(request, thread, form, actions.ask_to_restate, verb=_("Ask to say first what one heard"))


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def split(request: MemberRequest, post_id: int) -> HttpResponse:
    post = queries.post(post_id, reader=request.user)
    require(rules.can_split(request.user, post))
    form = SplitForm(request.POST or None)
    if form.is_valid():
        thread = actions.split(post=post, by=request.user, now=clock.now(), **form.cleaned_data)
        return redirect("forum:post", queries.opening_of(thread))
    context = {"form": form, "thread": post.thread, "verb": _("Split off")}
    return render(request, "forum/moderate.html", context, status=422 if form.errors else 200)


def _with_reason(request: MemberRequest, thread_id: int, act: Act, *, verb: Promise) -> HttpResponse:
    thread = _moderated(request, thread_id)
    return _answer(request, thread, ReasonForm(request.POST or None), act, verb=verb)


def _moderated(request: MemberRequest, thread_id: int) -> Thread:
    thread = queries.thread(thread_id, reader=request.user)
    require(rules.can_moderate(request.user, thread.category))
    return thread


def _answer(
    request: MemberRequest,
    thread: Thread,
    form: Form,
    act: Act,
    *,
    verb: Promise,
    names: dict[str, str] | None = None,
) -> HttpResponse:
    if form.is_valid():
        given = {(names or {}).get(name, name): value for name, value in form.cleaned_data.items()}
        act(thread=thread, by=request.user, now=clock.now(), **given)
        return redirect("forum:post", queries.opening_of(thread))
    context = {"form": form, "thread": thread, "verb": verb}
    return render(request, "forum/moderate.html", context, status=422 if form.errors else 200)
