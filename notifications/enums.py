"""Choices and limits of being told."""

from datetime import time, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

PLACE_MAX_LENGTH = 48
CHUNK = 5000  # members told in one statement
FIRST_CHUNK = 100  # members told with the event itself
HOLD = timedelta(minutes=10)  # a letter waits, in case the person is on the site
PUSH_HOLD = timedelta(minutes=1)  # a device rings sooner than a letter comes
KEEP_NOTICES = timedelta(days=180)
SILENT_AFTER = timedelta(days=30)
STOPS_AFTER = timedelta(days=180)
DIGEST_LINES = 20
LETTER_LINES = 10
CLOSES_SOON = timedelta(days=3)
SETTINGS_LINK_DAYS = 60
ANSWERABLE = timedelta(days=90)
TRY_AGAIN = timedelta(minutes=15)  # after a letter could not be handed over
QUIET_FROM, QUIET_UNTIL = time(21), time(8)
DIGEST_AT = time(8)
TUESDAY = 1


class Level(models.TextChoices):
    """How much somebody wants to hear of a place. Without a row: only what is meant for them."""

    FOLLOWING = "following", _("Follow")
    ONCE = "once", _("Tell me once")
    MUTED = "muted", _("Mute")
    EVERY_POST = "list", _("Every post by mail")


class Reason(models.TextChoices):
    """Why a notice reached somebody. All but the last three are meant for them in person."""

    REPLY = "reply", _("answers you")
    MENTION = "mention", _("mentions you")
    REQUEST = "request", _("asks you")
    MESSAGE = "message", _("writes to you")
    REMINDER = "reminder", _("you asked to be reminded")
    EVENT = "event", _("you host it or take part in it")
    THANKS = "thanks", _("thanks you")
    CALM = "calm", _("needs a moderator")
    REMOVAL = "removal", _("took your post away")
    FOLLOWING = "following", _("you follow this")
    ONCE = "once", _("you asked to be told once")
    EVERY_POST = "list", _("you read this by mail")


NEEDED = frozenset(
    {
        Reason.REPLY,
        Reason.MENTION,
        Reason.REQUEST,
        Reason.MESSAGE,
        Reason.REMINDER,
        Reason.EVENT,
        Reason.THANKS,
        Reason.CALM,
        Reason.REMOVAL,
    }
)


class Carrier(models.TextChoices):
    """How a telling left the site; empty while it only waits in the inbox."""

    LETTER = "letter", _("in a letter")
    DIGEST = "digest", _("in a digest")
    LEFT_OUT = "left out", _("named in a digest as left out")


class LettersFor(models.TextChoices):
    NOTHING = "nothing", _("Nothing: I read it here")
    NEEDED = "needed", _("Only when somebody answers me, mentions me or asks me")
    ALL = "all", _("That, and all that I follow")


class PushFor(models.TextChoices):
    NOTHING = "nothing", _("Nothing")
    NEEDED = "needed", _("Only when somebody answers me, mentions me, asks me or writes to me")
    ALL = "all", _("That, and all that I follow")


class Digest(models.TextChoices):
    NONE = "none", _("No digest")
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Once a week")
    DAYS = "days", _("On days that I choose")


class Weekday(models.IntegerChoices):
    """As `datetime.weekday` counts."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")
