"""Times and choices of the data rights."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

EXPORT_LIFETIME = timedelta(days=7)
EXPORT_EVERY = timedelta(days=1)
NEW_DEVICE_DELAY = timedelta(days=1)
TIME_TO_RETURN = timedelta(days=14)
AUTHORITY_CLOCK = timedelta(hours=72)
COMPLAINT_CLOCK = timedelta(days=30)
KEEP_REQUESTS = timedelta(days=730)
KEEP_BREACHES = timedelta(days=5 * 365)
LEASE = timedelta(minutes=35)
"""How long a piece of work belongs to the worker that took it: longer than a task may run."""

TEXT_MAX_LENGTH = 5000
LINE_MAX_LENGTH = 200


class Nature(models.TextChoices):
    """What was broken (GDPR Art. 4(12))."""

    CONFIDENTIALITY = "confidentiality", _("somebody could read what they should not")
    INTEGRITY = "integrity", _("something was changed that should not have been")
    AVAILABILITY = "availability", _("something was lost or could not be reached")


class Risk(models.TextChoices):
    """For the people concerned; it decides who must be told."""

    UNLIKELY = "unlikely", _("a risk is unlikely: nobody must be told")
    RISK = "risk", _("a risk: the authority must be told")
    HIGH = "high", _("a high risk: the authority and the people must be told")
