"""What administrators and moderators may type about roles and looks at data."""

from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from members.enums import Role
from members.models import Member
from members.trust.enums import REASON_MAX_LENGTH, TERM_MONTHS, TERM_MONTHS_MAX, Scope

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def reason_field(label: "_StrPromise", help_text: "_StrPromise") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=REASON_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": _("Say why, so that people can understand it.")},
    )


class PersonForm(forms.Form):
    """Somebody, named by their username."""

    username = forms.CharField(
        label=_("Username"),
        max_length=31,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Say who.")},
    )

    def clean_username(self) -> Member:
        name = self.cleaned_data["username"].strip().removeprefix("@").lower()
        member = Member.objects.filter(username=name, is_active=True).first()
        if member is None:
            raise ValidationError(_("There is nobody of that name here. Look at their page: the name after the @."))
        return member


class GrantForm(PersonForm):
    """A role for somebody, with a reason and a time."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    months = forms.IntegerField(
        label=_("For how many months"),
        help_text=_("A year is usual, two are the most."),
        min_value=1,
        max_value=TERM_MONTHS_MAX,
        initial=TERM_MONTHS,
    )
    reason = reason_field(_("Why they"), _("Administrators, moderators and the person will read it."))


class EndForm(forms.Form):
    reason = reason_field(_("Why it ends"), _("The person will read it."))


class AccessForm(PersonForm):
    """Whose data, which, and why."""

    scope = forms.ChoiceField(label=_("What you need to see"), choices=Scope.choices)
    reason = reason_field(_("Why you need it"), _("The person whose data it is will read it, word for word."))


class ReviewForm(forms.Form):
    review = reason_field(_("What you think of it"), _("The person whose data it is will read it."))
