"""What a person may type after an event."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from commons import subjects
from events.after import rules
from events.after.enums import (
    ANSWER_MAX_LENGTH,
    LINK_MAX_LENGTH,
    WORDS_MAX_LENGTH,
    WRITE_UP_MAX_LENGTH,
    Liked,
    TookPart,
)
from members.models import Member

AREA = {"rows": 3, "dir": "auto"}


class WriteUpForm(forms.Form):
    """Notes or a harvest. `version` is what stood there when the writing began."""

    source = forms.CharField(
        max_length=WRITE_UP_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
        error_messages={"required": _("Write a line first.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, label: str, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].label = label
        self.member = member

    def clean_source(self) -> str:
        source: str = self.cleaned_data["source"]
        if not (verdict := rules.can_write(self.member, source)):
            raise forms.ValidationError(verdict.reason, code="too_much")
        return source


class LinkForm(forms.Form):
    """A link to slides, pictures, a text; or to a recording, by a host who has asked those in it."""

    title = forms.CharField(label=_("What is it?"), max_length=WORDS_MAX_LENGTH)
    link = forms.URLField(label=_("Its address"), max_length=LINK_MAX_LENGTH, assume_scheme="https")
    is_recording = forms.BooleanField(label=_("People can be seen or heard in it"), required=False)
    consent_asked = forms.CharField(
        label=_("Whose consent did you ask?"),
        help_text=_("Such as: “Everybody in the circle, aloud, before it began. Mara is not in the picture.”"),
        max_length=WORDS_MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs=AREA),
    )

    def __init__(self, *args: Any, can_list_recordings: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_list_recordings:
            del self.fields["is_recording"], self.fields["consent_asked"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("is_recording") and not found.get("consent_asked", "").strip():
            self.add_error("consent_asked", _now("Say whose consent you asked. Without it we list no recording."))
        if not found.get("is_recording"):
            found["consent_asked"] = ""
        return found


class OutcomeForm(forms.Form):
    """What came of it, and where it went on."""

    words = forms.CharField(
        label=_("What came of it?"),
        help_text=_("One sentence: a group that meets, a thing that was made, something we decided."),
        max_length=WORDS_MAX_LENGTH,
        widget=forms.Textarea(attrs=AREA),
    )
    address = forms.CharField(
        label=_("The address of its thread"),
        help_text=_("If it goes on in our forum. It is shown to those who may read the thread."),
        max_length=LINK_MAX_LENGTH,
        required=False,
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member

    def clean_address(self) -> int | None:
        """The key of the thread."""
        typed: str = self.cleaned_data["address"]
        if not typed:
            return None
        key = subjects.talks().key_of(typed, reader=self.member)
        if key is None:
            raise forms.ValidationError(_now("This is not a thread of our forum that you can see."), code="unknown")
        return key


class FeedbackForm(forms.Form):
    """A few plain questions."""

    liked = forms.ChoiceField(label=_("How was it for you?"), choices=Liked.choices, widget=forms.RadioSelect)
    took_part = forms.ChoiceField(
        label=_("Could you take part as you needed to?"), choices=TookPart.choices, widget=forms.RadioSelect
    )
    good = forms.CharField(
        label=_("What was good?"), max_length=ANSWER_MAX_LENGTH, required=False, widget=forms.Textarea(attrs=AREA)
    )
    different = forms.CharField(
        label=_("What would you do differently?"),
        max_length=ANSWER_MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs=AREA),
    )
