"""For whom the pages about roles and data exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponseBase

from commons.access import SecondFactorNeeded, members_only
from commons.requests import MemberRequest
from members.enums import Role
from members.trust import rules

KEEPERS = {Role.ADMINISTRATOR, Role.MODERATOR}

type View = Callable[..., HttpResponseBase]


def keepers_only(view: View) -> View:
    """Administrators and moderators; for everybody else the page does not exist."""

    @wraps(view)
    def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not KEEPERS & set(getattr(request.user, "roles", ())):
            raise Http404
        if not request.user.acts_with_power:
            raise SecondFactorNeeded
        if not rules.is_keeper(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return members_only(guarded)
