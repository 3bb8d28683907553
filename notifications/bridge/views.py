"""Saying that a letter is one's own, and the door of a mail service."""

from importlib import import_module

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from commons import clock
from commons.access import members_only, public
from commons.requests import MemberRequest, PersonRequest
from notifications.bridge import actions, queries, reading, sealing
from notifications.bridge.doors import NotTaken
from notifications.bridge.enums import LETTER_MAX_BYTES, Outcome
from notifications.bridge.models import Incoming


@public
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: PersonRequest, token: str) -> HttpResponse:
    """Is this letter yours? The link went to its owner's own mailbox, so it stands for them."""
    incoming = queries.asked_about(token)
    if incoming is None:
        raise Http404
    posted, refusal = incoming.why if incoming.outcome == Outcome.POSTED else "", ""
    if request.method == "POST" and not posted:
        try:
            posted = actions.confirm(incoming=incoming, now=clock.now())
        except NotTaken as error:
            refusal = error.reason
    letter = reading.read(sealing.unseal(incoming.sealed_letter), now=clock.now())
    context = {"letter": letter, "posted": posted, "refusal": refusal, "token": token}
    return render(request, "bridge/confirm.html", context, status=422 if refusal else 200)


@members_only
@require_safe
def letter(request: MemberRequest, number: int) -> HttpResponse:
    """A letter of the reader's that was not posted: why, and their words to take away."""
    found = get_object_or_404(Incoming, pk=number, member=request.user, outcome=Outcome.REFUSED)
    read = reading.read(sealing.unseal(found.sealed_letter), now=clock.now())
    return render(request, "bridge/letter.html", {"letter": read, "reason": found.why})


@csrf_exempt
@public
def service(request: HttpRequest, what: str) -> HttpResponseBase:
    """What the mail service of this site hands over: letters that came in, or reports of letters that went out."""
    if not (settings.MAIL_SERVICE and settings.ANYMAIL.get("WEBHOOK_SECRET")):
        raise Http404
    urls = import_module("anymail.urls").urlpatterns
    names = {f"{settings.MAIL_SERVICE}_{what}_webhook", f"{settings.MAIL_SERVICE}_webhook"}
    view = next((pattern.callback for pattern in urls if pattern.name in names), None)
    if view is None:
        raise Http404
    if request.content_type == "application/json":
        # A letter may be larger than a form: read here, before Django looks at DATA_UPLOAD_MAX_MEMORY_SIZE.
        request._body = request.read(LETTER_MAX_BYTES * 2)  # noqa: SLF001 (see above)
    return view(request)
