"""What a person may type about themselves."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.enums import DISPLAY_NAME_MAX_LENGTH
from members.validators import name_for_others

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class NameForOthers(forms.CharField):
    """The name that others see, as a form takes it."""

    def __init__(self, *, help_text: "_StrPromise") -> None:
        super().__init__(
            label=_("Name that others see"),
            max_length=DISPLAY_NAME_MAX_LENGTH,
            error_messages={"required": _("Tell us what to call you.")},
            help_text=help_text,
            widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
        )

    def clean(self, value: Any) -> str:
        return name_for_others(super().clean(value))


class SignupDetails(forms.Form):
    """What joining asks on top of allauth's own fields."""

    display_name = NameForOthers(
        help_text=_("Your own name, or any name that you want to be called here. You can change it later.")
    )
    agreement = forms.BooleanField(
        label=_("I have read how we treat each other, and I will do my part"),
        error_messages={"required": _("Read how we treat each other, and tick the box if you agree.")},
    )
    field_order = ["display_name", "email", "agreement"]

    def signup(self, request: object, user: object) -> None:
        """allauth asks for this hook; `members.adapter` has stored the name already."""


class ClaimForm(forms.Form):
    """The address that somebody wrote from; it is proved by a code, used once and not stored."""

    address = forms.EmailField(
        label=_("The e-mail address you wrote from"),
        help_text=_("We send a code there, once, and then forget the address."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Type the address that you wrote from.")},
    )


class ClaimCodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code from the e-mail"),
        max_length=12,
        error_messages={"required": _("Type the code from the e-mail.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "autocapitalize": "characters"}
        ),
    )
