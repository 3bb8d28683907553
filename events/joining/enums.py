"""Choices and limits of joining."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

CAPACITY_MOST = 10_000
KEPT_FOR_MAX_LENGTH = 120
OFFER_HELD, OFFER_HELD_LATE, LAST_DAY = timedelta(hours=24), timedelta(hours=2), timedelta(days=1)
DAYS_BEFORE, HOURS_BEFORE = timedelta(hours=48), timedelta(hours=3)
ERASED_AFTER = timedelta(days=7)
ANSWERS_KEPT_AFTER = timedelta(days=730)
CONFIRM_WITHIN = timedelta(days=1)
GUEST_PAGE_DAYS = 400
QUESTIONS_MOST = 10
QUESTION_MAX_LENGTH, ANSWER_MAX_LENGTH, NEEDS_MAX_LENGTH = 200, 1000, 2000
NAME_MAX_LENGTH = 80
SHEET_MOST = 1000
PEOPLE_SHOWN = 200
BATCH = 200


class Wish(models.TextChoices):
    """What somebody says to a date."""

    YES = "yes", _("Yes, I come")
    MAYBE = "maybe", _("Maybe")
    NO = "no", _("No")


class State(models.TextChoices):
    """Where somebody stands with a date. `IN` and `OFFERED` hold a place."""

    IN = "in", _("comes")
    MAYBE = "maybe", _("comes perhaps")
    NO = "no", _("does not come")
    ASKED = "asked", _("asked the hosts")
    WAITING = "waiting", _("waits for a place")
    OFFERED = "offered", _("is offered a place")
    PASSED = "passed", _("let an offer pass")
    DECLINED = "declined", _("was told no by the hosts")


HOLDS_PLACE = (State.IN, State.OFFERED)
CONCERNED = (State.IN, State.MAYBE, State.ASKED, State.WAITING, State.OFFERED)
"""Those whom a change of the date concerns."""


class Part(models.TextChoices):
    """What may be made of somebody at an event; each is asked about by itself."""

    PHOTOS = "photos", _("Pictures")
    RECORDING = "recording", _("Sound and video")


class Level(models.TextChoices):
    NONE = "none", _("None of me")
    ASK = "ask", _("Ask me each time")
    MEMBERS = "members", _("For members only")
    PUBLIC = "public", _("For everybody")

    @property
    def rank(self) -> int:
        """How much it allows."""
        return list(Level).index(self)


class Keep(models.IntegerChoices):
    """How many days after the event the answers to a question are kept."""

    DAY = 1, _("a day")
    WEEK = 7, _("a week")
    MONTH = 30, _("a month")
    QUARTER = 90, _("three months")
