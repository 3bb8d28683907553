"""Where a thread is now: written together, with its history, and the stage that it has reached."""

from itertools import pairwise

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from commons import clock
from commons.access import members_only, require
from commons.differences import differences
from commons.requests import MemberRequest
from forum import actions, queries, rules
from forum.enums import Stage
from forum.forms import StageForm, SummaryForm
from forum.models import Summary, Thread
from forum.views.places import Place


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def summary(request: MemberRequest, thread_id: int) -> HttpResponse:
    thread = _writable(request, thread_id)
    stands: Summary | None = getattr(thread, "summary", None)
    place = Place.summary(thread)
    draft = queries.draft(request.user, place=place.name)
    says = {"source": stands.source, "version": stands.version} if stands else {"source": "", "version": 0}
    known = {**says, **({"source": draft.source} if draft else {})}
    form, theirs = SummaryForm(request.POST or None, initial=known), None
    if form.is_valid():
        try:
            actions.write_summary(
                thread=thread,
                by=request.user,
                source=form.cleaned_data["source"],
                version=form.cleaned_data["version"],
                now=clock.now(),
            )
        except actions.Overtaken as error:
            theirs = error.theirs
            form = SummaryForm({"source": form.cleaned_data["source"], "version": theirs.version})
            form.add_error(None, str(error))
        else:
            return redirect(thread.get_absolute_url())
    context = {"thread": thread, "form": form, "place": place, "draft": draft, "theirs": theirs}
    return render(request, "forum/summary.html", context, status=422 if form.is_bound else 200)


@members_only
@require_safe
def history(request: MemberRequest, thread_id: int) -> HttpResponse:
    """Every text that the summary has had, with who wrote it and what they changed; the latest first."""
    thread = queries.thread(thread_id, reader=request.user)
    texts = queries.summary_texts(thread)
    changes = [
        {"at": before.replaced_at, "by": before.replaced_by, "pieces": differences(old, new)}
        for (old, before), (new, _after) in pairwise(texts)
    ]
    return render(request, "forum/summary_history.html", {"thread": thread, "changes": changes[::-1]})


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: MemberRequest, thread_id: int) -> HttpResponse:
    thread = _writable(request, thread_id)
    form = StageForm(request.POST or None, initial={"stage": thread.stage})
    if form.is_valid():
        chosen, reason = Stage(form.cleaned_data["stage"]), form.cleaned_data["reason"]
        actions.set_stage(thread=thread, by=request.user, stage=chosen, reason=reason, now=clock.now())
        return redirect(thread.get_absolute_url())
    status = 422 if form.is_bound else 200
    return render(request, "forum/stage.html", {"thread": thread, "form": form}, status=status)


def _writable(request: MemberRequest, thread_id: int) -> Thread:
    thread = queries.thread(thread_id, reader=request.user)
    takes_part = queries.takes_part(request.user, thread)
    require(rules.can_summarise(request.user, thread, takes_part=takes_part))
    return thread
