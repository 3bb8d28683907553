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


class SecondFactorNeeded(PermissionDenied):
    """The task is theirs, but this session has not shown a second factor; `members.security` leads on."""


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
    return _for("moderators")(_with_role("moderator", view))


def administrators_only(view: View) -> View:
    """Administrators only; for everybody else the page does not exist."""
    return _for("administrators")(_with_role("administrator", view))


def comes_by_itself(view: View) -> View:
    """A fragment that a page fetches while somebody writes: whoever is not signed in gets nothing, and stays there."""
    view.comes_by_itself = True  # type: ignore[attr-defined] # read by `KeepTypedLoginRequired`
    return view


def sealed(view: View) -> View:
    """What is typed here is kept sealed, and nowhere else: not for after sign-in either."""
    view.is_sealed = True  # type: ignore[attr-defined] # read by `commons.kept`
    return view


def _with_role(role: str, view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if role not in getattr(request.user, "roles", ()):
            raise Http404
        if not getattr(request.user, "acts_with_power", False):
            raise SecondFactorNeeded
        return view(request, *args, **kwargs)

    return guarded


def _for(audience: str) -> Callable[[View], View]:
    def declare(view: View) -> View:
        view.audience = audience  # type: ignore[attr-defined] # read by the test that walks the URLconf
        return view

    return declare
