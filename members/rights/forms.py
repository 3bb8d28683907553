"""What a person may type about their data, and what administrators note in the registers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commons.holdings import Mode
from members.rights.enums import LINE_MAX_LENGTH, TEXT_MAX_LENGTH, Nature, Risk


class _Text(forms.CharField):
    """Several lines."""

    def __init__(self, *, label: Any, rows: int = 4, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
        super().__init__(label=label, max_length=TEXT_MAX_LENGTH, widget=widget, **options)


class LeavingForm(forms.Form):
    mode = forms.ChoiceField(
        label=_("What shall become of what you wrote?"),
        choices=Mode.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what shall become of your words.")},
    )


class ComplaintForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        max_length=LINE_MAX_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("Our answer goes there, and a number at once."),
        error_messages={"required": _("Type an address that we can answer to.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    text = _Text(
        label=_("What was not right?"),
        rows=10,
        help_text=_("What happened, when, and what you would like us to do."),
        error_messages={"required": _("Tell us what was not right.")},
    )


class AnswerForm(forms.Form):
    answer = _Text(label=_("Your answer"), rows=10, error_messages={"required": _("Write what we found and did.")})


class BreachForm(forms.Form):
    """The facts of Art. 33(3). All but four can wait: they are written down as they become known."""

    detected_at = forms.DateTimeField(label=_("When it began or was noticed"))
    aware_at = forms.DateTimeField(
        label=_("When we knew that personal data was touched"),
        help_text=_("The 72 hours run from here. Write it like 2026-11-23 14:30."),
    )
    nature = forms.ChoiceField(label=_("What was broken"), choices=Nature.choices, widget=forms.RadioSelect)
    description = _Text(label=_("What happened"))
    categories_of_subjects = forms.CharField(label=_("Whom it concerns"), max_length=LINE_MAX_LENGTH, required=False)
    approx_subjects = forms.IntegerField(label=_("About how many people"), min_value=0, required=False)
    categories_of_data = forms.CharField(label=_("Which data"), max_length=LINE_MAX_LENGTH, required=False)
    approx_records = forms.IntegerField(label=_("About how many records"), min_value=0, required=False)
    has_special_categories = forms.BooleanField(
        label=_("Health, belief, origin or the like is among it (Art. 9)"), required=False
    )
    cause = _Text(label=_("Why it could happen"), required=False)
    contact_point = forms.CharField(label=_("Who can be asked about it"), max_length=LINE_MAX_LENGTH, required=False)
    likely_consequences = _Text(label=_("What may follow for the people"), required=False)
    measures_taken = _Text(label=_("What we have done"), required=False)
    measures_proposed = _Text(label=_("What we will do"), required=False)
    processor_involved = forms.CharField(
        label=_("Another company that was involved"), max_length=LINE_MAX_LENGTH, required=False
    )
    authority_notified_at = forms.DateTimeField(label=_("When the authority was told"), required=False)
    delay_reason = _Text(label=_("If later than 72 hours: why"), required=False)
    subjects_told_at = forms.DateTimeField(label=_("When the people were told"), required=False)
    subjects_notice_text = _Text(label=_("What the people were told"), required=False)

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        noticed, knew = facts.get("detected_at"), facts.get("aware_at")
        if noticed and knew and knew < noticed:
            self.add_error("aware_at", _("We cannot have known before it was there."))
        return facts


class RiskForm(forms.Form):
    risk = forms.ChoiceField(label=_("For the people, it means"), choices=Risk.choices, widget=forms.RadioSelect)
    reasoning = _Text(label=_("Why you think so"), error_messages={"required": _("Write why you think so.")})


class LessonsForm(forms.Form):
    lessons = _Text(label=_("What we learned"), error_messages={"required": _("Write what we learned.")})
