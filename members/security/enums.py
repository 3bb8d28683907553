"""Choices and limits of safe accounts."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

SESSION_LONGEST = timedelta(days=30)
SESSION_LONGEST_WITH_ROLE = timedelta(hours=12)
STRONG_FOR = timedelta(hours=12)
SEEN_EVERY = timedelta(hours=1)
TRUST_AFTER = timedelta(hours=24)
TAKEOVER_WITHIN = timedelta(hours=1)
ANSWER_WITHIN = timedelta(days=14)
TURNS, TURNS_WITHIN = 3, timedelta(minutes=10)

KEEP_SIGN_INS = timedelta(days=90)
KEEP_FAILURES = timedelta(days=8)

BURST = timedelta(minutes=10)
BURST_NAMES = 10
BURST_FAILURES = 50
BURST_TIMES_MEDIAN = 5
MEDIAN_OVER = timedelta(days=7)
SLOW_FOR = timedelta(minutes=30)

SHOWN = 20


class Method(models.TextChoices):
    """What somebody showed to come in."""

    PASSWORD = "password", _("with your password")
    CODE = "code", _("with a mailed code")
    PASSKEY = "passkey", _("with a passkey")
    OTHER = "other", _("by joining")


class Happening(models.TextChoices):
    """What happened to the safety of an account, in the words that its owner reads."""

    FACTOR_ADDED = "factor_added", _("A second step was added.")
    FACTOR_REMOVED = "factor_removed", _("A second step was removed.")
    CODES_MADE = "codes_made", _("New recovery codes were made.")
    PASSWORD_CHANGED = "password_changed", _("The password changed.")
    EMAIL_CHANGED = "email_changed", _("The e-mail address changed.")
    CHANGE_DELAYED = "change_delayed", _("A change was put off, because the device was new.")
    SESSION_TAKEN = "session_taken", _("A session came from another browser, so we ended it.")
    SESSION_ENDED = "session_ended", _("A session was ended.")
    DISOWNED = "disowned", _("You said that a sign-in was not yours. Every session was ended.")


class AlertCode(models.TextChoices):
    """What administrators are told of."""

    CREDENTIAL_STUFFING = "credential_stuffing", _("Somebody is trying out passwords")
    TAKEOVER_PATTERN = "takeover_pattern", _("An account may be in the wrong hands")
