"""Requests as views know them, with the person who makes them."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import Member


class PersonRequest(HttpRequest):
    """Made by a visitor or a member."""

    user: "Member | AnonymousUser"  # type: ignore[assignment] # narrower than Django's
    htmx: HtmxDetails


class MemberRequest(PersonRequest):
    """Made by a member; `members_only` has seen to that."""

    user: "Member"
