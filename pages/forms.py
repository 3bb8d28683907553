"""What a person may ask of the whole site."""

import re
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from commons.searching import Question
from forum.search import HAS

WORDS_MAX_LENGTH = 200
OPERATOR = re.compile(r"(?:^|(?<=\s))(?P<name>from|in|thread|after|before|has):(?P<value>\S+)", re.IGNORECASE)
DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")


class SearchForm(forms.Form):
    """Words, and where to look. Each field may be typed among the words too: from:ada in:table before:2025-03."""

    q = forms.CharField(
        label=_("Words to look for"),
        required=False,
        max_length=WORDS_MAX_LENGTH,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto", "autocomplete": "off"}),
        help_text=_("“two words” together, -word to leave out."),
    )
    author = forms.CharField(label=_("Written by (username)"), required=False, max_length=60)
    place = forms.SlugField(label=_("In the category"), required=False, max_length=60, widget=forms.Select)
    after = forms.CharField(label=_("On or after"), required=False, max_length=10)
    before = forms.CharField(label=_("Before"), required=False, max_length=10)
    has = forms.ChoiceField(
        label=_("That has"),
        required=False,
        choices=[("", _("anything")), *((name, words) for name, (words, _html) in HAS.items())],
    )
    thread = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, *args: Any, places: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["place"].widget.choices = [("", _now("everywhere")), *places]
        self.places = {slug for slug, _name in places}
        for name in ("after", "before"):
            self.fields[name].widget.attrs |= {"placeholder": _now("2025-03-31"), "inputmode": "numeric"}
        self.words = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        typed = cleaned.get("q", "")
        names = {"from": "author", "in": "place"}
        for found in OPERATOR.finditer(typed):
            name = names.get(found["name"].lower(), found["name"].lower())
            self._take(name, found["value"])
        self.words = " ".join(OPERATOR.sub("", typed).split())
        place = self.cleaned_data.get("place")
        if place and place not in self.places:
            self.add_error("place", _now("There is no category “%(name)s” that you can read.") % {"name": place})
        for name in ("after", "before"):
            if value := self.cleaned_data.get(name):
                self._read_day(name, value)
        return self.cleaned_data

    def question(self) -> Question:
        """What is asked, as rooms understand it; the words are not made into queries yet."""
        asked = self.cleaned_data
        return Question(
            words=self.words,
            author=asked["author"].lstrip("@").lower(),
            place=asked["place"],
            thread=asked["thread"],
            after=asked["after"] or None,
            before=asked["before"] or None,
            has=asked["has"],
        )

    def say_that_nobody_is_called_so(self) -> None:
        words = _now("There is nobody with the username “%(name)s” whom you can see.")
        self.add_error("author", words % {"name": self.cleaned_data["author"]})

    def _take(self, name: str, value: str) -> None:
        """A typed operator counts as its field."""
        try:
            self.cleaned_data[name] = self.fields[name].clean(value)
        except forms.ValidationError as error:
            self.add_error(name, error)

    def _read_day(self, name: str, value: str) -> None:
        try:
            self.cleaned_data[name] = _begin_of(value)
        except ValueError:
            self.add_error(name, _now("Type a day like 2025-03-31, a month like 2025-03 or a year like 2025."))


def _begin_of(typed: str) -> datetime:
    """The first moment of a day, a month or a year, in the reader's time zone."""
    read = DAY.fullmatch(typed)
    if read is None:
        raise ValueError(typed)
    year, month, day = (int(part) if part else 1 for part in read.groups())
    return timezone.make_aware(datetime.combine(date(year, month, day), time.min))
