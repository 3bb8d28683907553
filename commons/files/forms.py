"""What a person may give and say of files, on any page where people write."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commons.files.actions import Gift, Words
from commons.files.cleaning.formats import told
from commons.files.cleaning.limits import Refusal
from commons.files.enums import (
    ACCEPT,
    DESCRIPTION_MAX_LENGTH,
    FILE_MAX_BYTES,
    REFUSALS,
    WHAT_IS_TAKEN,
)
from commons.files.hints import hint
from commons.files.models import File
from commons.files.rules import Allowance

SHOWS = gettext_lazy("What does the picture show?")
HELP = gettext_lazy("I can't describe it now, please help")


@dataclass(frozen=True)
class Slot:
    """One file in the form, with its fields."""

    file: File
    description: forms.BoundField | None
    help: forms.BoundField | None
    gone: forms.BoundField | None

    @property
    def hint(self) -> str:
        return hint(self.description.value() or "") if self.description else ""


class WordsField(forms.CharField):
    """Words that are wanted, unless help is; the form sees to that, since it knows both."""

    def validate(self, value: str) -> None:
        """Nothing is missing yet."""


class FilesForm(forms.Form):
    """The files that go with what somebody writes: one new one, and those that are there.

    `is_final` asks for every picture's words, or for the wish to be helped. `kept` are files that stand in a post
    already; they are taken out when the form is sent, the others by a button at once.
    """

    file = forms.FileField(
        label=gettext_lazy("A picture or a document"),
        help_text=gettext_lazy(
            "Up to 10 MB: JPEG, PNG, GIF, WebP, AVIF, PDF, plain text, LibreOffice or Office. "
            "We take out where a picture was taken and who made a document. Of a moving GIF we keep the first picture."
        ),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    use_required_attribute = False
    file_description = WordsField(
        label=SHOWS,
        help_text=gettext_lazy("For people who cannot see it: what matters about it? Documents need no words."),
        max_length=DESCRIPTION_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    file_help = forms.BooleanField(label=HELP, required=False)

    def __init__(
        self,
        *args: Any,
        allowance: Allowance,
        given: Sequence[File] = (),
        kept: Sequence[File] = (),
        is_final: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.given, self.kept, self.allowance, self.is_final = [*kept, *given], set(kept), allowance, is_final
        for file in self.given:
            self._add_fields(file)
        if self.is_bound:
            self.data = {**self._known(), **self.data}

    @property
    def slots(self) -> list[Slot]:
        return [
            Slot(file, *(self[name] if name in self.fields else None for name in _names(file))) for file in self.given
        ]

    @property
    def has_room(self) -> bool:
        return len(self.given) < self.allowance.files

    @property
    def is_begun(self) -> bool:
        """Whether something has been typed or chosen for one more file."""
        return any(self[name].errors or self[name].value() for name in self.base_fields)

    def error_sentences(self) -> list[str]:
        """What is to mend, for a page that does not show the form itself."""
        return [str(error) for errors in self.errors.values() for error in errors]

    def gifts(self, *, language: str = "") -> list[Gift]:
        file: UploadedFile | None = self.cleaned_data.get("file")
        if file is None:
            return []
        description = self.cleaned_data.get("file_description", "")
        is_help_wanted = bool(self.cleaned_data.get("file_help")) and not description.strip()
        return [Gift(file, file.name or "", description, language, is_help_wanted)]

    def words(self) -> Mapping[int, Words]:
        """What is said now of each picture that was there."""
        return {
            file.pk: Words(self.cleaned_data.get(text, ""), bool(self.cleaned_data.get(wish)))
            for file, text, wish in self._asked()
        }

    def gone(self) -> set[int]:
        """Files of a post that are to be taken out of it."""
        return {file.pk for file in self.kept if self.cleaned_data.get(_names(file)[2])}

    def clean_file(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is None:
            return None
        if (file.size or 0) > FILE_MAX_BYTES:
            raise _refused(file, Refusal.TOO_LARGE)
        if (kind := told(file)) is None:
            raise _refused(file, Refusal.UNKNOWN)
        staying = len(self.given) - sum(bool(self.data.get(self.add_prefix(_names(one)[2]))) for one in self.kept)
        if not (verdict := self.allowance.room_for(given=staying, is_picture=kind.is_picture)):
            raise forms.ValidationError(verdict.reason, code="no_room")
        return file

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.is_final:
            return found
        for file, text, wish in self._asked():
            if file.pk not in self.gone() and not found.get(text, "").strip() and not found.get(wish):
                self.add_error(text, _("Say what “%(name)s” shows, or ask for help with it.") % {"name": file.name})
        self._clean_new(found)
        return found

    def _clean_new(self, found: Mapping[str, Any]) -> None:
        """A new picture needs its words too; it is kept with the draft while they are asked for."""
        file = found.get("file")
        kind = told(file) if file else None
        if kind and kind.is_picture and not found.get("file_description", "").strip() and not found.get("file_help"):
            self.add_error("file_description", _("Say what the picture shows, or ask for help with it."))

    def _known(self) -> dict[str, str]:
        """What is known of pictures that the form which was sent did not hold yet."""
        known: dict[str, str] = {}
        for file, text, wish in self._asked():
            if text not in self.data:
                known |= {text: file.description} | ({wish: "on"} if file.is_help_wanted else {})
        return known

    def _add_fields(self, file: File) -> None:
        text, wish, gone = _names(file)
        if file in self.kept:
            self.fields[gone] = forms.BooleanField(label=_("Take “%(name)s” out") % {"name": file.name}, required=False)
        if not file.is_picture or file.is_refused:
            return
        self.fields[text] = WordsField(
            label=_("What does “%(name)s” show?") % {"name": file.name},
            max_length=DESCRIPTION_MAX_LENGTH,
            initial=file.description,
            widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        )
        self.fields[wish] = forms.BooleanField(label=HELP, required=False, initial=file.is_help_wanted)

    def _asked(self) -> Iterator[tuple[File, str, str]]:
        """The pictures of the form, each with the names of its fields."""
        for file in self.given:
            text, wish, _gone = _names(file)
            if text in self.fields:
                yield file, text, wish


class DescriptionForm(forms.Form):
    """Words for somebody else's picture, or better ones for one's own."""

    description = forms.CharField(
        label=SHOWS,
        help_text=gettext_lazy("For people who cannot see it: who or what is to be seen, and what matters about it?"),
        max_length=DESCRIPTION_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write a few words first.")},
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of these words"), required=False)

    def __init__(self, *args: Any, languages: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages  # type: ignore[attr-defined] # it is the field above


def _names(file: File) -> tuple[str, str, str]:
    return f"description_{file.pk}", f"help_{file.pk}", f"gone_{file.pk}"


def _refused(file: UploadedFile, refusal: Refusal) -> forms.ValidationError:
    reason = _("“%(name)s” is not taken: %(reason)s") % {"name": file.name, "reason": REFUSALS[refusal]}
    more = f" {WHAT_IS_TAKEN}" if refusal == Refusal.UNKNOWN else ""
    return forms.ValidationError(f"{reason}{more} {_('What you wrote is safe.')}", code=refusal)
