"""Steps, choices and times of the welcome."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

NEWCOMERS_MAX = 3
NUDGE_AFTER = timedelta(hours=12)
CALL_ORGANISERS_AFTER = timedelta(hours=24)
PAIRING_LENGTH = timedelta(days=60)
INVITATION_LENGTH = timedelta(days=14)
INVITATION_USES_MAX = 20
FIGURES_OVER = timedelta(days=90)
APPLICATION_ANSWER_WITHIN = timedelta(hours=48)
KEEP_DECIDED = timedelta(days=30)
KEEP_UNDECIDED = timedelta(days=60)
APPLICATION_MAX_LENGTH = 2000
CELL_MIN = 5
"""Figures over fewer people than this are not shown."""


class Step(models.TextChoices):
    """The steps of the welcome, in their order. Each can be left out and come back to."""

    AGREEMENTS = "agreements", _("How we treat each other")
    CHOICES = "choices", _("Your choices")
    ABOUT_YOU = "about-you", _("About you, if you like")
    FIRST_STEP = "first-step", _("A first small step")
    HELLO = "hello", _("Say hello")
    DONE = "done", _("You are in")


class FirstStep(models.TextChoices):
    """What a newcomer would like to begin with."""

    LISTEN = "listen", _("Listen")
    MEET = "meet", _("Meet")
    HELP = "help", _("Help")
    MAKE = "make", _("Make")


class CheckInKind(models.TextChoices):
    TWO_DAYS = "two_days", _("after two days")
    WEEK = "week", _("after a week")
    MONTH = "month", _("after a month")


CHECK_IN_AFTER = {
    CheckInKind.TWO_DAYS: timedelta(hours=48),
    CheckInKind.WEEK: timedelta(days=7),
    CheckInKind.MONTH: timedelta(days=30),
}


class Feeling(models.TextChoices):
    """The answers to a check-in, one press each."""

    WELL = "well", _("I feel at home")
    FINDING = "finding", _("I am finding my way")
    LOST = "lost", _("I could use a hand")


class ApplicationState(models.TextChoices):
    """Where a talk before joining stands."""

    TALKING = "talking", _("talking")
    ACCEPTED = "accepted", _("asked in")
    DECLINED = "declined", _("not now")
    WITHDRAWN = "withdrawn", _("taken back")
