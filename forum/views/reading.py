"""Pages to read: the forum, a category, a thread, a post's own address and its history."""

from dataclasses import replace
from itertools import pairwise

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commons import clock, journal, subjects
from commons.access import members_only, public, require
from commons.differences import differences
from commons.pagination import cursor
from commons.ready import made_once
from commons.requests import MemberRequest, PersonRequest
from forum import actions, files, notices, queries, rules, visitors
from forum.enums import Stage, View
from forum.forms import ReplyForm
from forum.models import Post, Thread
from forum.views import caring
from forum.views.places import Place, composer
from members.consent import uses
from members.models import Member
from notifications import actions as notifications
from notifications import waiting

VIEW_COOKIE = "thread_view"
VIEW_COOKIE_AGE = 365 * 24 * 3600


@public
@require_safe
@made_once
def index(request: PersonRequest) -> HttpResponse:
    return render(request, "forum/index.html", {"categories": queries.categories(request.user)})


@public
@require_safe
@made_once
def category(request: PersonRequest, slug: str) -> HttpResponse:
    found = queries.category(slug, reader=request.user)
    stage = request.GET.get("stage", "") if request.GET.get("stage") in Stage.values else ""
    page = queries.thread_list(
        found,
        reader=request.user,
        stage=stage,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "category": found,
        "page": page,
        "stage": stage,
        "stages": [one for one in Stage if one],
        "now": clock.now(),
        "is_indexable": visitors.show(request.user, threads=page.rows, now=clock.now()),
        "before": cursor(page.rows[0], by=queries.LISTED_BY) if page.has_before and page.rows else "",
        "after": cursor(page.rows[-1], by=queries.LISTED_BY) if page.has_after and page.rows else "",
        "can_start_thread": rules.can_start_thread(request.user, found),
    }
    return render(request, "forum/category.html", context)


@public
@require_safe
@made_once
def thread(request: PersonRequest, slug: str, thread_id: int, title: str) -> HttpResponse:
    found, view, now = _thread_or_successor(request, thread_id), _chosen_view(request), clock.now()
    page = queries.thread_page(found, reader=request.user, view=view, **_place(request))
    is_indexable = visitors.show(request.user, threads=[found], posts=page.page.rows, now=now)
    files.attach(page.page.rows)
    if found.pk != thread_id or (slug, title) != (found.category.slug, found.slug):
        return redirect(f"{found.get_absolute_url()}{_query(request)}")
    seen = None
    if isinstance(request.user, Member):
        seen = actions.record_visit(member=request.user, thread=found, now=now)
        if waiting.something_waits(request.user):
            notifications.mark_read(member=request.user, subjects=notices.subjects_of(page.page.rows), now=now)
    context = {**_thread_context(request, found, page, seen=seen), "is_indexable": is_indexable}
    response = render(request, "forum/thread.html", context)
    if "view" in request.GET:
        response.set_cookie(VIEW_COOKIE, view, max_age=VIEW_COOKIE_AGE, samesite="Lax", secure=request.is_secure())
    return response


@public
@require_safe
def post(request: PersonRequest, post_id: int) -> HttpResponse:
    """The permanent address of a post: leads to the page of its thread that holds it now."""
    return redirect(address_of(request, post_id))


@public
@require_safe
def history(request: PersonRequest, post_id: int) -> HttpResponse:
    found = queries.post(post_id, reader=request.user)
    visitors.show(request.user, threads=[found.thread], posts=[found], now=clock.now())
    texts = queries.revisions(found) if found.stand_in is None else []
    changes = [
        {"at": before.replaced_at, "by": before.replaced_by, "pieces": differences(old, new)}
        for (old, before), (new, _after) in pairwise(texts)
    ]
    return render(request, "forum/history.html", {"post": found, "thread": found.thread, "changes": changes[::-1]})


