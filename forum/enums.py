"""Choices and limits of the forum."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

PUBLIC, INDEXED = "content.public", "content.search_index"
"""What its author said yes to before a visitor reads a post, and before a search engine may list it."""

TITLE_MAX_LENGTH = 255
TITLE_MIN_LENGTH = 3
SLUG_MAX_LENGTH = 60
SUBJECT_MAX_LENGTH = 80
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
TALK_LINES_MAX = 3
TALK_LINE_MAX_LENGTH = 120
HEARD_MAX_LENGTH = 140
"""What one has heard from somebody fits on one breath: the length that ConsiderIt's Reflect uses."""
PAUSE_MAX = timedelta(days=90)
THANKS_OPEN = 3
"""So many words of thanks stand open under a post; more are folded."""

# Nudges while writing. The numbers are those that Discourse has lived with for years.
IN_A_ROW = 2
IN_A_ROW_WITHIN = timedelta(hours=24)
MUCH_SHARE = 0.4
MUCH_POSTS_MIN = 50
TO_ONE_PERSON = 3
TO_ONE_PEOPLE_MIN = 5
NUDGES_LOOK_BACK = 200
NUDGES_KEPT = timedelta(days=90)

# When a branch is called heated: two of three signs. They are ours, to be watched and changed.
HEAT_LOOK_BACK = 20
HEAT_WITHIN = timedelta(hours=2)
HEAT_FAST_POSTS, HEAT_FAST_WITHIN, HEAT_FAST_PEOPLE_MAX = 8, timedelta(hours=1), 4
HEAT_TO_AND_FRO = 6
HEAT_WORDS_SHARE = 0.3
HEAT_WORDS_READ = 2000
"""So many characters of each post are looked at for words that ask to be read once more."""
SLOW_BUMP_EVERY = timedelta(hours=6)
"""A heated thread rises in the lists at most this often."""

BALANCE_LOOK_BACK = 1000
BALANCE_PEOPLE_MIN = 5
"""With fewer people a share has a face, so everybody sees only their own."""
BALANCE_SHOWN = 8

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
MESSAGE_ID_MAX_LENGTH = 250


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
    PAUSED = "paused", _("let the thread rest")
    RESUMED = "resumed", _("ended the rest of the thread")
    SLOWED = "slowed", _("made the thread rise slowly")
    LIFTED = "lifted", _("let the thread rise with every reply")
    UNGUIDED = "unguided", _("let the thread rise by itself again")
    RESTATING = "restating", _("asked everybody to say first what they heard")
    FREE = "free", _("no longer asks to say first what one heard")
    REMOVED = "removed", _("took a post away")


class Bump(models.TextChoices):
    """What moderators say about how a thread rises in the lists."""

    ITSELF = "", _("By itself: slowly while it is heated")
    SLOW = "slow", _("Slowly, at most every six hours")
    FREE = "free", _("With every reply, heated or not")


class Nudge(models.TextChoices):
    """What the composer may point out, once to a person in a thread. `ALL` stands for: none of these here."""

    HEATED = "heated", _("This is getting heated")
    OLD = "old", _("An old thread")
    ROW = "row", _("Two in a row")
    MUCH = "much", _("Much of this thread is yours")
    ONE = "one", _("A talk of two")
    ALL = "all", _("None of these in this thread")


class Heard(models.TextChoices):
    """What somebody says to how they were heard."""

    UNANSWERED = "", _("not answered")
    YES = "yes", _("yes, that’s it")
    MORE = "more", _("there is more")


class Stage(models.TextChoices):
    """Where a thread stands, in the words of those who take part."""

    NONE = "", _("just talk")
    QUESTION = "question", _("open question")
    PROPOSAL = "proposal", _("proposal")
    AGREED = "agreed", _("agreed")
    DOING = "doing", _("being done")
    REVIEWED = "reviewed", _("reviewed")
