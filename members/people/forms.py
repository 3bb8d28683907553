"""What a person may type about themselves, to each other, and to find each other."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from commons.widgets import LongSelect
from members.forms import NameForOthers
from members.models import Member
from members.people import queries, rules
from members.people.actions import ProfileFields
from members.people.enums import (
    ABOUT_MAX_LENGTH,
    AREA_MAX_LENGTH,
    HOSTS_MAX,
    LANGUAGES,
    NEEDS_MAX_LENGTH,
    PRONOUNS_MAX_LENGTH,
    THANKS_MAX_LENGTH,
    TOPIC_MAX_LENGTH,
    UPLOAD_MAX_BYTES,
    Visibility,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

type Words = str | _StrPromise

MEMBERS_AT_MOST = [choice for choice in Visibility.choices if choice[0] != Visibility.EVERYONE]


class Part(NamedTuple):
    """One thing to tell, and beside it who sees it."""

    name: str
    title: Words
    fields: list[forms.BoundField]
    seen_by: forms.BoundField


def _seen_by(about: Words, choices: Iterable[Any] = Visibility.choices) -> forms.ChoiceField:
    return forms.ChoiceField(label=about, choices=list(choices), initial=Visibility.NOBODY)


def _topics(label: Words) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, widget=forms.CheckboxSelectMultiple)


def _more(label: Words) -> forms.CharField:
    widget = forms.TextInput(attrs={"list": "topic-suggestions", "dir": "auto", "autocomplete": "off"})
    return forms.CharField(
        label=label, required=False, max_length=600, widget=widget, help_text=_("Your own words, with commas between.")
    )


class ProfileForm(forms.Form):
    """All that a member tells; each part with who sees it. Made from `queries.told` and the suggested topics."""

    display_name = NameForOthers(
        help_text=_("Your own name, or any name that you want to be called here. It changes wherever it stands.")
    )
    about = forms.CharField(
        label=_("A few words about you"),
        max_length=ABOUT_MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
    pronouns = forms.CharField(
        label=_("Pronouns"),
        max_length=PRONOUNS_MAX_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("How others speak of you, such as she/her, they/them, er/ihm."),
    )
    can_share = _topics(_("Suggestions of the community: what I can share"))
    can_share_more = _more(_("More that I can share"))
    would_learn = _topics(_("Suggestions of the community: what I would like to learn"))
    would_learn_more = _more(_("More that I would like to learn"))
    interested = _topics(_("Suggestions of the community: what I am interested in"))
    interested_more = _more(_("More that I am interested in"))
    languages = forms.MultipleChoiceField(
        label=_("Languages I speak"), choices=LANGUAGES, required=False, widget=forms.CheckboxSelectMultiple
    )
    area = forms.CharField(
        label=_("Roughly where you are"),
        max_length=AREA_MAX_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("A town or a region is enough. Nothing is measured, and there is no map."),
    )
    about_seen_by = _seen_by(_("Who sees your words about you"))
    pronouns_seen_by = _seen_by(_("Who sees your pronouns"))
    can_share_seen_by = _seen_by(_("Who sees what you can share"))
    would_learn_seen_by = _seen_by(_("Who sees what you would like to learn"))
    interested_seen_by = _seen_by(_("Who sees what you are interested in"))
    languages_seen_by = _seen_by(_("Who sees your languages"))
    area_seen_by = _seen_by(_("Who sees where you are"))

    PARTS = {
        "about": _("About you"),
        "pronouns": _("How we speak of you"),
        "can_share": _("Skills I can share"),
        "would_learn": _("Things I would like to learn"),
        "interested": _("What I am interested in"),
        "languages": _("Languages"),
        "area": _("Place"),
    }

    def __init__(self, data: QueryDict | None, *, told: dict[str, Any], suggested: list[str]) -> None:
        super().__init__(data, initial=told)
        for name in queries.KINDS:
            names = sorted({*suggested, *told[name]}, key=str.casefold)
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = [(topic, topic) for topic in names]

    @property
    def parts(self) -> list[Part]:
        names = {name: [name, f"{name}_more"] if name in queries.KINDS else [name] for name in self.PARTS}
        return [
            Part(name, title, [self[field] for field in names[name]], self[f"{name}_seen_by"])
            for name, title in self.PARTS.items()
        ]

    def clean_about(self) -> str:
        return str(self.cleaned_data["about"]).replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        for name in queries.KINDS:
            names = self.topics(name)
            if long := next((topic for topic in names if len(topic) > TOPIC_MAX_LENGTH), None):
                self.add_error(f"{name}_more", _now("“%(topic)s” is too long for a topic.") % {"topic": long})
            elif not (verdict := rules.can_list(names)):
                self.add_error(f"{name}_more", verdict.reason)
        return self.cleaned_data

    def topics(self, name: str) -> list[str]:
        """What was checked and what was typed, each once."""
        typed = self.cleaned_data.get(f"{name}_more", "").split(",")
        found = [*self.cleaned_data.get(name, []), *(" ".join(word.split()) for word in typed)]
        return list({queries.normalised(topic): topic for topic in reversed(found) if topic}.values())[::-1]

    def fields_told(self) -> ProfileFields:
        """What `actions.save_profile` takes."""
        simple = ("about", "pronouns", "languages", "area", *(f"{name}_seen_by" for name in self.PARTS))
        return cast("ProfileFields", {name: self.cleaned_data[name] for name in simple})


class PictureForm(forms.Form):
    picture = forms.FileField(
        label=_("A picture of you"),
        help_text=_("JPEG, PNG or WebP, 8 MB at most. We keep a small square from its middle and forget the rest."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"required": _("Choose a picture first."), "empty": _("This file is empty.")},
    )
    picture_seen_by = _seen_by(_("Who sees your picture"), MEMBERS_AT_MOST)

    def clean_picture(self) -> UploadedFile:
        picture: UploadedFile = self.cleaned_data["picture"]
        if (picture.size or 0) > UPLOAD_MAX_BYTES:
            raise forms.ValidationError(_("This file is larger than 8 MB. Please choose a smaller one."))
        return picture


class PictureCircleForm(forms.Form):
    """Who sees the picture that is there."""

    picture_seen_by = _seen_by(_("Who sees your picture"), MEMBERS_AT_MOST)


class NeedsForm(forms.Form):
    """Access needs, and the hosts who may read them."""

    text = forms.CharField(
        label=_("What you need to take part"),
        max_length=NEEDS_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        help_text=_("Step-free rooms, large print, breaks, sign language, quiet: whatever helps."),
        error_messages={"required": _("Write what you need, or delete it below.")},
    )
    hosts = forms.CharField(
        label=_("Hosts who may read it"),
        required=False,
        max_length=700,
        help_text=_("Usernames, with commas between. Nobody else can read it, and an empty line means nobody at all."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member

    def clean_hosts(self) -> list[Member]:
        typed = [word.strip().removeprefix("@").lower() for word in self.cleaned_data["hosts"].split(",")]
        names = list(dict.fromkeys(name for name in typed if name and name != self.member.username))
        if len(names) > HOSTS_MAX:
            raise forms.ValidationError(_("That is more than 20 people. Please name fewer hosts."))
        found = queries.members_named(names)
        if missing := [name for name in names if name not in found]:
            raise forms.ValidationError(_now("There is nobody here called %(name)s.") % {"name": ", ".join(missing)})
        return [found[name] for name in names]


class ThanksForm(forms.Form):
    """A word of thanks; `submission` is the key by which a second sending is known."""

    words = forms.CharField(
        label=_("What would you like to thank them for?"),
        max_length=THANKS_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": _("Write a few words first.")},
    )
    is_public = forms.BooleanField(
        label=_("Other members may read it on their page"),
        required=False,
        help_text=_("Only if they let their thanks be shown. Otherwise it stays between you two."),
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def clean_words(self) -> str:
        return str(self.cleaned_data["words"]).replace("\r\n", "\n")


def _wanted(label: Words) -> forms.CharField:
    widget = forms.TextInput(attrs={"list": "topic-suggestions", "dir": "auto", "autocomplete": "off"})
    return forms.CharField(label=label, required=False, max_length=TOPIC_MAX_LENGTH, widget=widget)


class DirectoryForm(forms.Form):
    """What somebody looks for in the list of people."""

    q = forms.CharField(
        label=_("Name"), required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search", "dir": "auto"})
    )
    skill = _wanted(_("Can share"))
    learn = _wanted(_("Would like to learn"))
    interest = _wanted(_("Is interested in"))
    language = forms.ChoiceField(
        label=_("Speaks"), choices=[("", _("Any language")), *LANGUAGES], required=False, widget=LongSelect
    )
    place = forms.CharField(
        label=_("Place"), required=False, max_length=AREA_MAX_LENGTH, widget=forms.TextInput(attrs={"dir": "auto"})
    )
