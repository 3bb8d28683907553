"""Choices and limits of the members' room."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

DISPLAY_NAME_MAX_LENGTH = 60
USERNAME_MAX_LENGTH = 30
FIRST_DAY = timedelta(days=1)
SHELL = "-former-"
"""How the username of an account begins of which only an empty shell is left; nobody can choose such a name."""
FORMER_KEYS_FROM = 2**50
"""From here on are the random keys of those who stand for people who have left."""
FORMER_USERNAME = "former-member"
"""What mentions of somebody who was erased say; nobody can have this name."""


INVITATION_KEY = "invitation"
"""Where the session keeps the invitation that a visitor came with."""


class Joining(models.TextChoices):
    """How somebody may join; the community chooses, in the setting JOINING."""

    OPEN = "open", _("whoever likes to")
    INVITATION = "invitation", _("by invitation")
    APPLICATION = "application", _("after a talk with members")


class Standing(models.TextChoices):
    """How the community knows somebody. `members.roles` says in prose what each may do."""

    NEWCOMER = "newcomer", _("newcomer")
    MEMBER = "member", _("member")
    SUSPENDED = "suspended", _("suspended")


class Role(models.TextChoices):
    """A task that the community has given somebody, on top of their standing."""

    ORGANISER = "organiser", _("organiser")
    MODERATOR = "moderator", _("moderator")
    FACILITATOR = "facilitator", _("facilitator")
    ADMINISTRATOR = "administrator", _("administrator")
