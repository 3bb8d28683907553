"""What every page knows: the site's name, the theme, the way to its rooms and in which of them it is."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

THEME_COOKIE = "theme"
THEMES = ("light", "dark", "contrast")
NAV: list[dict[str, Any]] = [
    {"label": _("Forum"), "url_name": "forum:index", "icon": "forum", "prefix": "/forum/"},
    {"label": _("Calendar"), "url_name": "events:agenda", "icon": "calendar", "prefix": "/events/"},
    {"label": _("People"), "url_name": "people:directory", "icon": "people", "prefix": "/people/", "for_members": True},
    {"label": _("About"), "url_name": "pages:about", "icon": "info", "prefix": "/about/"},
]


def site(request: HttpRequest) -> dict[str, object]:
    theme = request.COOKIES.get(THEME_COOKIE, "")
    is_member = hasattr(request, "user") and request.user.is_authenticated
    here = next((room["prefix"] for room in NAV if request.path.startswith(room["prefix"])), "")
    return {
        "site_name": settings.SITE_NAME,
        "is_development": settings.DEVELOPMENT,
        "theme": theme if theme in THEMES else "",
        "nav": [
            {**room, "is_current": room["prefix"] == here} for room in NAV if is_member or not room.get("for_members")
        ],
        "here_in_nav": here,
    }
