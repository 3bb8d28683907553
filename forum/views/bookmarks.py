"""Posts that the reader wants to find again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commons import clock
from commons.access import members_only
from commons.pagination import cursor
from commons.requests import MemberRequest
from forum import actions, queries
from forum.forms import BookmarkForm
from notifications.models import preferences_of


@members_only
@require_safe
def bookmarks(request: MemberRequest) -> HttpResponse:
    page = queries.bookmarks(request.user, after=request.GET.get("after", ""))
    after = cursor(page.rows[-1], by=queries.BOOKMARKS_BY) if page.has_after and page.rows else ""
    return render(request, "forum/bookmarks.html", {"page": page, "after": after})


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def bookmark(request: MemberRequest, post_id: int) -> HttpResponse:
    """Keep a post, change its note or reminder, or let it go."""
    post = queries.post(post_id, reader=request.user)
    if "remove" in request.POST:
        actions.remove_bookmark(member=request.user, post=post.pk)
        messages.success(request, _("The bookmark is gone."))
        return redirect("forum:bookmarks")
    kept = queries.bookmark(request.user, post)
    zone = preferences_of(request.user).zone
    form = BookmarkForm(request.POST or None, zone=zone, initial={"note": kept.note if kept else ""})
    if form.is_valid():
        actions.bookmark(
            member=request.user,
            post=post,
            note=form.cleaned_data["note"],
            remind_at=form.remind_at(),
            now=clock.now(),
        )
        messages.success(request, _("Kept. You find it under Me, Bookmarks."))
        return redirect(post.get_absolute_url())
    context = {"post": post, "thread": post.thread, "form": form, "kept": kept}
    return render(request, "forum/bookmark.html", context, status=422 if form.is_bound else 200)
