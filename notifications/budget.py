"""When a person may be written to, by what they chose. Times of day are those of their own zone."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from notifications.enums import SILENT_AFTER, STOPS_AFTER, LettersFor
from notifications.models import Preferences, Telling

DAY = timedelta(days=1)
WEEK = 7 * DAY
FOUR_WEEKS = 4 * WEEK


def is_quiet(preferences: Preferences, now: datetime) -> bool:
    """Whether it is a quiet hour."""
    begins, ends = preferences.quiet_from, preferences.quiet_until
    if begins is None or ends is None or begins == ends:
        return False
    hour = now.astimezone(ZoneInfo(preferences.zone)).time()
    return begins <= hour < ends if begins < ends else hour >= begins or hour < ends


def is_paused(preferences: Preferences, now: datetime) -> bool:
    return preferences.paused_until is not None and preferences.paused_until > now


def is_spent(preferences: Preferences, now: datetime, *, on_devices: bool = False) -> bool:
    """Whether as much was sent today as is wanted: of mail, or to devices, which are counted by themselves."""
    day, count = preferences.sent_on, preferences.sent_count
    if on_devices:
        day, count = preferences.pushed_on, preferences.pushed_count
    if preferences.mails_a_day is None or day is None or day < local_day(preferences, now):
        return False  # a day that is still to come is one of a zone further east, and counts
    return count >= preferences.mails_a_day


def is_away(silence: timedelta) -> bool:
    """Whether somebody has not been here for so long that letters become fewer."""
    return silence > SILENT_AFTER


def wanted_at_once(preferences: Preferences, silence: timedelta) -> str:
    """What somebody is written to about at once: after a month's silence what needs them, after half a year nothing."""
    if silence > STOPS_AFTER:
        return LettersFor.NOTHING
    if is_away(silence) and preferences.letters_for == LettersFor.ALL:
        return LettersFor.NEEDED
    return preferences.letters_for


def rests(preferences: Preferences, now: datetime) -> bool:
    return is_paused(preferences, now) or is_quiet(preferences, now)


def after_rest(preferences: Preferences, now: datetime) -> datetime:
    """The first moment from now that is neither in a pause nor in quiet hours."""
    if is_paused(preferences, now) and preferences.paused_until:
        return after_rest(preferences, preferences.paused_until)
    return after_quiet(preferences, now)


def after_quiet(preferences: Preferences, now: datetime) -> datetime:
    """The first moment from now that is not in quiet hours."""
    if is_quiet(preferences, now) and preferences.quiet_until:
        return _next(preferences, now, preferences.quiet_until)
    return now


def awake_for(preferences: Preferences, span: timedelta, now: datetime, *, at_most: datetime) -> datetime:
    """When somebody will have had so much time outside their quiet hours, or `at_most` if that comes first."""
    begins = after_quiet(preferences, now)
    if begins >= at_most:
        return at_most
    asleep = _next(preferences, begins, preferences.quiet_from) if preferences.quiet_from else at_most
    if begins + span <= asleep or preferences.quiet_from == preferences.quiet_until:
        return min(begins + span, at_most)
    return awake_for(preferences, span - (asleep - begins), asleep, at_most=at_most)


def first_open(preferences: Preferences, now: datetime, *, on_devices: bool = False) -> datetime:
    """The first moment from now at which a mail may go out, or a device be told."""
    opens = after_rest(preferences, now)
    if is_spent(preferences, opens, on_devices=on_devices):
        return first_open(preferences, _at(preferences, opens, time(0), days=1), on_devices=on_devices)
    return opens


def let_through(
    waiting: list[Telling], preferences: Preferences, now: datetime, *, on_devices: bool = False
) -> list[Telling]:
    """What may go out now: all of it, or, by the person's own wish, what is meant for them although the budget says no.

    What is meant for them and would be over when their quiet hours end does not wait for that. A pause holds back all.
    """
    if first_open(preferences, now, on_devices=on_devices) <= now:
        return waiting
    if is_paused(preferences, now):
        return []
    needed = [telling for telling in waiting if telling.is_needed]
    if preferences.always_if_needed:
        return needed
    if is_spent(preferences, now, on_devices=on_devices):
        return []
    return [telling for telling in needed if is_over_by_morning(preferences, telling.notice.closes_at, now)]


def is_over_by_morning(preferences: Preferences, closes_at: datetime | None, now: datetime) -> bool:
    """Whether something that is still open closes before the quiet hours end."""
    return closes_at is not None and now < closes_at <= after_quiet(preferences, now)


def next_digest(preferences: Preferences, *, after: datetime) -> datetime | None:
    """When the next digest is due; None if there is none."""
    for days in range(9):
        moment = _at(preferences, after, preferences.digest_at, days=days)
        if moment > after and moment.astimezone(ZoneInfo(preferences.zone)).weekday() in preferences.days:
            return moment
    return None


def is_thinned(preferences: Preferences, silence: timedelta, now: datetime) -> bool:
    """Whether a digest that is due is left out, as somebody has not been here for long.

    After a month it comes every week, then every four weeks, after half a year no more; as before to whoever is back.
    """
    if not is_away(silence) or preferences.digest_sent_at is None:
        return silence > STOPS_AFTER
    is_long = len(preferences.days) == 1 or silence > 3 * SILENT_AFTER
    return silence > STOPS_AFTER or now - preferences.digest_sent_at < (FOUR_WEEKS if is_long else WEEK) - DAY / 2


def local_day(preferences: Preferences, now: datetime) -> date:
    return now.astimezone(ZoneInfo(preferences.zone)).date()


def _next(preferences: Preferences, now: datetime, hour: time) -> datetime:
    """The next moment at which the person's clock shows this time of day."""
    moments = (_at(preferences, now, hour, days=days, fold=fold) for days in (0, 1) for fold in (0, 1))
    return min(moment for moment in moments if moment > now)


def _at(preferences: Preferences, now: datetime, hour: time, *, days: int, fold: int = 0) -> datetime:
    """A time of day on the day of `now` in the person's zone, or `days` later; `fold` is its second time in autumn."""
    zone = ZoneInfo(preferences.zone)
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, hour, tzinfo=zone).replace(fold=fold).astimezone(now.tzinfo)
