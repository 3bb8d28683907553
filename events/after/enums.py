"""Choices and limits of what comes after an event."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

PUBLIC = "content.public"
WRITE_UP_MAX_LENGTH = 20_000
WORDS_MAX_LENGTH = 300
ANSWER_MAX_LENGTH = 2000
LINK_MAX_LENGTH = 2000
LINKS_MAX_NEWCOMER = 1
MATERIALS_MOST, OUTCOMES_MOST = 50, 50
FEEDBACK_OPEN = timedelta(days=30)
FEEDBACK_LOOKS_BACK = timedelta(days=7)  # so that hosts hear of it also if the clock stood still for some days
FEEDBACK_KEPT = timedelta(days=90)


class WriteUpKind(models.TextChoices):
    """Notes are for members; the harvest is the story that visitors may read too."""

    NOTES = "notes", _("Notes")
    HARVEST = "harvest", _("Harvest")


class Liked(models.TextChoices):
    WELL = "well", _("Well")
    MIXED = "mixed", _("So-so")
    BADLY = "badly", _("Not well")


class TookPart(models.TextChoices):
    YES = "yes", _("Yes")
    PARTLY = "partly", _("In part")
    NO = "no", _("No")
