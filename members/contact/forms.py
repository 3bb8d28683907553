"""What a person may type to somebody."""

from django import forms
from django.utils.translation import gettext_lazy as _

from commons import markup
from members.contact.enums import MESSAGE_MAX_LENGTH, WORDS_MAX_LENGTH


class RequestForm(forms.Form):
    words = forms.CharField(
        label=_("Who you are and why you ask"),
        help_text=_("At most 300 characters and no links. They see your name and these words."),
        max_length=WORDS_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say in a sentence why you would like to talk.")},
    )

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if markup.link_count(words):
            raise forms.ValidationError(_("A first request has no links. Take them out; you can send them later."))
        return words


class MessageForm(forms.Form):
    source = forms.CharField(
        label=_("Your message"),
        max_length=MESSAGE_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        error_messages={"required": _("Write something first.")},
    )
    submission = forms.UUIDField(widget=forms.HiddenInput)
