"""Passwords that others would try first. Everything is looked up on this machine; nothing is asked of anybody."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

from members.models import Member

SHORTEST_NAME = 4
GOOD_ENOUGH = 3  # of 4: more than 10^8 guesses
LOOKED_AT = 72  # characters; the time to look grows with them


class NotOurNameValidator:
    """Refuses a password that is little more than the name of the site or of the member."""

    def validate(self, password: str, user: Member | None = None) -> None:
        bare = _letters(password)
        names = [settings.SITE_NAME, *([user.username, user.display_name] if user else [])]
        if any(len(name) >= SHORTEST_NAME and name in bare for name in map(_letters, names)):
            raise ValidationError(self.get_help_text(), code="password_has_name")

    def get_help_text(self) -> str:
        return _("Your password can't have your name or the name of this site in it.")


class NotSoonGuessedValidator:
    """Refuses a password made of leaked ones, names, words in a row, dates and rows of keys, disguised or not."""

    def validate(self, password: str, user: Member | None = None) -> None:
        known = [settings.SITE_NAME, *([user.username, user.display_name, user.email] if user else [])]
        if zxcvbn(password[:LOOKED_AT], user_inputs=known)["score"] < GOOD_ENOUGH:
            raise ValidationError(self.get_help_text(), code="password_soon_guessed")

    def get_help_text(self) -> str:
        return _("Your password can't be one that a machine guesses soon. A few words that nobody puts together do.")


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text.casefold())
