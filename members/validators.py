"""What a username may be; the list form is what allauth asks for."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator, RegexValidator
from django.utils.translation import gettext_lazy as _

from commons import markup
from members.enums import FORMER_USERNAME

USERNAME_PATTERN = r"^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\Z"


def nobodys_name(username: str) -> None:
    """Refuse the name that stands for people who have left."""
    if username.lower() == FORMER_USERNAME:
        raise ValidationError(_("This name stands for people who have left. Please choose another."))


def name_for_others(typed: str) -> str:
    """A name as others see it, without what shows nothing and can garble what stands beside it.

    Raises:
        ValidationError: no letter or digit is left.
    """
    name = " ".join(markup.CONTROLS.sub("", typed).split())
    if not any(map(str.isalnum, name)):
        raise ValidationError(_("Tell us what to call you."))
    return name


username_validators: list[Callable[[Any], None]] = [
    RegexValidator(
        USERNAME_PATTERN,
        _("Use small letters a to z, digits, dots, dashes and underscores, with a letter or digit at both ends."),
    ),
    MinLengthValidator(3),
    nobodys_name,
]
