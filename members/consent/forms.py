"""What a person may say about a purpose."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AnswerForm(forms.Form):
    """A yes or a no, and the page to go back to."""

    answer = forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))])
    next = forms.CharField(required=False, max_length=300)
