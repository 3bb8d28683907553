"""Pages to write: threads, replies, edits, deletions, previews and drafts."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons import clock
from commons.access import members_only, require
from commons.contributions import SOURCE_MAX_LENGTH, rendered
from commons.fragments import is_fragment_wanted
from commons.ratelimit import RateLimited, spend
from commons.requests import MemberRequest
from forum import actions, queries, rules, search
from forum.enums import TITLE_MAX_LENGTH
from forum.files import attach
from forum.forms import DraftForm, OpeningForm, PostForm, RemovalForm, ReplyForm, ThreadForm
from forum.models import Draft, Post
from forum.queries import Node
from forum.quotes import quoted
from forum.views import caring
from forum.views.keeping import files_of, keep_sent, keep_with_files, place_named
from forum.views.places import Care, Composer, Place, composer, files_form
from forum.views.reading import address_in_view, address_of
from members.models import Member

PART_MAX_LENGTH = 2000  # characters of a selection that fit an address


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_thread(request: MemberRequest, slug: str) -> HttpResponse:
    category = queries.category(slug, reader=request.user)
    place = Place.thread(category)
    begun = {"title": request.GET["title"][:TITLE_MAX_LENGTH]} if "title" in request.GET else {}
    greeting = _greeting(request.user) if category.is_greeting else {}
    writing = composer(request, ThreadForm, place=place, initial=greeting | begun)
    writing = replace(writing, care=Care(lines=category.talk_lines))
    form = writing.form
    if not (verdict := rules.can_start_thread(request.user, category)):
        return _refused(request, "forum/new_thread.html", {"category": category}, writing, verdict.reason)
    if writing.is_ready:
        try:
            post = actions.start_thread(
                category=category,
                by=request.user,
                title=form.cleaned_data["title"],
                text=form.text(),
                submission=form.cleaned_data["submission"],
                files=_given(writing),
                now=clock.now(),
            )
        except RateLimited as error:
            form.add_error(None, error.reason)
        else:
            return redirect(post.thread.get_absolute_url())
    return _page(request, "forum/new_thread.html", {"category": category}, writing)


@members_only
@require_safe
def similar(request: MemberRequest) -> HttpResponse:
    """Threads whose titles are nearly the one that is typed, before it becomes one more."""
    typed = request.GET.get("title", "")[:TITLE_MAX_LENGTH].replace("\x00", "")
    rooms = tuple(room.pk for room in queries.rooms(request.user))
    threads = search.similar(typed, request.user, rooms=rooms, now=clock.now())
    return render(request, "forum/similar.html", {"threads": threads})


def _greeting(member: Member) -> dict[str, str]:
    """A beginning for whoever says hello, to write over."""
    if not member.is_newcomer:
        return {}
    hello = _(
        "Hello, I am %(name)s.\n\nWhat brings me here: \n\nSomething I like doing: \n\n"
        "Something I would like to learn or ask: \n"
    )
    return {"title": _("Hello from %(name)s") % {"name": member}, "source": hello % {"name": member}}


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: MemberRequest, post_id: int) -> HttpResponse:
    parent = queries.post(post_id, reader=request.user)
    place = Place.reply(parent)
    part = request.GET.get("part", "")[:PART_MAX_LENGTH]
    quote = quoted(parent, name=str(parent.by), part=part) if "quote" in request.GET else ""
    must_restate = rules.must_restate(request.user, parent)
    writing = composer(request, ReplyForm, place=place, quote=quote, label=_("Your reply"), must_restate=must_restate)
    form = writing.form
    in_place = parent if request.GET.get("in") == "tree" else None
    context = {"parent": parent, "thread": parent.thread, "in_place": in_place}
    if not (verdict := rules.can_reply(request.user, parent.thread)):
        return _refused(request, "forum/reply.html", context, writing, verdict.reason)
    writing = replace(writing, care=caring.care_for(request, parent, form))
    if writing.is_ready:
        try:
            post = actions.post_reply(
                parent=parent,
                by=request.user,
                text=form.text(),
                submission=form.cleaned_data["submission"],
                files=_given(writing),
                now=clock.now(),
                asks_where_heated="read_again" not in request.POST,
            )
        except actions.Heated as heated:
            writing = replace(writing, care=replace(writing.care, reads_again=heated.words))
        except (RateLimited, actions.Closed) as error:
            form.add_error(None, str(error))
        else:
            return _posted(request, post, parent)
    return _page(request, "forum/reply.html", context, writing)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MemberRequest, post_id: int) -> HttpResponse:
    post = queries.post(post_id, reader=request.user)
    place = Place.edit(post)
    now_says = {"source": post.source, "content_note": post.content_note, "language": post.language}
    has_title = post.is_opening and not queries.was_renamed_by_others(post)
    if has_title:
        now_says["title"] = post.thread.title
    writing = composer(request, OpeningForm if has_title else PostForm, place=place, initial=now_says)
    form = writing.form
    if not (verdict := rules.can_edit(request.user, post, now=clock.now())):
        context = {"post": post, "thread": post.thread}
        return _refused(request, "forum/edit.html", context, writing, verdict.reason)
    if writing.is_ready:
        try:
            title = form.cleaned_data["title"] if "title" in form.changed_data else ""
            text, files = form.text(), _given(writing)
            actions.edit_post(post=post, by=request.user, text=text, title=title, files=files, now=clock.now())
        except (RateLimited, actions.Closed) as error:
            form.add_error(None, str(error))
        else:
            return redirect(address_of(request, post.pk))
    return _page(request, "forum/edit.html", {"post": post, "thread": post.thread}, writing)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: MemberRequest, post_id: int) -> HttpResponse:
    post = queries.post(post_id, reader=request.user)
    require(rules.can_delete(request.user, post))
    typed = request.POST if request.method == "POST" else None
    form = RemovalForm(typed, is_own=post.author_id == request.user.pk)
    if form.is_valid():
        actions.delete_post(post=post, by=request.user, now=clock.now(), **form.cleaned_data)
        return redirect(address_of(request, post.pk))
    context = {"post": post, "thread": post.thread, "form": form}
    return render(request, "forum/delete.html", context, status=422 if form.errors else 200)


@members_only
@require_POST
def preview(request: MemberRequest) -> HttpResponse:
    """What a text will look like; nothing is stored."""
    if not (verdict := spend("forum.preview", key=str(request.user.pk), now=clock.now())):
        return HttpResponse(verdict.reason, status=429, content_type="text/plain; charset=utf-8")
    source = request.POST.get("source", "")[:SOURCE_MAX_LENGTH]
    name = "forum/preview.html#shown" if is_fragment_wanted(request) else "forum/preview.html"
    context = {"html": rendered(source, author=request.user.pk), "advice": caring.advice_at(request)}
    return render(request, name, context)


@members_only
@require_safe
def drafts(request: MemberRequest) -> HttpResponse:
    return render(request, "forum/drafts.html", {"drafts": queries.drafts(request.user)})


@members_only
@require_POST
def save_draft(request: MemberRequest) -> HttpResponse:
    """Keep what is being written. With `leave`, a button, go on to where that leads: to the drafts, or another way."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("This draft could not be kept."), status=422, content_type="text/plain; charset=utf-8")
    if not (verdict := spend("forum.draft", key=str(request.user.pk), now=clock.now())):
        return HttpResponse(verdict.reason, status=429, content_type="text/plain; charset=utf-8")
    place = place_named(request, form.cleaned_data.pop("place"))
    draft = queries.draft(request.user, place=place.name)
    files = files_form(request, place=place, draft=draft, is_final=False)
    files.is_valid()
    for error in keep_with_files(request, place, form.cleaned_data, files).error_sentences():
        messages.error(request, error)
    if "leave" in request.POST:
        return redirect(caring.way_out(request, place.name, request.POST["leave"]))
    return HttpResponse(status=204)


