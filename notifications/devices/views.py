"""The devices that somebody is told on, and the worker that shows it in their browser."""

import json

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons import clock
from commons.access import members_only, public
from commons.requests import MemberRequest, PersonRequest
from members.consent import gate
from members.security import browsers
from notifications.devices import actions, queries
from notifications.devices.delivery import PURPOSE
from notifications.devices.enums import NAME_MAX_LENGTH
from notifications.devices.forms import STRANGE, NameForm, SubscriptionForm
from notifications.devices.models import Device

OWN = "/me/notifications/#devices"
RENEWAL_MAX_BYTES = 8 * 1024


@members_only
@require_POST
def add(request: MemberRequest) -> HttpResponse:
    """This browser, as it says itself."""
    gate.require_consent(request.user, PURPOSE, now=clock.now())
    form = SubscriptionForm(request.POST)
    if not form.is_valid():
        messages.error(request, STRANGE)
        return redirect(OWN)
    name = browsers.words(request.headers.get("User-Agent", ""))[:NAME_MAX_LENGTH]
    try:
        actions.add(member=request.user, subscription=form.subscription, name=name, now=clock.now())
    except actions.TooMany:
        messages.error(request, _("These are as many devices as there can be. Remove one first."))
    else:
        messages.success(request, _("This browser is on the list now. What it tells you, you say above."))
    return redirect(OWN)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def device(request: MemberRequest, pk: int) -> HttpResponse:
    """One of the reader's devices: its name, a test, its end."""
    found = _own(request, pk)
    form = NameForm(request.POST or None, initial={"name": found.name})
    if form.is_valid():
        actions.name(device=found, name=form.cleaned_data["name"])
        messages.success(request, _("Saved."))
        return redirect(OWN)
    status = 422 if form.is_bound else 200
    return render(request, "devices/device.html", {"device": found, "form": form}, status=status)


@members_only
@require_POST
def test(request: MemberRequest, pk: int) -> HttpResponse:
    actions.ask_for_test(device=_own(request, pk), now=clock.now())
    messages.success(request, _("A test is on its way. It should ring in a moment."))
    return redirect(OWN)


@members_only
@require_POST
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    actions.remove(device=_own(request, pk))
    messages.success(request, _("Removed. That device is told nothing any more."))
    return redirect(OWN)


@public
@require_safe
@cache_control(no_cache=True)
def worker(request: PersonRequest) -> HttpResponse:
    """The script that a browser keeps to show what comes; at the root, since it opens pages of the whole site."""
    return render(request, "devices/push-worker.js", content_type="text/javascript")


@csrf_exempt
@public
@require_POST
def renew(request: PersonRequest) -> HttpResponse:
    """A browser's own word that its address has changed. The secret of the old one proves that it is the same."""
    old, new = _renewal(request)
    if not (old.is_valid() and new.is_valid()):
        raise Http404
    found = Device.objects.filter(endpoint=old.subscription.endpoint, secret=old.subscription.secret).first()
    if found is None:
        raise Http404
    actions.renew(device=found, subscription=new.subscription)
    return HttpResponse(status=204)


def _own(request: MemberRequest, pk: int) -> Device:
    return get_object_or_404(queries.devices_of(request.user), pk=pk)


def _renewal(request: PersonRequest) -> tuple[SubscriptionForm, SubscriptionForm]:
    """The old subscription and the new, as the worker sends them."""
    try:
        said = json.loads(request.body[:RENEWAL_MAX_BYTES])
        return SubscriptionForm(_flat(said["old"])), SubscriptionForm(_flat(said["new"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Http404 from None


def _flat(subscription: dict) -> dict[str, str]:
    return {"endpoint": subscription["endpoint"], **subscription["keys"]}
