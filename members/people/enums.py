"""Choices and limits of the people's pages."""

from datetime import timedelta

from django.conf.locale import LANG_INFO
from django.db import models
from django.utils.translation import gettext_lazy as _

ABOUT_MAX_LENGTH = 1000
PRONOUNS_MAX_LENGTH = 40
AREA_MAX_LENGTH = 80
TOPIC_MAX_LENGTH = 40
TOPICS_MAX = 30
THANKS_MAX_LENGTH = 300
THING_MAX_LENGTH = 48
NEEDS_MAX_LENGTH = 2000
HOSTS_MAX = 20

PICTURE_MAX_BYTES = 100_000
PICTURE_SIDES = (256, 192, 128)
OPENED_SIDE = 1024  # as large as a picture is held in memory before its middle is cut out
PICTURE_QUALITIES = (82, 70, 55, 40)
UPLOAD_MAX_BYTES = 8 * 1024 * 1024
UPLOAD_MAX_PIXELS = 50_000_000
UPLOAD_FORMATS = ("JPEG", "PNG", "WEBP")
KEEP_STRAY_PICTURES = timedelta(hours=1)

LANGUAGE_CODES = (
    "af", "ar", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "eo", "es", "et", "eu", "fa", "fi",
    "fr", "ga", "gl", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "ko", "lb", "lt", "lv", "mk",
    "mn", "ms", "nb", "ne", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "te", "th", "tr",
    "uk", "ur", "uz", "vi", "zh-hans",
)  # fmt: skip

LANGUAGES = sorted(
    ((code, LANG_INFO[code]["name_local"].capitalize()) for code in LANGUAGE_CODES),
    key=lambda language: language[1].casefold(),
)


class Visibility(models.TextChoices):
    """Who may see a field, on top of the consent that its purpose needs."""

    NOBODY = "nobody", _("Only me")
    CHOSEN = "chosen", _("Members I chose to meet")
    MEMBERS = "members", _("Members")
    EVERYONE = "everyone", _("Everyone, also visitors")


class Bond(models.TextChoices):
    """How somebody who looks stands to the person they look at."""

    SELF = "self", _("the person")
    CHOSEN = "chosen", _("a member whom the person chose to meet")
    MEMBER = "member", _("a member")
    VISITOR = "visitor", _("a visitor")


class Kind(models.TextChoices):
    """What a topic is to a member."""

    CAN_SHARE = "share", _("Can share")
    WOULD_LEARN = "learn", _("Would like to learn")
    INTERESTED = "interest", _("Interested in")
