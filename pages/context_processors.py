"""What every page knows: the site's name, the theme, the way to its rooms."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

THEME_COOKIE = "theme"
THEMES = ("light", "dark", "contrast")
NAV: list[dict[str, Any]] = [
    {"label": _("Forum"), "url_name": "forum:index", "icon": "forum", "prefix": "/forum/"},
    {"label": _("About"), "url_name": "pages:about", "icon": "info", "prefix": "/about/"},
]


def site(request: HttpRequest) -> dict[str, object]:
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "site_name": settings.SITE_NAME,
        "source_url": settings.SOURCE_URL,
        "is_development": settings.DEVELOPMENT,
        "theme": theme if theme in THEMES else "",
        "nav": [{**room, "is_current": request.path.startswith(room["prefix"])} for room in NAV],
    }
