"""What everybody may read: how long things are kept, what is done with data; and how to complain."""

import hmac

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from commons import clock, keys
from commons.access import public
from commons.ratelimit import RateLimited
from commons.requests import PersonRequest
from members.models import Member
from members.rights import actions, queries
from members.rights import record as records
from members.rights.forms import ComplaintForm


@public
@require_safe
def retention(request: PersonRequest) -> HttpResponse:
    """How long we keep what: the rules themselves, with what they did last night."""
    return render(request, "rights/retention.html", {"rows": queries.retention_table()})


@public
@require_safe
def record(request: PersonRequest) -> HttpResponse:
    """The record of processing (GDPR Art. 30), made from what the software declares."""
    return render(request, "rights/record.html", {"record": records.record()})


@public
@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: PersonRequest) -> HttpResponse:
    member = request.user if isinstance(request.user, Member) else None
    told = {"name": member.display_name, "email": member.email} if member else {}
    form = ComplaintForm(request.POST or None, initial=told)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            made = actions.complain(member=member, network=_network(request), now=clock.now(), **form.cleaned_data)
        except RateLimited as error:
            form.add_error(None, error.reason)
            status = 429
        else:
            return render(request, "rights/complaint_made.html", {"complaint": made})
    context = {"form": form, "authority": settings.DATA_AUTHORITY, "contact": settings.CONTROLLER_CONTACT}
    return render(request, "rights/complaint.html", context, status=status)


def _network(request: PersonRequest) -> str:
    """Whoever asks, as a keyed hash: enough to count, and leads back to nobody."""
    address = str(get_adapter().get_client_ip(request))
    return hmac.digest(keys.derived("complaint limit"), address.encode(), "sha256")[:16].hex()