@members_only
@require_safe
def cite(request: MemberRequest, post_id: int) -> HttpResponse:
    """The words of a post and how to name their author, for use elsewhere; without the author's yes, only to ask."""
    found = queries.post(post_id, reader=request.user)
    require(rules.can_cite(found))
    is_open = found.author is None or uses.use(found.author, "quotation", now=clock.now())
    address = request.build_absolute_uri(found.get_absolute_url())
    context = {"post": found, "thread": found.thread, "is_open": is_open, "address": address}
    return render(request, "forum/cite.html", context)


def address_of(request: PersonRequest, post_id: int) -> str:
    """Where a post can be read, in the view that the reader has chosen."""
    found = queries.post(post_id, reader=request.user)
    visitors.show(request.user, threads=[found.thread], now=clock.now())
    return address_in_view(request, found)


def address_in_view(request: PersonRequest, found: Post) -> str:
    """The same of a post that is at hand, with its thread and category. No query."""
    place = queries.place_of(found, view=_chosen_view(request))
    query = f"?{urlencode(place)}" if place else ""
    return f"{found.thread.get_absolute_url()}{query}#{found.anchor}"


def _thread_or_successor(request: PersonRequest, thread_id: int) -> Thread:
    try:
        return queries.thread(thread_id, reader=request.user)
    except Http404:
        if successor := queries.merged_target(thread_id, reader=request.user):
            return successor
        raise


def _thread_context(
    request: PersonRequest, found: Thread, page: queries.ThreadPage, *, seen: int | None
) -> dict[str, object]:
    can_reply = rules.can_reply(request.user, found)
    opening = next((post for post in page.page.rows if post.is_opening), None)
    context: dict[str, object] = {
        "thread": found,
        "category": found.category,
        "page": page,
        "opening": opening,
        "summary": getattr(found, "summary", None),
        "can_summarise": rules.can_summarise(request.user, found, takes_part=found.takes_part),
        "subject": _subject_of(found),
        "can_reply": can_reply,
        "can_moderate": rules.can_moderate(request.user, found.category),
        "now": clock.now(),
        "unread": (unread := _unread(request, page, seen)),
        "first_unread": unread[0] if unread else queries.first_unread(found, seen=seen),
        "here": request.get_full_path(),
        "has_spoken": found.category.is_public and any(post.author_id == request.user.pk for post in page.page.rows),
        "composer": None,
        **caring.context_of(request.user, found, page.page.rows),
    }
    if opening and can_reply and isinstance(request.user, Member):
        place = Place.reply(opening)
        must_restate = rules.must_restate(request.user, opening)
        writing = composer(request, ReplyForm, place=place, label=_("Your reply"), must_restate=must_restate)
        context["composer"] = replace(writing, care=caring.care_on_thread(opening, writing.form))
    return context


def _subject_of(found: Thread) -> subjects.Link | None:
    if not hasattr(found, "about"):
        return None
    journal.shows(found.about.subject)
    return subjects.link_to(found.about.subject)


def _unread(request: PersonRequest, page: queries.ThreadPage, seen: int | None) -> list[int]:
    """The keys of the posts on this page that came since the reader's last visit, in reading order."""
    if not seen:
        return []
    return [post.pk for post in page.page.rows if post.number > seen and post.author_id != request.user.pk]


def _chosen_view(request: PersonRequest) -> View:
    asked = request.GET.get("view") or request.COOKIES.get(VIEW_COOKIE, "")
    return View(asked) if asked in View.values else View.TREE


def _place(request: PersonRequest) -> dict[str, int]:
    """The numbers in the address; anything else than a number there is a page that does not exist."""
    given = {name: request.GET[name] for name in ("branch", "after", "before", "start") if name in request.GET}
    if not all(value.isdecimal() and len(value) < 10 for value in given.values()):  # noqa: PLR2004 (fits an integer)
        raise Http404
    return {name: int(value) for name, value in given.items()}


def _query(request: PersonRequest) -> str:
    query = request.META.get("QUERY_STRING", "")
    return f"?{query}" if query else ""
