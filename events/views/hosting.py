"""What hosts do besides writing: cancel, confirm, share the hosting; and a member's own calendar address."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons import clock
from commons.access import members_only, require
from commons.pagination import Page, cursor
from commons.requests import MemberRequest
from events import actions, queries, rules
from events.forms import HostForm, ReasonForm
from events.models import Event


@members_only
@require_safe
def mine(request: MemberRequest) -> HttpResponse:
    """What the reader hosts or prepares, then what they hosted, which begins where the first has come to its end."""
    after, past = request.GET.get("after", ""), request.GET.get("past", "")
    ahead, over = queries.mine(request.user, now=clock.now(), after=after, past=past)
    if ahead.has_after:
        over = Page()
    context = {"page": ahead, "after": _after(ahead), "past": over, "past_after": _after(over)}
    return render(request, "events/mine.html", context)


def _after(page: Page[Event]) -> str:
    return cursor(page.rows[-1], by=queries.MINE_BY) if page.has_after and page.rows else ""


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: MemberRequest, event_id: int) -> HttpResponse:
    """Cancel an event with all its dates that are still to come, with a reason."""
    event, now = queries.event(event_id, reader=request.user), clock.now()
    require(rules.can_cancel(request.user, event, queries.dates_of(event, key="", now=now).around, now=now))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        actions.cancel(event=event, reason=form.cleaned_data["reason"], now=now)
        messages.info(request, _("Cancelled. It stays to be read, with your reason."))
        return redirect(event.get_absolute_url())
    context = {"event": event, "occurrence": None, "form": form}
    return render(request, "events/cancel.html", context, status=422 if form.is_bound else 200)


@members_only
@require_POST
def confirm(request: MemberRequest, event_id: int) -> HttpResponse:
    """A host says that a series goes on."""
    event, now = queries.event(event_id, reader=request.user), clock.now()
    require(rules.can_confirm(request.user, event, now=now))
    confirmed = actions.confirm(event=event, now=now)
    messages.success(request, _thanks(confirmed))
    return redirect(event.get_absolute_url())


def _thanks(confirmed: Event) -> str:
    if confirmed.sure_until is None:
        return _("Thank you. It is sure to its end.")
    day = date_format(confirmed.sure_until, "j F Y")
    return _("Thank you. Its dates are sure until %(day)s.") % {"day": day}


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def hosts(request: MemberRequest, event_id: int) -> HttpResponse:
    """Who hosts an event; ask somebody in, or let them go."""
    event = queries.event(event_id, reader=request.user)
    require(rules.can_change(request.user, event))
    here, form = queries.hosts_of(event), HostForm(request.POST if "username" in request.POST else None)
    if leaving := next((host for host in here if str(host.pk) == request.POST.get("remove")), None):
        require(rules.can_remove_host(event, leaving))
        actions.remove_host(event=event, member=leaving)
        messages.info(request, _("%(name)s no longer hosts this.") % {"name": leaving})
        return redirect(event.get_absolute_url() if leaving == request.user else request.path)
    if form.is_bound and form.is_valid():
        joining = form.cleaned_data["username"]
        if may := rules.can_add_host(joining, count=len(here)):
            actions.add_host(event=event, member=joining)
            messages.success(request, _("%(name)s hosts this with you.") % {"name": joining})
            return redirect(request.path)
        form.add_error("username", may.reason)
    context = {"event": event, "hosts": here, "form": form}
    return render(request, "events/hosts.html", context, status=422 if form.is_bound else 200)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def own_feed(request: MemberRequest) -> HttpResponse:
    """The reader's secret calendar address: made, made anew, ended. The secret is shown once."""
    address, wish = "", request.POST.get("do")
    if wish == "renew":
        key = actions.renew_feed(member=request.user, now=clock.now())
        address = request.build_absolute_uri(reverse("events:personal_feed", args=[key]))
    elif wish == "end":
        actions.end_feed(member=request.user)
        messages.info(request, _("The address no longer works."))
        return redirect("events:own_feed")
    context = {"address": address, "kept": queries.feed_key(request.user)}
    return render(request, "events/own_feed.html", context)
