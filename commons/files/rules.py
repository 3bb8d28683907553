"""Who may do what with files."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from commons.access import Allowed, Denied, Verdict
from commons.files import places
from commons.files.enums import FILES_MAX
from commons.files.models import File


@dataclass(frozen=True)
class Allowance:
    """How much somebody may give in one place; `reason` is what they read when it is used up."""

    files: int = FILES_MAX
    documents: bool = True
    reason: str = ""

    def room_for(self, *, given: int, is_picture: bool) -> Verdict:
        if given < self.files and (is_picture or self.documents):
            return Allowed()
        words = _("There is room for %(count)d files here. Take one out first; what you wrote is safe.")
        return Denied(self.reason or words % {"count": self.files})


def can_describe(person: Any, file: File) -> Verdict:
    """The owner always, as long as they may write there; others while help is wanted."""
    if not file.is_picture or not file.is_ready:
        return Denied(_("Only a picture that is ready can be described."))
    if file.owner_id != person.pk and not file.is_help_wanted:
        return Denied(_("This picture is described already. Whoever gave it can change the words."))
    return places.place(file.place_kind).can_help(person, file.place_key)
