"""Where sign-in leads back to."""

from django import template
from django.http import HttpRequest
from django.urls import reverse

from commons.requests import came_from

register = template.Library()


@register.simple_tag
def page_before(request: HttpRequest) -> str:
    """The page that somebody came from to sign in, unless it is a page of signing in itself.

    So a page that looks the same for "absent" and "not yours" need not carry its own address.
    """
    page = came_from(request)
    return "" if page.startswith(reverse("account_login").removesuffix("login/")) else page
