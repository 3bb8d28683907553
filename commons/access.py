"""Who may come in: verdicts that carry their sentence, and the audience that every view names."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

type View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Verdict:
    """The answer of a rule; falsy when denied, and then with the sentence that the reader will see."""

    reason: str = ""

    def __bool__(self) -> bool:
        return not self.reason


def Allowed() -> Verdict:  # noqa: N802 (reads as the name of an answer)
    return Verdict()


def Denied(reason: str) -> Verdict:  # noqa: N802 (reads as the name of an answer)
    return Verdict(str(reason))


class Refused(PermissionDenied):
    """Seen but not allowed: a 403 that says the rule's sentence."""


def require(verdict: Verdict) -> None:
    """Go on, or raise `Refused` with the verdict's sentence."""
    if not verdict:
        raise Refused(verdict.reason)


def public(view: View) -> View:
    """Everybody may ask for this page; what it shows is still found through visibility."""
    return _for("public")(login_not_required(view))


def members_only(view: View) -> View:
    """Signed-in people only; a visitor is sent to sign in, and what they typed is kept (see `commons.kept`)."""
    return _for("members")(view)


def moderators_only(view: View) -> View:
    """Moderators of the whole community only; for everybody else the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not getattr(request.user, "is_moderator", False):
            raise Http404
        return view(request, *args, **kwargs)

    return _for("moderators")(guarded)


def administrators_only(view: View) -> View:
    """Administrators only; for everybody else the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not getattr(request.user, "is_staff", False):
            raise Http404
        return view(request, *args, **kwargs)

    return _for("administrators")(guarded)


def _for(audience: str) -> Callable[[View], View]:
    def declare(view: View) -> View:
        view.audience = audience  # type: ignore[attr-defined] # read by the test that walks the URLconf
        return view

    return declare
