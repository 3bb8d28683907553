"""Answers that are a whole page for a browser and a fragment of it for htmx."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from commons.requests import PersonRequest


def page_or_fragment(
    request: PersonRequest, template: str, context: dict[str, object], *, fragment: str, status: int = 200
) -> HttpResponse:
    """The page, or its partial `fragment` where htmx asked for one."""
    name = f"{template}#{fragment}" if is_fragment_wanted(request) else template
    return render(request, name, context, status=status)


def fragment_or_redirect(request: PersonRequest, fragment: str, context: dict[str, object], *, to: str) -> HttpResponse:
    """After a change: the fragment to swap in, or the way to the page that shows it."""
    if is_fragment_wanted(request):
        return render(request, fragment, context)
    return redirect(to)


def is_fragment_wanted(request: PersonRequest) -> bool:
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request
