"""What somebody typed when their session had ended: kept in the new session, given back after sign-in."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from commons.requests import came_from

SESSION_KEY = "kept"
KEPT_MAX_LENGTH = 100_000  # characters over all fields
NEVER_KEPT = {"csrfmiddlewaretoken", "password", "password1", "password2", "code"}


def keep(request: HttpRequest) -> str:
    """Put the form of this POST aside; the page where it will be given back.

    That is the page that the form names in its field `page`, or the one that it was sent from.
    """
    path = urlsplit(request.POST.get("page") or came_from(request)).path
    if not path.startswith("/") or not url_has_allowed_host_and_scheme(path, None):
        return "/"
    typed = {name: value for name, value in request.POST.items() if name not in NEVER_KEPT}
    if sum(len(str(value)) for value in typed.values()) <= KEPT_MAX_LENGTH:
        request.session[SESSION_KEY] = {"path": path, "typed": typed}
    return path


def give_back(request: HttpRequest) -> dict[str, str]:
    """What was kept for this address, once; empty if there is nothing."""
    kept = request.session.get(SESSION_KEY)
    if not kept or kept["path"] != request.path:
        return {}
    del request.session[SESSION_KEY]
    return kept["typed"]
