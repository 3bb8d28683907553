"""What a person may type of what an event needs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from events.making.enums import NOTE_MAX_LENGTH, WANTED_MOST, WHAT_MAX_LENGTH, AskKind


class AskForm(forms.Form):
    kind = forms.ChoiceField(label=_("What kind of thing is it?"), choices=AskKind.choices, widget=forms.RadioSelect)
    what = forms.CharField(label=_("What do you need?"), max_length=WHAT_MAX_LENGTH)
    wanted = forms.IntegerField(
        label=_("How many people, or how many of them?"), min_value=1, max_value=WANTED_MOST, initial=1
    )


class PledgeForm(forms.Form):
    note = forms.CharField(max_length=NOTE_MAX_LENGTH, required=False)
