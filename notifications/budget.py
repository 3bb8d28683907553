"""When a person may be written to, by what they chose. Times of day are those of their own zone."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from notifications.enums import SILENT_AFTER, STOPS_AFTER
from notifications.models import Preferences

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
    if preferences.mails_a_day is None or day != local_day(preferences, now):
        return False
    return count >= preferences.mails_a_day


def is_away(silence: timedelta) -> bool:
    """Whether somebody has not been here for so long that letters become fewer."""
    return silence > SILENT_AFTER


def first_open(preferences: Preferences, now: datetime, *, on_devices: bool = False) -> datetime:
    """The first moment from now at which a mail may go out, or a device be told."""
    if is_paused(preferences, now) and preferences.paused_until:
        return first_open(preferences, preferences.paused_until, on_devices=on_devices)
    if is_spent(preferences, now, on_devices=on_devices):
        return first_open(preferences, _at(preferences, now, time(0), days=1), on_devices=on_devices)
    if is_quiet(preferences, now) and preferences.quiet_until:
        today = _at(preferences, now, preferences.quiet_until, days=0)
        return today if today > now else _at(preferences, now, preferences.quiet_until, days=1)
    return now


def next_digest(preferences: Preferences, *, after: datetime, silence: timedelta = timedelta(0)) -> datetime | None:
    """When the next digest is due; None if there is none.

    Whoever has not been here for a month gets it every week, then every four weeks, and after half a year no more.
    """
    if not preferences.days or silence > STOPS_AFTER:
        return None
    start = after + _rest(preferences, silence)
    for days in range(9):
        moment = _at(preferences, start, preferences.digest_at, days=days)
        local = moment.astimezone(ZoneInfo(preferences.zone))
        if moment > after and moment >= start and local.weekday() in preferences.days:
            return moment
    return None


def local_day(preferences: Preferences, now: datetime) -> date:
    return now.astimezone(ZoneInfo(preferences.zone)).date()


def _rest(preferences: Preferences, silence: timedelta) -> timedelta:
    """How much longer than chosen a digest waits for somebody who is away."""
    if not is_away(silence):
        return timedelta(0)
    wanted = FOUR_WEEKS if len(preferences.days) == 1 or silence > 3 * SILENT_AFTER else WEEK
    return wanted - DAY


def _at(preferences: Preferences, now: datetime, hour: time, *, days: int) -> datetime:
    """A time of day on the day of `now` in the person's zone, or `days` later."""
    zone = ZoneInfo(preferences.zone)
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, hour, tzinfo=zone).astimezone(now.tzinfo)
