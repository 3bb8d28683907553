"""What is new for the reader: over all threads, and in one."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commons import clock
from commons.access import members_only
from commons.differences import differences
from commons.pagination import cursor
from commons.requests import MemberRequest
from forum import actions, queries, unread

LONGEST_KEY = 18  # digits that fit a key


@members_only
@require_safe
def new(request: MemberRequest) -> HttpResponse:
    """Threads with something new, the latest first; a list that ends."""
    now = clock.now()
    page = unread.news_page(request.user, after=request.GET.get("after", ""), now=now)
    after = cursor(page.rows[-1], by=unread.NEWS_BY) if page.has_after and page.rows else ""
    return render(request, "forum/new.html", {"page": page, "after": after, "now": now})


@members_only
@require_safe
def next_new(request: MemberRequest) -> HttpResponse:
    """On to another thread with something new."""
    besides = request.GET.get("besides", "")
    besides_key = int(besides) if besides.isdecimal() and len(besides) <= LONGEST_KEY else 0
    found = unread.next_new(request.user, besides=besides_key, now=clock.now())
    return redirect(found.get_absolute_url() if found else "forum:new")


@members_only
@require_POST
def catch_up(request: MemberRequest) -> HttpResponse:
    """Everything is read that was there when the page was made, in one category or everywhere."""
    slug, until = request.POST.get("category", ""), _moment(request.POST.get("until", ""))
    category = queries.category(slug, reader=request.user) if slug else None
    actions.catch_up(member=request.user, category=category, until=until)
    messages.success(request, _("All read. You are up to date."))
    return redirect(category.get_absolute_url() if category else "forum:new")


@members_only
@require_POST
def leave_unread(request: MemberRequest, post_id: int) -> HttpResponse:
    """From this post on, the thread stays new."""
    post = queries.post(post_id, reader=request.user)
    actions.leave_unread(member=request.user, post=post, now=clock.now())
    messages.success(request, _("“%(thread)s” stays new from that post on.") % {"thread": post.thread.title})
    return redirect(post.thread.category.get_absolute_url())


@members_only
@require_safe
def changes(request: MemberRequest, thread_id: int) -> HttpResponse:
    """What changed in a thread since the reader was there before."""
    thread = queries.thread(thread_id, reader=request.user)
    visit = unread.since_visit(thread, request.user)
    if visit is None:
        return redirect(thread.get_absolute_url())
    changed = queries.changed_since(thread, visit)
    edited = [
        (post, [differences(old, new) for (old, _row), (new, _now) in _last_two(queries.revisions(post))])
        for post in changed.edited
    ]
    context = {"thread": thread, "category": thread.category, "changed": changed, "edited": edited}
    return render(request, "forum/changes.html", context)


def _last_two[Row](texts: list[Row]) -> list[tuple[Row, Row]]:
    return [(texts[-2], texts[-1])] if len(texts) > 1 else []


def _moment(typed: str) -> datetime:
    """When the page was made; never to come, so that nothing is read before it is written."""
    try:
        moment = parse_datetime(typed)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Http404
    return min(moment, clock.now())
