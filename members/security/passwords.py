"""Passwords that others would try first."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from members.models import Member

SHORTEST_NAME = 4


class NotOurNameValidator:
    """Refuses a password that is little more than the name of the site or of the member."""

    def validate(self, password: str, user: Member | None = None) -> None:
        bare = _letters(password)
        names = [settings.SITE_NAME, *([user.username, user.display_name] if user else [])]
        if any(len(name) >= SHORTEST_NAME and name in bare for name in map(_letters, names)):
            raise ValidationError(self.get_help_text(), code="password_has_name")

    def get_help_text(self) -> str:
        return _("Your password can't have your name or the name of this site in it.")


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text.casefold())
