"""Requests as views know them, with the person who makes them."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import Member


class PersonRequest(HttpRequest):
    """Made by a visitor or a member."""

    user: "Member | AnonymousUser"
    htmx: HtmxDetails


class MemberRequest(PersonRequest):
    """Made by a member; `members_only` has seen to that."""

    user: "Member"


def came_from(request: HttpRequest) -> str:
    """The page of this site whose link or form was followed, as path and query; empty if it was none of ours."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}):
        return ""
    parts = urlsplit(referer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
