"""Whether htmx wants a fragment, where a browser would get the whole page."""

from commons.requests import PersonRequest


def is_fragment_wanted(request: PersonRequest) -> bool:
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request
