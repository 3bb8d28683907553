"""Choices and limits of trust: how somebody becomes a member, how long a role lasts, how long data stays open."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

DAYS_HERE = timedelta(days=7)
ACTIVE_DAYS = 3
POSTS = 5
REMOVED_WITHIN = timedelta(days=14)

VOUCH_FROM = timedelta(days=30)
VOUCHERS = 2
TAKE_BACK_WITHIN = timedelta(days=14)

TERM_MONTHS = 12
TERM_MONTHS_MAX = 24
RENEW_WITHIN = timedelta(days=60)
OFFER_LAPSES = timedelta(days=30)

ACCESS_OPEN = timedelta(hours=1)
EMERGENCY_OPEN = timedelta(minutes=30)
ACCESS_LAPSES = timedelta(days=7)
REVIEW_WITHIN = timedelta(hours=72)

SESSION_KEY = "told_at"
"""In a session: when its member was last told what happened; empty where something waits."""
LOOK_EVERY = timedelta(minutes=2)
KEEP_TELLINGS = timedelta(days=90)
KEEP_ACCESSES = timedelta(days=730)

REASON_MAX_LENGTH = 500
SHOWN = 50


class Why(models.TextChoices):
    """Why somebody's standing changed."""

    TAKING_PART = "taking_part", _("by time and taking part")
    VOUCHED = "vouched", _("because members vouched")
    TAKEN_BACK = "taken_back", _("because a vouch was taken back")
    BY_HAND = "by_hand", _("by an administrator")


class Scope(models.TextChoices):
    """What of a person's data an administrator asks to see."""

    ADDRESS = "address", _("their e-mail address")
    ACCOUNT = "account", _("their e-mail address, language and last sign-in")


class Happening(models.TextChoices):
    """What a member is told on the next page that they open; `members.trust.tellings` has the words."""

    BECAME_MEMBER = "became_member", _("became a member")
    NEWCOMER_AGAIN = "newcomer_again", _("became a newcomer again")
    VOUCHED_FOR = "vouched_for", _("somebody vouched")
    ROLE_OFFERED = "role_offered", _("a role was offered")
    ROLE_ENDED = "role_ended", _("a role ended")
    ROLE_TO_SECOND = "role_to_second", _("a role waits for a second person")
    DATA_ASKED = "data_asked", _("a look at data waits for a second person")
    DATA_OPENED = "data_opened", _("somebody looks at your data")
    EMERGENCY = "emergency", _("somebody opened data alone")


NAMES_SOMEBODY = (Happening.VOUCHED_FOR, Happening.DATA_OPENED, Happening.EMERGENCY)
"""Those that say whom they are about by name; the others name a role, or nothing."""