@members_only
@require_POST
def discard_draft(request: MemberRequest, draft_id: int) -> HttpResponse:
    draft = get_object_or_404(Draft, member=request.user, pk=draft_id)
    actions.discard_draft(member=request.user, place=draft.place)
    return redirect("forum:drafts")


def _given(writing: Composer) -> actions.Files:
    return files_of(writing.files, language=writing.form.cleaned_data["language"])


def _page(request: MemberRequest, template: str, context: dict[str, Any], writing: Composer) -> HttpResponse:
    is_given_back = writing.has_errors or writing.care.reads_again is not None
    status = 422 if is_given_back else 200
    if is_given_back:
        writing = replace(writing, files=keep_sent(request, writing.place, writing.files))
    name = f"{template}#form" if is_fragment_wanted(request) else template
    response = render(request, name, {**context, "composer": writing}, status=status)
    if is_fragment_wanted(request) and is_given_back:
        response.headers["HX-Retarget"] = f"#composer-{slugify(writing.place.name)}"
        response.headers["HX-Reswap"] = "outerHTML"
    return response


def _refused(
    request: MemberRequest, template: str, context: dict[str, Any], writing: Composer, reason: str
) -> HttpResponse:
    """A 403 that says why, and gives back what was typed; where htmx sent it, in the form that it came from."""
    if request.method == "POST" and is_fragment_wanted(request):
        writing.form.add_error(None, reason)
        return _page(request, template, context, writing)
    if request.method == "POST":
        keep_sent(request, writing.place, writing.files)
    typed = writing.form["source"].value() or ""
    return render(request, "403.html", {"reason": reason, "typed": typed}, status=403)


def _posted(request: MemberRequest, post: Post, parent: Post) -> HttpResponse:
    """The new post for htmx to put into the tree, or the way to it."""
    if not is_fragment_wanted(request) or request.GET.get("in") != "tree" or post.band != parent.band:
        address = address_in_view(request, post)
        if is_fragment_wanted(request):
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return redirect(address)
    shown = queries.post(post.pk, reader=request.user)
    shown.parent = parent
    attach([shown])
    context = {
        "nodes": [Node(shown)],
        "parent": parent,
        "thread": parent.thread,
        "unread": [],
        "now": clock.now(),
        "can_reply": rules.can_reply(request.user, parent.thread),
        "can_moderate": rules.can_moderate(request.user, parent.thread.category),
    }
    return HttpResponse(render_to_string("forum/thread.html#posted", context, request))
