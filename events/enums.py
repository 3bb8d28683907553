"""Choices and limits of the calendar."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

TITLE_MIN_LENGTH, TITLE_MAX_LENGTH = 3, 200
SLUG_MAX_LENGTH = 60
NAME_MAX_LENGTH = 120
ADDRESS_MAX_LENGTH = 300
DIRECTIONS_MAX_LENGTH = 2000
LINK_MAX_LENGTH = 2000
REASON_MAX_LENGTH = 500
NOTE_MAX_LENGTH = 300
UID_MAX_LENGTH = 255
KEY_MAX_LENGTH = 15  # a start on the event's own clock, such as 20261125T190000
ZONE_MAX_LENGTH = 64

SUBJECT = "events.event"
"""How an event is known to those who talk about it."""
CALENDAR = "events.events"
"""The journal's subject of all that the calendar shows, and a search in it."""

LONGEST = timedelta(days=31)
AHEAD, MAKE_EVERY = timedelta(weeks=8), timedelta(days=1)
AHEAD_WHOLE = timedelta(weeks=52)
"""A series that ends within this time has all its dates made at once, since its hosts have announced them."""
CONFIRMED_FOR = timedelta(days=31)
ANNOUNCED = timedelta(weeks=26)
"""A series that ends so soon after its next date is sure to its end: its hosts have said when that is."""
ASKED_BEFORE = timedelta(days=10)
DATES_SHOWN = 10
DATES_MOST = 200  # skipped or extra dates that one form takes
COUNT_MOST = 500
DATES_KEPT_MOST = 4000  # of one event, the latest
EVERY_MOST = 12
FIRST_YEAR, YEARS_AHEAD = 1970, 10
READ_FIRST_YEAR = 1900  # birthdays of old people stand in calendars
WORK_MOST = 50_000  # starts worked out for one rule, however long it runs
HOSTS_MAX = 12

FEED_EVENTS_MOST = 500
FEED_LOOKS_BACK = timedelta(days=90)
FEED_FRESH_SECONDS = 300


class Kind(models.TextChoices):
    WORKSHOP = "workshop", _("Workshop")
    GATHERING = "gathering", _("Gathering")
    MEETING = "meeting", _("Meeting")
    TALK = "talk", _("Talk")
    WORK_DAY = "work-day", _("Work day")
    OTHER = "other", _("Something else")


class Attendance(models.TextChoices):
    IN_PERSON = "in-person", _("In person")
    ONLINE = "online", _("Online")
    HYBRID = "hybrid", _("In person and online")


class Visibility(models.TextChoices):
    PUBLIC = "public", _("Everybody, also visitors and other calendars")
    MEMBERS = "members", _("Members")


class AddressFor(models.TextChoices):
    EVERYBODY = "everybody", _("Whoever may see the event")
    MEMBERS = "members", _("Members only, for instance because somebody lives there")


class Fact(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNKNOWN = "unknown", _("We don't know yet")


class Repeats(models.TextChoices):
    """The plain choices. `KEPT` keeps a rule that none of the others can say."""

    ONCE = "once", _("It happens once")
    DAYS = "days", _("Every day, or every few days")
    WEEKS = "weeks", _("Every week, or every few weeks")
    MONTH_WEEKDAY = "month-weekday", _("Every month on a weekday, such as the last Friday")
    MONTH_DATE = "month-date", _("Every month on the same date")
    YEARS = "years", _("Every year")
    KEPT = "kept", _("As it repeats now")


class Ends(models.TextChoices):
    NEVER = "never", _("It goes on")
    UNTIL = "until", _("On a day")
    COUNT = "count", _("After some times")


class Which(models.IntegerChoices):
    """Which one of its weekday in a month."""

    FIRST = 1, _("first")
    SECOND = 2, _("second")
    THIRD = 3, _("third")
    FOURTH = 4, _("fourth")
    LAST = -1, _("last")


class Weekday(models.IntegerChoices):
    """As `datetime.weekday` counts."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


PLACE_FACTS = {
    "step_free": _("Can one get in and around without steps?"),
    "toilets": _("Is there an accessible toilet?"),
    "hearing_loop": _("Is there a hearing loop?"),
    "quiet_room": _("Is there a quiet room?"),
    "scent_free": _("Is the room free of strong scents?"),
    "transport": _("Is public transport near?"),
    "children": _("Is it a good place for children?"),
}
"""What an organiser is asked about a place; "we don't know yet" is an answer, silence is none."""

ONLINE_FACTS = {
    "captions": _("Are there live captions?"),
    "sign_language": _("Is there sign language?"),
}
"""What is asked about taking part from afar."""

FACTS_IN_SHORT = {
    "step_free": _("Step-free"),
    "toilets": _("Accessible toilet"),
    "hearing_loop": _("Hearing loop"),
    "quiet_room": _("Quiet room"),
    "scent_free": _("No strong scents"),
    "transport": _("Public transport near"),
    "children": _("Good for children"),
    "captions": _("Live captions"),
    "sign_language": _("Sign language"),
}
