"""What `manage.py check --deploy` asks of a site that people use."""

from typing import Any

from django.conf import settings
from django.core import checks


def says_where_the_source_is(**_options: Any) -> list[checks.CheckMessage]:
    """The AGPL, section 13: whoever uses the site over a network is offered its source."""
    if settings.SOURCE_URL:
        return []
    hint = "Put your code, with your changes, where people can fetch it, and the address of that into .env."
    return [checks.Warning("SOURCE_URL is not set.", hint=hint, id="pages.W001")]
