"""What a username may be; the list form is what allauth asks for."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator, RegexValidator
from django.utils.translation import gettext_lazy as _

from members.enums import FORMER_USERNAME

USERNAME_PATTERN = r"^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\Z"


def nobodys_name(username: str) -> None:
    """Refuse the name that stands for people who have left."""
    if username.lower() == FORMER_USERNAME:
        raise ValidationError(_("This name stands for people who have left. Please choose another."))


username_validators: list[Callable[[Any], None]] = [
    RegexValidator(
        USERNAME_PATTERN,
        _("Use small letters a to z, digits, dots, dashes and underscores, with a letter or digit at both ends."),
    ),
    MinLengthValidator(3),
    nobodys_name,
]
