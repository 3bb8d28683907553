"""What a person may type in the forum."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.conf.locale import LANG_INFO
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_lazy as _

from commons import clock
from commons.contributions import CONTENT_NOTE_MAX_LENGTH, SOURCE_MAX_LENGTH
from commons.widgets import LongSelect
from forum import rules
from forum.actions.posts import Text
from forum.enums import (
    HEARD_MAX_LENGTH,
    NOTE_MAX_LENGTH,
    PAUSE_MAX,
    POST_LANGUAGES,
    REASON_MAX_LENGTH,
    SUMMARY_MAX_LENGTH,
    TALK_LINE_MAX_LENGTH,
    TALK_LINES_MAX,
    TITLE_MAX_LENGTH,
    TITLE_MIN_LENGTH,
    Bump,
    Stage,
)
from forum.models import Category, Thread
from members.models import Member
from members.people.enums import THANKS_MAX_LENGTH

LANGUAGES = sorted(
    ((code, LANG_INFO[code]["name_local"].capitalize()) for code in POST_LANGUAGES),
    key=lambda choice: choice[1].casefold(),
)


class BookmarkForm(forms.Form):
    """A note, and when to be reminded."""

    WHEN = (
        ("", _("Not")),
        ("evening", _("This evening")),
        ("tomorrow", _("Tomorrow morning")),
        ("week", _("In a week")),
        ("date", _("On a day that I choose")),
    )
    note = forms.CharField(label=_("Note to yourself"), max_length=NOTE_MAX_LENGTH, required=False)
    when = forms.ChoiceField(label=_("Remind me"), choices=WHEN, required=False, widget=forms.RadioSelect)
    date = forms.DateField(label=_("That day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(zone)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("when") == "date" and "date" not in self.errors:
            if not found.get("date"):
                self.add_error("date", _("Choose a day."))
            elif found["date"] <= clock.now().astimezone(self.zone).date():
                self.add_error("date", _("Choose a day to come."))
        return found

    def remind_at(self) -> datetime | None:
        """The chosen moment, by the person's own clock."""
        here = clock.now().astimezone(self.zone)
        days = {"evening": 0, "tomorrow": 1, "week": 7}
        when = self.cleaned_data["when"]
        if when == "date":
            return datetime.combine(self.cleaned_data["date"], time(8), tzinfo=self.zone)
        if when not in days:
            return None
        hour = time(18) if when == "evening" else time(8)
        moment = datetime.combine(here.date() + timedelta(days=days[when]), hour, tzinfo=self.zone)
        return moment if moment > here else here + timedelta(hours=1)


