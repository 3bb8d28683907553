"""Choices and limits of contact between two people."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

WORDS_MAX_LENGTH = 300
MESSAGE_MAX_LENGTH = 8000
LAPSES_AFTER = timedelta(days=14)
ASK_AGAIN_AFTER = timedelta(days=90)
KEEP_MESSAGES = timedelta(days=365)


class RequestState(models.TextChoices):
    """Where a request to talk stands. The asker sees only "sent", until it is accepted."""

    REQUESTED = "requested", _("waiting")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    LAPSED = "lapsed", _("lapsed")
    WITHDRAWN = "withdrawn", _("withdrawn by the asker")
