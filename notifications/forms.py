"""How somebody says how they want to be told."""

from datetime import date as day
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from commons import clock
from notifications.enums import Digest, LettersFor, Level, PushFor, Weekday
from notifications.models import Preferences

ZONES = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"]
MAILS = [("", _("as many as there are")), ("1", _("at most one")), ("2", _("at most two")), ("3", _("at most three"))]
QUIET = [("", _("None"))] + [(f"{hour:02}:00", f"{hour:02}:00") for hour in range(24)]


def _hour(label: Any, help_text: Any = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=QUIET,
        required=False,
        coerce=time.fromisoformat,
        empty_value=None,
        help_text=help_text,
    )


class PreferencesForm(forms.Form):
    """The attention budget, in plain words."""

    letters_for = forms.ChoiceField(
        label=_("Write me a letter at once about"), choices=LettersFor.choices, widget=forms.RadioSelect
    )
    digest = forms.ChoiceField(
        label=_("Send me one letter about all I have not read"), choices=Digest.choices, widget=forms.RadioSelect
    )
    digest_days = forms.TypedMultipleChoiceField(
        label=_("On these days"),
        help_text=_("Once a week takes the first of them; Tuesday if there is none."),
        choices=Weekday.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    digest_at = forms.TypedChoiceField(
        label=_("At"), choices=[(f"{hour:02}:00", f"{hour:02}:00") for hour in range(24)], coerce=time.fromisoformat
    )
    push_for = forms.ChoiceField(
        label=_("Tell me on my devices of"), choices=PushFor.choices, widget=forms.RadioSelect, required=False
    )
    push_words = forms.BooleanField(
        label=_("Say who and where, so that it can be read on the locked screen too"), required=False
    )
    mails_a_day = forms.TypedChoiceField(
        label=_("Letters a day, and as many times on my devices"),
        help_text=_("Rooms that you read post by post come beside that."),
        choices=MAILS,
        coerce=int,
        empty_value=None,
        required=False,
    )
    quiet_from = _hour(_("Nothing from"))
    quiet_until = _hour(
        _("until"),
        _("Only what is meant for you and would be over by then still comes, such as a place for tomorrow at six."),
    )
    always_if_needed = forms.BooleanField(
        label=_("If somebody needs me, tell me at once: in quiet hours too, and beyond the limit"), required=False
    )
    zone = forms.ChoiceField(label=_("My time zone"), choices=ZONES)
    follows_taking_part = forms.BooleanField(label=_("Follow the threads that I write in"), required=False)

    def __init__(self, data: Any = None, *, preferences: Preferences) -> None:
        super().__init__(data, initial={name: _shown(getattr(preferences, name)) for name in self.base_fields})

    def clean_push_for(self) -> str:
        return self.cleaned_data["push_for"] or PushFor.NOTHING

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("digest") == Digest.DAYS and not found.get("digest_days"):
            self.add_error("digest_days", _("Choose at least one day."))
        if (found.get("quiet_from") is None) != (found.get("quiet_until") is None):
            self.add_error("quiet_until", _("Quiet hours need a beginning and an end, or neither."))
        return found


class PauseForm(forms.Form):
    until = forms.DateField(label=_("No letters until"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean_until(self) -> datetime:
        """The beginning of that day, where the person is."""
        until = datetime.combine(self.cleaned_data["until"], time(0), tzinfo=ZoneInfo(self.zone))
        if until <= clock.now():
            raise forms.ValidationError(_("Choose a day to come."), code="past")
        return until


class BreakForm(forms.Form):
    """For how long; by the person's own clock. Only a break from everything may be without an end."""

    TODAY, WEEK, DATE, OPEN = "today", "week", "date", "open"
    LENGTHS = ((TODAY, _("Today")), (WEEK, _("For a week")), (DATE, _("Until a day that I choose")))
    WITHOUT_END = (OPEN, _("Until I come back. If I have a welcomer, or welcome somebody, that ends"))
    length = forms.ChoiceField(label=_("For how long?"), choices=LENGTHS, widget=forms.RadioSelect, initial=TODAY)
    date = forms.DateField(label=_("That day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, zone: str, may_be_open: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(zone)
        self.fields["length"].choices = [*self.LENGTHS, *([self.WITHOUT_END] if may_be_open else [])]  # type: ignore[attr-defined] # a ChoiceField

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("length") == self.DATE and "date" not in self.errors:
            if not found.get("date"):
                self.add_error("date", _("Choose a day."))
            elif found["date"] <= self._today():
                self.add_error("date", _("Choose a day to come."))
        return found

    def until(self) -> datetime | None:
        """The beginning of the day on which it is over; None without an end."""
        if self.cleaned_data["length"] == self.OPEN:
            return None
        ends = {
            self.TODAY: self._today() + timedelta(days=1),
            self.WEEK: self._today() + timedelta(days=7),
            self.DATE: self.cleaned_data["date"],
        }
        return datetime.combine(ends[self.cleaned_data["length"]], time(0), tzinfo=self.zone)

    def _today(self) -> day:
        return clock.now().astimezone(self.zone).date()


class FollowForm(forms.Form):
    """`level` is empty to follow no longer."""

    place = forms.CharField(max_length=48)
    level = forms.ChoiceField(choices=[("", ""), *Level.choices], required=False)
    next = forms.CharField(max_length=300, required=False)


def _shown(value: object) -> object:
    """As the choices of the form name it."""
    return value.strftime("%H:%M") if isinstance(value, time) else value
