"""What a person may type in the calendar."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4
from zoneinfo import available_timezones

from django import forms
from django.utils import formats
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from commons import clock
from commons.access import Verdict
from commons.contributions import SOURCE_MAX_LENGTH
from commons.subjects import Room
from commons.widgets import LongSelect
from events import recurring, wording
from events.actions import Details, NewPlace
from events.enums import (
    ADDRESS_MAX_LENGTH,
    COUNT_MOST,
    DATES_MOST,
    DATES_SHOWN,
    DIRECTIONS_MAX_LENGTH,
    EVERY_MOST,
    FACTS_IN_SHORT,
    FIRST_YEAR,
    LINK_MAX_LENGTH,
    LONGEST,
    NAME_MAX_LENGTH,
    NOTE_MAX_LENGTH,
    ONLINE_FACTS,
    PLACE_FACTS,
    REASON_MAX_LENGTH,
    TITLE_MAX_LENGTH,
    TITLE_MIN_LENGTH,
    YEARS_AHEAD,
    AddressFor,
    Attendance,
    Ends,
    Fact,
    Kind,
    Repeats,
    Visibility,
    Weekday,
    Which,
)
from events.models import Event, Occurrence, Place
from events.queries import Filters
from events.wording import Choices
from members.models import Member
from members.people.enums import LANGUAGES

ZONES = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"]
BETWEEN_DATES = re.compile(r"[;,\n]+")
NEW = ""


def _known(day: date) -> date:
    """A day that our calendar has."""
    if not FIRST_YEAR <= day.year <= clock.now().year + YEARS_AHEAD:
        raise forms.ValidationError(_now("Choose a day between 1970 and ten years from now."))
    return day


def _date(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


def _time(label: Any, **options: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **options)


def _fact(question: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=question, choices=Fact.choices, required=False, widget=forms.RadioSelect)


class DatesField(forms.Field):
    """Several days, with commas or new lines between them."""

    widget = forms.Textarea(attrs={"rows": 2})

    def to_python(self, value: Any) -> list[date]:
        parts = [part.strip() for part in BETWEEN_DATES.split(str(value or "")) if part.strip()]
        if len(parts) > DATES_MOST:
            raise forms.ValidationError(_now("That are more than %(most)d dates.") % {"most": DATES_MOST})
        return [self._one(part) for part in parts]

    def prepare_value(self, value: Any) -> str:
        return "\n".join(day.isoformat() for day in value) if isinstance(value, list | tuple) else value

    def _one(self, typed: str) -> date:
        try:
            return forms.DateField(input_formats=["%Y-%m-%d", *formats.get_format("DATE_INPUT_FORMATS")]).clean(typed)
        except forms.ValidationError:
            raise forms.ValidationError(
                _now("“%(typed)s” is not a date that we can read. Write it like 2027-03-30.") % {"typed": typed[:40]}
            ) from None


class EventForm(forms.Form):
    """All of an event on one page: what, when, how it repeats, where, and how one gets in."""

    title = forms.CharField(
        label=_("What is it called?"),
        min_length=TITLE_MIN_LENGTH,
        max_length=TITLE_MAX_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    kind = forms.ChoiceField(label=_("What kind of event is it?"), choices=Kind.choices, initial=Kind.WORKSHOP)
    source = forms.CharField(
        label=_("What happens, and for whom is it?"),
        max_length=SOURCE_MAX_LENGTH,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        error_messages={"required": _("Write a line or two, so that people know whether it is for them.")},
    )
    first_date = _date(_("On which day?"), help_text=_("If it happens again and again: the first time."))
    start_time = _time(_("From"), required=False, help_text=_("Leave both times empty if it lasts whole days."))
    end_time = _time(_("Until"), required=False)
    last_date = _date(_("Last day"), required=False, help_text=_("Only if it ends on another day."))
    time_zone = forms.ChoiceField(label=_("On whose clock?"), choices=ZONES)
    repeats = forms.ChoiceField(label=_("Does it happen again?"), initial=Repeats.ONCE)
    every = forms.IntegerField(
        label=_("Every how many?"),
        min_value=1,
        max_value=EVERY_MOST,
        initial=1,
        help_text=_("2 is every other day, week, month or year."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which weekdays?"),
        choices=Weekday.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For weeks. Without one, that of the first day."),
    )
    which = forms.TypedChoiceField(
        label=_("Which one of the month?"),
        choices=[("", _("As the first day")), *Which.choices],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("For a weekday of the month, such as the last Friday."),
    )
    ends = forms.ChoiceField(label=_("When does it end?"), choices=Ends.choices, initial=Ends.NEVER)
    until = _date(_("Last day on which it may happen"), required=False)
    count = forms.IntegerField(label=_("How many times in all?"), min_value=1, max_value=COUNT_MOST, required=False)
    without = DatesField(
        label=_("Not on these dates"), required=False, help_text=_("Holidays, for instance. One on a line: 2026-12-25")
    )
    besides = DatesField(label=_("Also on these dates"), required=False, help_text=_("One on a line: 2027-01-09"))
    attendance = forms.ChoiceField(
        label=_("How does one take part?"), choices=Attendance.choices, widget=forms.RadioSelect
    )
    place = forms.ChoiceField(label=_("Where?"), required=False)
    name = forms.CharField(label=_("Name of the place"), max_length=NAME_MAX_LENGTH, required=False)
    area = forms.CharField(label=_("Town or part of town"), max_length=NAME_MAX_LENGTH, required=False)
    address = forms.CharField(label=_("Address"), max_length=ADDRESS_MAX_LENGTH, required=False)
    address_for = forms.ChoiceField(
        label=_("Who sees the address?"), choices=AddressFor.choices, required=False, initial=AddressFor.EVERYBODY
    )
    directions = forms.CharField(
        label=_("How to get in"),
        max_length=DIRECTIONS_MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("The side door, the bell, the bus stop."),
    )
    step_free, toilets, hearing_loop, quiet_room, scent_free, transport, children = map(_fact, PLACE_FACTS.values())
    online_link = forms.URLField(
        label=_("Link for taking part online"),
        max_length=LINK_MAX_LENGTH,
        required=False,
        assume_scheme="https",
        help_text=_("Only those who have joined see it, and it is in no calendar feed. You can add it later."),
    )
    captions, sign_language = map(_fact, ONLINE_FACTS.values())
    visibility = forms.ChoiceField(
        label=_("Who may know of it?"),
        choices=Visibility.choices,
        initial=Visibility.MEMBERS,
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("More than one, or it does not matter")), *LANGUAGES],
        required=False,
        widget=LongSelect,
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    PARTS = {
        "what": ("title", "kind", "source"),
        "when": ("first_date", "start_time", "end_time", "last_date", "time_zone"),
        "again": ("every", "weekdays", "which", "ends", "until", "count", "without", "besides"),
        "new_place": ("area", "address", "address_for", "directions"),
        "place_facts": tuple(PLACE_FACTS),
        "online_facts": tuple(ONLINE_FACTS),
        "who": ("visibility", "language"),
    }

    def __init__(
        self,
        *args: Any,
        member: Member,
        places: Any,
        event: Event | None = None,
        is_history: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.member, self.event, self.is_history = member, event, is_history
        self.places = {str(place.pk): place for place in places}
        if event and event.place:
            self.places.setdefault(str(event.place.pk), event.place)
        self._offer(
            "place",
            [
                (NEW, _("A place that I describe below")),
                *((key, str(place)) for key, place in self.places.items()),
            ],
        )
        self._offer("repeats", [choice for choice in Repeats.choices if choice[0] != Repeats.KEPT or self._is_kept])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def part(self, name: str) -> list[forms.BoundField]:
        return [self[field] for field in self.PARTS[name]]

    @property
    def again_has_errors(self) -> bool:
        return any(self.errors.get(name) for name in self.PARTS["again"])

    what = property(lambda self: self.part("what"))
    when = property(lambda self: self.part("when"))
    again = property(lambda self: self.part("again"))
    new_place = property(lambda self: self.part("new_place"))
    place_facts = property(lambda self: self.part("place_facts"))
    online_facts = property(lambda self: self.part("online_facts"))
    who = property(lambda self: self.part("who"))

    def clean_source(self) -> str:
        source: str = self.cleaned_data["source"].replace("\r\n", "\n")
        if not source.strip():
            raise forms.ValidationError(self.fields["source"].error_messages["required"], code="required")
        return source

    def clean_first_date(self) -> date:
        return _known(self.cleaned_data["first_date"])

    def clean(self) -> dict[str, Any]:
        super().clean()
        self._check_length()
        self._check_repeating()
        self._check_history()
        self._check_place()
        return self.cleaned_data

    def details(self) -> Details:
        """The event that was typed; for a valid form."""
        said = self.cleaned_data
        kept = (
            "title",
            "source",
            "time_zone",
            "first_date",
            "start_time",
            "kind",
            "visibility",
            "attendance",
            "language",
        )
        return Details(
            **{name: said[name] for name in kept},
            duration=self._duration(),
            recurrence=self.recurrence,
            place=self._told_place(),
            online_link=said["online_link"] if self._is_online else "",
            captions=said["captions"] or Fact.UNKNOWN,
            sign_language=said["sign_language"] or Fact.UNKNOWN,
        )

    @property
    def recurrence(self) -> Any:
        if self._chosen.repeats == Repeats.KEPT and self.event:
            return self.event.recurrence
        return wording.recurrence_of(self._chosen, first=self._first)

    @property
    def again_in_words(self) -> str:
        return wording.in_words(self.recurrence, first=self._first)

    def next_dates(self) -> list[datetime]:
        """The next ten starts on the event's own clock; the first ones, if all have been."""
        until = recurring.years_after(self._first, YEARS_AHEAD)
        walls = recurring.starts(self.recurrence, first=self._first, until=until).walls
        coming = [wall for wall in walls if wall >= recurring.local(clock.now(), self.cleaned_data["time_zone"])]
        return (coming or walls)[:DATES_SHOWN]

    @property
    def dates_key(self) -> str:
        """What `seen` holds once somebody has looked at these very dates."""
        return sha256(" ".join(map(str, self.next_dates())).encode()).hexdigest()

    @property
    def has_seen_dates(self) -> bool:
        return not self.recurrence or self.cleaned_data["seen"] == self.dates_key

    @property
    def _is_kept(self) -> bool:
        if self.event is None:
            return False
        chosen = wording.choices_of(self.event.recurrence, first=self.event.first_wall)
        return chosen.repeats == Repeats.KEPT

    @property
    def _first(self) -> datetime:
        said = self.cleaned_data
        return datetime.combine(said["first_date"], said["start_time"] or datetime.min.time())

    @property
    def _chosen(self) -> Choices:
        said = self.cleaned_data
        repeats = Repeats(said["repeats"])
        return Choices(
            repeats=repeats,
            every=said["every"],
            weekdays=said["weekdays"] if repeats == Repeats.WEEKS else (),
            which=said["which"] if repeats == Repeats.MONTH_WEEKDAY else None,
            ends=Ends(said["ends"]),
            until=said["until"] if said["ends"] == Ends.UNTIL else None,
            count=said["count"] if said["ends"] == Ends.COUNT else None,
            without=said["without"],
            besides=said["besides"],
        )

    @property
    def _is_online(self) -> bool:
        return self.cleaned_data.get("attendance") != Attendance.IN_PERSON

    def _duration(self) -> timedelta:
        said = self.cleaned_data
        last = said["last_date"] or said["first_date"]
        if said["start_time"] is None:
            return last - said["first_date"] + timedelta(days=1)
        return datetime.combine(last, said["end_time"]) - self._first

    def _check_length(self) -> None:
        said = self.cleaned_data
        if {"first_date", "start_time", "end_time", "last_date"} - said.keys():
            return
        if (said["start_time"] is None) != (said["end_time"] is None):
            empty = "end_time" if said["end_time"] is None else "start_time"
            self.add_error(empty, _now("Say both times, or none if it lasts whole days."))
        elif self._duration() <= timedelta(0):
            self.add_error("last_date" if said["last_date"] else "end_time", _now("It would end before it begins."))
        elif self._duration() > LONGEST:
            self.add_error("last_date", _now("One event lasts 31 days at most. Make several of it."))

    def _check_history(self) -> None:
        """A day that has been may be put right, but not become another one that is still to come."""
        said = self.cleaned_data
        if not self.is_history or {"first_date", "start_time", "time_zone"} - said.keys():
            return
        if self.event and said["first_date"] == self.event.first_date:
            return
        if recurring.instant(self._first, said["time_zone"]) > clock.now():
            self.add_error(
                "first_date", _now("It has begun, so its first day stays in the past. Begin a new one like it.")
            )

    def _check_repeating(self) -> None:
        said = self.cleaned_data
        if said.get("ends") == Ends.UNTIL and not said.get("until") and "until" not in self.errors:
            self.add_error("until", _now("Say on which day it ends, or choose that it goes on."))
        if said.get("ends") == Ends.COUNT and not said.get("count") and "count" not in self.errors:
            self.add_error("count", _now("Say how many times, or choose that it goes on."))
        if self.errors:
            return
        if said["until"] and said["ends"] == Ends.UNTIL and said["until"] < said["first_date"]:
            self.add_error("until", _now("It would end before it begins."))
        elif self._chosen.repeats not in {Repeats.ONCE, Repeats.KEPT} and not self._begins_as_it_repeats():
            self.add_error(
                "first_date",
                _now("The first day is not one of the days on which it repeats. Choose the day of its first time."),
            )

    def _begins_as_it_repeats(self) -> bool:
        rule = self.recurrence.rrules[0]
        return self._first in recurring.of_rule(rule, first=self._first, until=self._first)

    def _check_place(self) -> None:
        said = self.cleaned_data
        if said.get("attendance") in {Attendance.IN_PERSON, Attendance.HYBRID} and said.get("place") == NEW:
            if not said.get("name"):
                self.add_error("name", _now("Say where it is: choose a place, or name a new one."))
            for name in PLACE_FACTS:
                if not said.get(name):
                    self.add_error(name, _now("Choose an answer. “We don't know yet” is one."))
        if said.get("attendance") in {Attendance.ONLINE, Attendance.HYBRID}:
            for name in ONLINE_FACTS:
                if not said.get(name):
                    self.add_error(name, _now("Choose an answer. “We don't know yet” is one."))

    def _told_place(self) -> Place | NewPlace | None:
        said = self.cleaned_data
        if said["attendance"] == Attendance.ONLINE:
            return None
        if said["place"] != NEW:
            return self.places[said["place"]]
        told = {name: said[name] for name in ("name", *self.PARTS["new_place"], *PLACE_FACTS)}
        return NewPlace(**{name: value for name, value in told.items() if value})


