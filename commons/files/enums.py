"""Choices and limits of files; what one file may hold inside stands in `commons.files.cleaning.limits`."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from commons.files.cleaning.limits import MB, Refusal

FILE_MAX_BYTES = 10 * MB
FILES_MAX = 4
PICTURES_MAX_NEWCOMER = 1
NAME_MAX_LENGTH = 120
DESCRIPTION_MAX_LENGTH = 1000
DESCRIPTION_SHORT = 5
DESCRIPTION_LONG = 500
EARLIER_SHOWN = 20

TRIES_MAX = 3
TRY_AGAIN_AFTER = timedelta(minutes=3)
"""After this a file that somebody took up and did not finish is taken up again; longer than the workshop may take."""
KEEP_STRAY_UPLOADS = timedelta(hours=6)

STORAGE = "files"
FOLDER, INCOMING = "files", "incoming"

ACCEPT = (
    ".jpg,.jpeg,.png,.gif,.webp,.avif,.pdf,.txt,.csv,.md,.odt,.ods,.odp,.docx,.xlsx,.pptx,"
    "image/jpeg,image/png,image/gif,image/webp,image/avif,application/pdf,text/plain"
)
"""What a browser offers first. What is taken is decided by what a file holds, never by its name."""

TEXT_ENDINGS = (".txt", ".csv", ".md")


class Kind(models.TextChoices):
    PICTURE = "picture", _("picture")
    DOCUMENT = "document", _("document")


class State(models.TextChoices):
    WAITING = "waiting", _("being made ready")
    READY = "ready", _("ready")
    REFUSED = "refused", _("not taken")


WHAT_IS_TAKEN = _(
    "You can give pictures (JPEG, PNG, GIF, WebP, AVIF), PDF, plain text, and documents of LibreOffice or Office."
)

REFUSALS = {
    Refusal.TOO_LARGE: _("It is larger than 10 MB."),
    Refusal.UNKNOWN: _("It is of a kind that we don't take."),
    Refusal.BROKEN: _("We can't read it; it may be damaged, or not be what its name says."),
    Refusal.TOO_MANY_PIXELS: _("It has more pixels than we can work on. Please make it smaller."),
    Refusal.TOO_MANY_PAGES: _("It has more than 200 pages."),
    Refusal.LOCKED: _("It is locked with a password, so nobody here could read it."),
    Refusal.MACROS: _("It has macros, small programs that could do harm. Please save it without them."),
    Refusal.HOLDS_FILES: _("It has other files inside. Please give them one by one."),
    Refusal.LEADS_OUT: _("It loads something from elsewhere when it is opened. Please save it without that."),
    Refusal.BOMB: _("It would unpack to far more than it seems."),
    Refusal.TOO_HEAVY: _("It takes more memory or time than we can give it. Please make it smaller or simpler."),
}
