"""What a newcomer may type or choose."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.consent.purposes import PURPOSES
from members.enums import DISPLAY_NAME_MAX_LENGTH
from members.welcome.enums import APPLICATION_MAX_LENGTH, INVITATION_USES_MAX, Feeling, FirstStep

ASKED = (
    "contact.mention",
    "contact.requests",
    "content.public",
    "profile.directory",
    "welcome.buddy",
    "email.welcome",
    "email.messages",
)
"""What the welcome asks; everything else waits in /me/consent/."""


class ChoicesForm(forms.Form):
    """A yes and a no for each purpose, neither chosen."""

    def __init__(self, *args: Any, said: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in ASKED:
            purpose = PURPOSES[code]
            self.fields[code.replace(".", "_")] = forms.ChoiceField(
                label=str(purpose.title),
                help_text=purpose.notice,
                choices=[("yes", _("Yes")), ("no", _("No"))],
                widget=forms.RadioSelect,
                required=False,
                initial=(said or {}).get(code),
            )

    def answers(self) -> dict[str, str]:
        return {code: self.cleaned_data[code.replace(".", "_")] for code in ASKED}


class FirstStepForm(forms.Form):
    first_step = forms.ChoiceField(
        label=_("What would you like to begin with?"),
        choices=FirstStep.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one, or leave it out.")},
    )


class CheckInForm(forms.Form):
    answer = forms.ChoiceField(label=_("How is it going?"), choices=Feeling.choices)
    words = forms.CharField(
        label=_("Anything that you would change here?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class InvitationForm(forms.Form):
    note = forms.CharField(
        label=_("For whom"),
        help_text=_("Only for you, so that you know which is which. A first name is plenty."),
        required=False,
        max_length=60,
    )
    email = forms.EmailField(
        label=_("Send it by e-mail to"),
        help_text=_("We send it once and don't keep the address. Without one you get a link to pass on."),
        required=False,
    )
    uses_max = forms.IntegerField(
        label=_("For how many people"),
        min_value=1,
        max_value=INVITATION_USES_MAX,
        initial=1,
        error_messages={"invalid": _("Type a number, for instance 1.")},
    )


class WordsForm(forms.Form):
    words = forms.CharField(
        label=_("Your words"),
        max_length=APPLICATION_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        error_messages={"required": _("Write something first.")},
    )
    submission = forms.UUIDField(widget=forms.HiddenInput)


class ApplicationForm(WordsForm):
    name = forms.CharField(label=_("What shall we call you?"), max_length=DISPLAY_NAME_MAX_LENGTH)
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("We send you the link to this talk, and nothing else. It is deleted a month after we are done."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    field_order = ["name", "email", "words", "submission"]