def initial_of(event: Event) -> dict[str, Any]:
    """What the form shows of an event that is there."""
    kept = ("title", "kind", "source", "first_date", "start_time", "time_zone", "attendance", "online_link")
    chosen = wording.choices_of(event.recurrence, first=event.first_wall)
    end = event.first_wall + event.duration
    last = end.date() if event.start_time else (end - timedelta(days=1)).date()
    return {
        **{name: getattr(event, name) for name in (*kept, "captions", "sign_language", "visibility", "language")},
        "end_time": end.time() if event.start_time else None,
        "last_date": last if last != event.first_date else None,
        "place": str(event.place_id or NEW),
        **vars(chosen),
    }


class DateForm(forms.Form):
    """One date of an event: when it is, and what is different about it. Of one that has begun only the latter."""

    day = _date(_("Day"))
    start_time = _time(_("From"), required=False)
    end_time = _time(_("Until"), required=False)
    note = forms.CharField(
        label=_("What is different this time"),
        max_length=NOTE_MAX_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(self, data: Any, *, occurrence: Occurrence, can_move: Verdict) -> None:
        self.occurrence, self.event, self.can_move = occurrence, occurrence.event, can_move
        start, end = occurrence.local_start, occurrence.local_end
        initial = {"day": start.date(), "start_time": start.time(), "end_time": end.time(), "note": occurrence.note}
        super().__init__(data, initial=initial)
        if self.event.is_all_day or not can_move:
            del self.fields["start_time"], self.fields["end_time"]
        if not can_move:
            del self.fields["day"]

    def clean_day(self) -> date:
        return _known(self.cleaned_data["day"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.can_move:
            self._refuse_another_day()
        elif not self.event.is_all_day and not self.errors and not (said["start_time"] and said["end_time"]):
            self.add_error("start_time", _now("Say both times."))
        elif not self.errors and recurring.instant(self.wall, self.event.time_zone) <= clock.now():
            self.add_error("day", _now("It would have begun already. Choose a time that is still to come."))
        return said

    def _refuse_another_day(self) -> None:
        """Whoever opened the form before the date began hears that what they typed no longer counts."""
        if "day" in self.data:
            raise forms.ValidationError(self.can_move.reason)

    @property
    def wall(self) -> datetime:
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data.get("start_time") or datetime.min.time())

    @property
    def duration(self) -> timedelta:
        """Until the end time on the same day or, where that would be before the start, on the next one."""
        if self.event.is_all_day:
            return self.event.duration
        end = datetime.combine(self.wall.date(), self.cleaned_data["end_time"])
        return end - self.wall if end > self.wall else end - self.wall + timedelta(days=1)


class ReasonForm(forms.Form):
    """Why something does not take place."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=REASON_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Everybody who sees the event reads it."),
    )


class HostForm(forms.Form):
    """A member who hosts the event too."""

    username = forms.CharField(
        label=_("Username"), max_length=150, widget=forms.TextInput(attrs={"autocapitalize": "none"})
    )

    def clean_username(self) -> Member:
        typed = self.cleaned_data["username"].strip().lstrip("@").lower()
        member = Member.objects.filter(username=typed, is_active=True).first()
        if member is None:
            raise forms.ValidationError(_now("There is no member with this username."))
        return member


class FilterForm(forms.Form):
    """What of the calendar to show."""

    ANY = ("", _("Any"))
    kind = forms.ChoiceField(label=_("Kind"), choices=[ANY, *Kind.choices], required=False)
    attendance = forms.ChoiceField(
        label=_("Taking part"),
        choices=[ANY, (Attendance.IN_PERSON, Attendance.IN_PERSON.label), (Attendance.ONLINE, Attendance.ONLINE.label)],
        required=False,
    )
    language = forms.ChoiceField(label=_("Language"), choices=[ANY, *LANGUAGES], required=False, widget=LongSelect)
    access = forms.ChoiceField(label=_("With"), choices=[ANY, *FACTS_IN_SHORT.items()], required=False)
    place = forms.CharField(label=_("Place or town"), max_length=NAME_MAX_LENGTH, required=False)
    free = forms.BooleanField(label=_("Only where a place is free"), required=False)

    def filters(self, *, now: datetime) -> Filters:
        """What was asked for; everything, if that can't be read."""
        if not self.is_valid():
            return Filters()
        asked = {name: value for name, value in self.cleaned_data.items() if name != "free"}
        return Filters(**asked, free_at=now if self.cleaned_data["free"] else None)


class TalkForm(forms.Form):
    """The first word about an event, and the room of the forum where it is said."""

    room = forms.TypedChoiceField(label=_("In which room?"), coerce=int, widget=forms.RadioSelect)
    source = forms.CharField(
        label=_("Your post"),
        max_length=SOURCE_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        error_messages={"required": _("Write something first.")},
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)

    def __init__(self, *args: Any, rooms: Sequence[Room], is_host: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].choices = [(room.key, room.name) for room in rooms]  # type: ignore[attr-defined] # it is the field above
        if len(rooms) == 1:
            self.initial["room"] = rooms[0].key
        if is_host:
            self.initial["source"] = _now("Questions, ideas, lifts: this is the place for them.")
