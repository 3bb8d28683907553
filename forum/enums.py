"""Choices and limits of the forum."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

PUBLIC, INDEXED = "content.public", "content.search_index"
"""What its author said yes to before a visitor reads a post, and before a search engine may list it."""

TITLE_MAX_LENGTH = 255
TITLE_MIN_LENGTH = 3
SLUG_MAX_LENGTH = 60
REASON_MAX_LENGTH = 500
SAME_AGAIN = timedelta(minutes=5)
"""The same words in the same place within this time are taken for a second sending, not for a second post."""
EDIT_GRACE_PERIOD = timedelta(minutes=5)
EDIT_WINDOW = timedelta(days=30)
EDIT_WINDOW_NEWCOMER = timedelta(days=1)
DRAFT_LIFETIME = timedelta(days=180)
VISIT_LENGTH = timedelta(minutes=30)
OLD_THREAD_AGE = timedelta(days=180)
MENTIONS_MAX = 10
MENTIONS_MAX_NEWCOMER = 2
LINKS_MAX_NEWCOMER = 2
IN_A_ROW_MAX_NEWCOMER = 3

UNREAD_HORIZON = timedelta(days=40)
"""What was written before this is not called new any more."""

NOTE_MAX_LENGTH = 300
SUMMARY_MAX_LENGTH = 4000

BAND = 5
"""How many levels of replies one page indents before "continue this branch"."""

DEPTH_MAX = 100
"""Replies deeper than this are placed beside their parent, so that a path fits an index row (2,704 bytes)."""

RESERVED_SLUGS = ("drafts", "new", "posts", "preview", "similar", "threads")
"""Names that addresses of the forum use themselves, so no category can have them."""

POST_LANGUAGES = (
    "ar", "bg", "bn", "ca", "cs", "cy", "da", "de", "el", "en", "es", "eu", "fa", "fi", "fr", "ga", "he", "hi", "hr",
    "hu", "id", "it", "ja", "ko", "lt", "lv", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "sw",
    "ta", "tr", "uk", "ur", "vi", "zh-hans",
)  # fmt: skip
"""The languages that a post can be marked with: a list that a person can still look through."""


class Visibility(models.TextChoices):
    PUBLIC = "public", _("everybody")
    MEMBERS = "members", _("members")
    GROUP = "group", _("the people of a group")


class View(models.TextChoices):
    """The two ways to read a thread."""

    TREE = "tree", _("Tree")
    LINE = "line", _("Line")


class Change(models.TextChoices):
    """What moderators do to a thread; each leaves a line in its history."""

    LOCKED = "locked", _("locked the thread")
    UNLOCKED = "unlocked", _("opened the thread again")
    PINNED = "pinned", _("pinned the thread")
    UNPINNED = "unpinned", _("took the pin off the thread")
    MOVED = "moved", _("moved the thread")
    RENAMED = "renamed", _("renamed the thread")
    MERGED = "merged", _("merged another thread into this one")
    SPLIT_OFF = "split_off", _("split a branch off into a thread of its own")
    STAGED = "staged", _("said where the thread stands")
    SPLIT_FROM = "split_from", _("split this thread off another one")


class Stage(models.TextChoices):
    """Where a thread stands, in the words of those who take part."""

    NONE = "", _("just talk")
    QUESTION = "question", _("open question")
    PROPOSAL = "proposal", _("proposal")
    AGREED = "agreed", _("agreed")
    DOING = "doing", _("being done")
    REVIEWED = "reviewed", _("reviewed")
