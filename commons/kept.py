"""What somebody typed when their session had ended: kept in the new session, given back after sign-in."""

from django.http import HttpRequest

SESSION_KEY = "kept"
KEPT_MAX_LENGTH = 100_000  # characters over all fields
NEVER_KEPT = {"csrfmiddlewaretoken", "password", "password1", "password2", "code"}


def keep(request: HttpRequest) -> None:
    """Put the form of this POST aside, for the same address."""
    typed = {name: value for name, value in request.POST.items() if name not in NEVER_KEPT}
    if sum(len(str(value)) for value in typed.values()) <= KEPT_MAX_LENGTH:
        request.session[SESSION_KEY] = {"path": request.path, "typed": typed}


def give_back(request: HttpRequest) -> dict[str, str]:
    """What was kept for this address, once; empty if there is nothing."""
    kept = request.session.get(SESSION_KEY)
    if not kept or kept["path"] != request.path:
        return {}
    del request.session[SESSION_KEY]
    return kept["typed"]
