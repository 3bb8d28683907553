"""Files as readers get them, each time after asking whether they may; and the pages where pictures find words."""

from typing import Any

from django.conf.locale import LANG_INFO
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_safe

from commons import clock
from commons.access import members_only, public
from commons.files import actions, places, queries, rules
from commons.files.forms import DescriptionForm
from commons.files.hints import hint
from commons.files.models import File
from commons.files.storage import storage
from commons.pagination import cursor
from commons.requests import MemberRequest, PersonRequest

ALONE: dict[str, Any] = {"default-src": [CSP.NONE], "frame-ancestors": [CSP.NONE], "sandbox": True}
"""What a file may do if a browser opens it as a page: nothing."""


@public
@require_safe
@csp_override(ALONE)
def file(request: PersonRequest, file_id: int, name: str) -> HttpResponseBase:
    """The whole file: a picture to look at, a document to keep. The name is for whoever reads the address."""
    found = _found(request, file_id)
    return _answer(request, found, stored=found.full, content_type=found.content_type)


@public
@require_safe
@csp_override(ALONE)
def preview(request: PersonRequest, file_id: int) -> HttpResponseBase:
    found = _found(request, file_id)
    if not found.is_picture:
        raise Http404
    return _answer(request, found, stored=found.preview, content_type="image/webp")


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def about(request: MemberRequest, file_id: int) -> HttpResponse:
    """One picture with its words, who found them, and the form for whoever may change them."""
    now = clock.now()
    found = queries.file(file_id, reader=request.user, now=now)
    verdict = rules.can_describe(request.user, found)
    form = DescriptionForm(
        request.POST if request.method == "POST" else None,
        languages=[("", _("The language of this place")), *_languages()],
        initial={"description": found.description, "language": found.language},
    )
    if form.is_bound and not verdict:
        typed = {"reason": verdict.reason, "typed": request.POST.get("description", "")}
        return render(request, "403.html", typed, status=403)
    if form.is_bound and form.is_valid():
        words, language = form.cleaned_data["description"], form.cleaned_data["language"]
        actions.describe(file=found, by=request.user, text=words, language=language, now=now)
        messages.success(request, _("Thank you. Now everybody can read what the picture shows."))
        if better := hint(words):
            messages.info(request, better)
        return redirect("files:about", found.pk)
    context = {
        "file": found,
        "form": form,
        "can_describe": verdict,
        "descriptions": queries.descriptions(found),
        "place": places.place(found.place_kind).address(found.place_key),
    }
    return render(request, "files/about.html", context, status=422 if form.is_bound else 200)


@members_only
@require_safe
def to_describe(request: MemberRequest) -> HttpResponse:
    """Pictures that wait for words."""
    page = queries.to_describe(request.user, now=clock.now(), after=request.GET.get("after", ""))
    after = cursor(page.rows[-1], by=queries.TO_DESCRIBE_BY) if page.has_after and page.rows else ""
    return render(request, "files/to_describe.html", {"page": page, "after": after})


def _found(request: PersonRequest, file_id: int) -> File:
    now = clock.now()
    found = queries.file(file_id, reader=request.user, now=now)
    if not found.is_ready:
        raise Http404
    if seen := places.place(found.place_kind).seen:
        seen(request.user, found.place_key, now=now)
    return found


def _answer(request: PersonRequest, found: File, *, stored: str, content_type: str) -> HttpResponseBase:
    """The bytes, or a 304 to whoever has them. Kept by the reader's browser only, and asked about each time."""
    etag = f'"{found.content_hash[:32]}{"-p" if stored == found.preview else ""}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if not isinstance(response, HttpResponseNotModified):
        if not storage().exists(stored):
            raise Http404
        response = FileResponse(
            storage().open(stored), as_attachment=not found.is_picture, filename=found.name, content_type=content_type
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _languages() -> list[tuple[str, str]]:
    names = {code: one["name_local"] for code, one in LANG_INFO.items() if "name_local" in one}
    return sorted(((code, name.capitalize()) for code, name in names.items()), key=lambda one: one[1].casefold())