class SummaryForm(forms.Form):
    """Where a thread is now. `version` is what stood there when the writing began."""

    source = forms.CharField(
        label=_("Where we are now"),
        help_text=_("A few lines for whoever comes by: what is clear, what is open, what comes next."),
        max_length=SUMMARY_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto", "data-composer": ""}),
        error_messages={"required": _("Write a line first.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class StageForm(forms.Form):
    stage = forms.ChoiceField(
        label=_("Where does it stand?"), choices=Stage.choices, required=False, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("A word about it"), max_length=REASON_MAX_LENGTH, required=False)


def _languages() -> list[tuple[str, Any]]:
    """Asked where they are shown: a form copies a list of them each time it is made."""
    return [("", _("The language of this place")), *LANGUAGES]


class PostForm(forms.Form):
    """A post; `submission` is the key by which a second sending is known."""

    source = forms.CharField(
        label=_("Your post"),
        max_length=SOURCE_MAX_LENGTH,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto", "data-composer": ""}),
        error_messages={"required": _("Write something first.")},
    )
    content_note = forms.CharField(
        label=_("Content note"),
        help_text=_("If your post may be hard to read for some, say what it is about. The post then opens on a click."),
        max_length=CONTENT_NOTE_MAX_LENGTH,
        required=False,
    )
    language = forms.ChoiceField(
        label=_("Language of this post"),
        choices=_languages,
        required=False,
        widget=LongSelect,
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)

    def __init__(self, *args: Any, member: Member, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        if label:
            self.fields["source"].label = label

    def clean_source(self) -> str:
        source: str = self.cleaned_data["source"].replace("\r\n", "\n")
        if not source.strip():
            raise forms.ValidationError(self.fields["source"].error_messages["required"], code="required")
        if not (verdict := rules.can_say(self.member, source)):
            raise forms.ValidationError(verdict.reason, code="too_much")
        return source.rstrip()

    def text(self) -> Text:
        return Text(
            source=self.cleaned_data["source"],
            content_note=self.cleaned_data["content_note"],
            language=self.cleaned_data["language"],
        )


class ReplyForm(PostForm):
    """A reply, which may say first what it heard; where the thread asks for that, it must."""

    heard = forms.CharField(
        label=_("What I heard"),
        help_text=_("In your own words, so that they can say: yes, that’s it. You may still disagree below."),
        max_length=HEARD_MAX_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={
            "required": _("In this thread, please say first what you heard. What you wrote below is safe.")
        },
    )
    field_order = ["heard", "source"]

    def __init__(self, *args: Any, must_restate: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["heard"].required = self.must_restate = must_restate

    def text(self) -> Text:
        return replace(super().text(), heard=self.cleaned_data["heard"])


class ThreadForm(PostForm):
    """A thread: a title and its opening post."""

    title = forms.CharField(
        label=_("Title"),
        min_length=TITLE_MIN_LENGTH,
        max_length=TITLE_MAX_LENGTH,
        help_text=_("Say in a few words what it is about."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Give your thread a title.")},
    )
    field_order = ["title", "source"]


class OpeningForm(ThreadForm):
    """The opening post of a thread, edited along with the title; `changed_data` tells of a title that was typed, not
    of one that somebody else has changed meanwhile."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].show_hidden_initial = True


class DraftForm(forms.Form):
    """What is kept while somebody writes: anything, as long as it is not endless."""

    place = forms.RegexField(r"^(thread|reply|edit):[0-9]{1,18}$")
    title = forms.CharField(max_length=TITLE_MAX_LENGTH, required=False, strip=False)
    source = forms.CharField(max_length=2 * SOURCE_MAX_LENGTH, required=False, strip=False)
    heard = forms.CharField(max_length=HEARD_MAX_LENGTH, required=False, strip=False)
    content_note = forms.CharField(max_length=CONTENT_NOTE_MAX_LENGTH, required=False, strip=False)
    language = forms.CharField(max_length=12, required=False)


class ReasonForm(forms.Form):
    """Why a moderator does something; everybody who can read the thread can read it."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Everybody who can read this thread will see it."),
        max_length=REASON_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": _("Say why, so that people can understand it.")},
    )


class RemovalForm(ReasonForm):
    """Why a post is taken away; its author owes nobody a reason."""

    def __init__(self, *args: Any, is_own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_own:
            del self.fields["reason"]


class PauseForm(ReasonForm):
    """Until the beginning of a day: a pause has an end."""

    until = forms.DateField(label=_("Let it rest until"), widget=forms.DateInput(attrs={"type": "date"}))
    field_order = ["until", "reason"]

    def clean_until(self) -> datetime:
        return _day_to_come(self.cleaned_data["until"])


class BumpForm(ReasonForm):
    bump = forms.ChoiceField(
        label=_("How does it rise in the lists?"), choices=Bump.choices, required=False, widget=forms.RadioSelect
    )
    until = forms.DateField(
        label=_("Until"),
        help_text=_("After that day it rises by itself again."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    field_order = ["bump", "until", "reason"]

    def clean_bump(self) -> Bump:
        return Bump(self.cleaned_data["bump"])

    def clean_until(self) -> datetime | None:
        until = self.cleaned_data["until"]
        return _day_to_come(until) if until else None

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("bump") and "until" not in self.errors and not found.get("until"):
            self.add_error("until", _("Choose the day on which this ends."))
        return found


def _day_to_come(day: date) -> datetime:
    """The beginning of a day that is neither past nor far away."""
    moment = datetime.combine(day, time(0), tzinfo=get_current_timezone())
    if not clock.now() < moment <= clock.now() + PAUSE_MAX:
        words = _("Choose a day to come, at most %(days)d days from now.")
        raise forms.ValidationError(words % {"days": PAUSE_MAX.days}, code="day")
    return moment


class HowWeTalkForm(forms.Form):
    lines = forms.CharField(
        label=_("How we talk here"),
        help_text=_("Up to three short lines. They stand at the head of the room and of every form to write in it."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def clean_lines(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["lines"].splitlines() if line.strip()]
        if len(lines) > TALK_LINES_MAX:
            raise forms.ValidationError(_("Three lines are read; more are skipped. Which three matter most?"))
        if any(len(line) > TALK_LINE_MAX_LENGTH for line in lines):
            words = _("Make each line at most %(count)d characters long.")
            raise forms.ValidationError(words % {"count": TALK_LINE_MAX_LENGTH})
        return lines


class ThanksForm(forms.Form):
    """A word of thanks for a post."""

    words = forms.CharField(
        label=_("What would you like to thank them for?"),
        max_length=THANKS_MAX_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto", "list": "thanks-suggestions", "autocomplete": "off"}),
        error_messages={"required": _("Write a few words first.")},
    )
    is_public = forms.BooleanField(
        label=_("Other members may read it, under the post and on their page"),
        required=False,
        help_text=_("Only if they let their thanks be shown. Otherwise it stays between you two."),
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class RenameForm(ReasonForm):
    title = forms.CharField(label=_("New title"), min_length=TITLE_MIN_LENGTH, max_length=TITLE_MAX_LENGTH)
    field_order = ["title", "reason"]


class SplitForm(RenameForm):
    title = forms.CharField(
        label=_("Title of the new thread"), min_length=TITLE_MIN_LENGTH, max_length=TITLE_MAX_LENGTH
    )


class MoveForm(ReasonForm):
    category: "forms.ModelChoiceField[Category]" = forms.ModelChoiceField(
        label=_("New category"), queryset=Category.objects.none(), empty_label=None
    )
    field_order = ["category", "reason"]

    def __init__(self, *args: Any, categories: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = categories  # type: ignore[attr-defined] # it is the field above


class MergeForm(ReasonForm):
    into = forms.CharField(
        label=_("The thread to merge into"),
        help_text=_("Paste its address, or type its number."),
        max_length=300,
    )
    field_order = ["into", "reason"]

    def __init__(self, *args: Any, thread: Thread, targets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thread = thread
        self.targets = targets

    def clean_into(self) -> Thread:
        numbers = [part.split("-")[0] for part in self.cleaned_data["into"].rstrip("/").split("/")]
        number = numbers[-1]
        target = self.targets.filter(pk=number).exclude(pk=self.thread.pk).first() if number.isdecimal() else None
        if target is None:
            raise forms.ValidationError(_("There is no such thread that you moderate."), code="unknown")
        return target
