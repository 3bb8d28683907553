"""What a person may type when they join, and hosts when they say how."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from events.joining.actions import Chosen, Reply
from events.joining.enums import (
    ANSWER_MAX_LENGTH,
    CAPACITY_MOST,
    KEPT_FOR_MAX_LENGTH,
    NAME_MAX_LENGTH,
    NEEDS_MAX_LENGTH,
    QUESTION_MAX_LENGTH,
    Keep,
    Level,
    Part,
    State,
    Wish,
)
from events.joining.models import Question, Rsvp, Terms

WISH_OF = {State.MAYBE: Wish.MAYBE, State.NO: Wish.NO}
ASKED = {
    Part.PHOTOS: _("May pictures be taken of you?"),
    Part.RECORDING: _("May your voice and your image be recorded?"),
}


class MediaForm(forms.Form):
    """What may be made of somebody, part by part. Nothing is chosen beforehand; unanswered means none."""

    photos = forms.ChoiceField(
        label=ASKED[Part.PHOTOS], choices=Level.choices, widget=forms.RadioSelect, required=False
    )
    recording = forms.ChoiceField(
        label=ASKED[Part.RECORDING],
        choices=Level.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("You can change this at any time, also afterwards. Without an answer it is: none of you."),
    )

    @property
    def levels(self) -> dict[str, str]:
        """What was said to each part, for a valid form."""
        return {part: self.cleaned_data[part] for part in Part.values if self.cleaned_data[part]}


class ReplyForm(MediaForm):
    """All that somebody says to a date: whether they come, and what the hosts ask."""

    wish = forms.ChoiceField(label=_("Do you come?"), choices=Wish.choices, widget=forms.RadioSelect)
    needs_kept = forms.BooleanField(required=False)
    is_seen = forms.BooleanField(
        label=_("Show me to the others who come"),
        required=False,
        help_text=_("Those who come can read your name in the list of those who come. Nobody else can."),
    )
    wants_days = forms.BooleanField(label=_("Remind me two days before"), required=False)
    wants_hours = forms.BooleanField(label=_("Remind me three hours before"), required=False)

    def __init__(self, data: Any, *, terms: Terms, questions: Sequence[Question], **rest: Any) -> None:
        super().__init__(data, **rest)
        self.questions = questions
        if terms.kept_places:
            self.fields["needs_kept"].label = _now("I need one of the places that are kept for: %(whom)s") % {
                "whom": terms.kept_for
            }
            self.fields["needs_kept"].help_text = _now("The hosts see that you do.")
        else:
            del self.fields["needs_kept"]
        for one in questions:
            self.fields[f"question_{one.pk}"] = self._question(one)

    @property
    def asked(self) -> list[forms.BoundField]:
        return [self[f"question_{one.pk}"] for one in self.questions]

    @property
    def media(self) -> list[forms.BoundField]:  # type: ignore[override] # no widget of ours brings scripts or styles
        return [self[part] for part in Part.values]

    @property
    def reply(self) -> Reply:
        """What was said, for a valid form."""
        said = self.cleaned_data
        return Reply(
            wish=said["wish"],
            needs_kept=said.get("needs_kept", False),
            is_seen=said.get("is_seen", False),
            wants_days=said.get("wants_days", False),
            wants_hours=said.get("wants_hours", False),
            answers={one.pk: said[f"question_{one.pk}"] for one in self.questions},
            media=self.levels,
        )

    def _question(self, one: Question) -> forms.CharField:
        """A question of the hosts; who does not come need not answer."""
        comes = not self.is_bound or self.data.get("wish") == Wish.YES
        days = Keep(one.keep_days).label
        told = _now("Why: %(why)s. Only the hosts read it; it is deleted %(days)s after the event.")
        return forms.CharField(
            label=one.words,
            max_length=ANSWER_MAX_LENGTH,
            required=one.is_required and comes,
            error_messages={"required": _now("The hosts need an answer to this if you come.")},
            help_text=told % {"why": one.why.rstrip("."), "days": days},
            widget=forms.TextInput(attrs={"dir": "auto"}),
        )


class GuestReplyForm(ReplyForm):
    """The same for a guest, who is in no list and is reminded by no inbox."""

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        del self.fields["is_seen"]


def initial_of(own: Rsvp | None, *, levels: Mapping[str, str], answers: Mapping[int, str]) -> dict[str, Any]:
    """What the form shows of what somebody said before."""
    if own is None:
        return {}
    kept = ("needs_kept", "is_seen", "wants_days", "wants_hours")
    return {
        **{name: getattr(own, name) for name in kept},
        **levels,
        **{f"question_{key}": words for key, words in answers.items()},
        "wish": WISH_OF.get(State(own.state), Wish.YES),
    }


class GuestForm(forms.Form):
    """Who would like to come without an account."""

    name = forms.CharField(
        label=_("What shall the hosts call you?"),
        max_length=NAME_MAX_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We send a link there; with it you confirm that you come. Only the hosts see your name."),
    )


class NeedsForm(forms.Form):
    """What somebody needs on one date."""

    text = forms.CharField(
        label=_("What you need to take part"),
        max_length=NEEDS_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=_("Step-free rooms, large print, breaks, sign language, quiet: whatever helps."),
        error_messages={"required": _("Write what you need, or take it back below.")},
    )


class TermsForm(forms.Form):
    """How an event is joined."""

    capacity = forms.IntegerField(
        label=_("How many can come?"),
        min_value=1,
        max_value=CAPACITY_MOST,
        required=False,
        help_text=_(
            "To each date. Empty: as many as like to. Beyond it there is a waiting list, which moves by itself."
        ),
    )
    kept_places = forms.IntegerField(
        label=_("How many of these places are kept for those who need them?"),
        min_value=0,
        max_value=CAPACITY_MOST,
        required=False,
    )
    kept_for = forms.CharField(
        label=_("For whom are they kept?"),
        max_length=KEPT_FOR_MAX_LENGTH,
        required=False,
        help_text=_("For instance: people who come for the first time, parents with small children."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    needs_approval = forms.BooleanField(
        label=_("The hosts decide about each person"),
        required=False,
        help_text=_("Whoever wants to come asks, and you say yes or no."),
    )
    takes_guests = forms.BooleanField(
        label=_("People without an account can come too"),
        required=False,
        help_text=_("For public events. They give a name and an address, which are deleted a week after."),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        kept, capacity = said.get("kept_places") or 0, said.get("capacity")
        if kept and kept > (capacity or 0) and not self.errors:
            self.add_error("kept_places", _now("Say how many can come at all; no more than that can be kept."))
        if kept and not said.get("kept_for"):
            self.add_error("kept_for", _now("Say for whom they are kept, so that people know whether it means them."))
        return said

    @property
    def chosen(self) -> Chosen:
        said = self.cleaned_data
        return Chosen(
            capacity=said["capacity"],
            kept_places=said["kept_places"] or 0,
            kept_for=said["kept_for"],
            needs_approval=said["needs_approval"],
            takes_guests=said["takes_guests"],
        )


class QuestionForm(forms.Form):
    """One question of the hosts, with what it is for and how long its answers are kept."""

    words = forms.CharField(
        label=_("What do you want to know?"),
        max_length=QUESTION_MAX_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("Please don't ask about health here: people can pass on what they need by themselves, sealed."),
    )
    why = forms.CharField(
        label=_("What do you need it for?"),
        max_length=QUESTION_MAX_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("Whoever is asked reads it."),
    )
    keep_days = forms.TypedChoiceField(
        label=_("How long after the event do you need the answers?"),
        choices=Keep.choices,
        coerce=int,
        initial=Keep.WEEK,
        help_text=_("Then they are deleted."),
    )
    is_required = forms.BooleanField(label=_("Nobody can come without an answer"), required=False)
