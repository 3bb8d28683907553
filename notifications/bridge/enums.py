"""Choices and limits of letters that come in."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

LETTER_MAX_BYTES = 10 * 1024 * 1024
ADDRESS_MAX_LENGTH = 320
KEEP_RAW = timedelta(days=30)
CONFIRM_WITHIN = timedelta(days=7)
TRIES_MAX = 5
WAITS_AT_MOST = timedelta(days=1)
"""So long a letter waits that came while its writer had posted as much as they may for now."""


class Outcome(models.TextChoices):
    """What became of a letter; empty while it waits."""

    POSTED = "posted", _("became a post")
    COPIED = "copied", _("copied from a list")
    RETURNED = "returned", _("a letter of ours that came back")
    ENDED = "ended", _("ended letters")
    ASKED = "asked", _("its sender is asked whether they wrote it")
    REFUSED = "refused", _("refused, and its sender was told")
    DROPPED = "dropped", _("dropped: nobody wrote it to us")
    HANDED_ON = "handed on", _("handed on to whoever runs the site")
    FAILED = "failed", _("could not be read")


TOLD = {Outcome.POSTED, Outcome.ASKED, Outcome.REFUSED, Outcome.HANDED_ON}
"""After these somebody may have to be told."""
