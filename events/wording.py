"""How a series repeats, as one would say it; and out of plain choices a rule, and back."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from recurrence import DAILY, MONTHLY, WEEKLY, YEARLY, Recurrence, Rule, to_weekday

from events.enums import Ends, Repeats, Weekday, Which
from events.recurring import guised, wall

FREQUENCY = {
    Repeats.DAYS: DAILY,
    Repeats.WEEKS: WEEKLY,
    Repeats.MONTH_WEEKDAY: MONTHLY,
    Repeats.MONTH_DATE: MONTHLY,
    Repeats.YEARS: YEARLY,
}


@dataclass(frozen=True)
class Choices:
    """How it repeats in plain choices. Without `weekdays` or `which` those of the first day count."""

    repeats: Repeats = Repeats.ONCE
    every: int = 1
    weekdays: Sequence[int] = ()
    which: int | None = None
    ends: Ends = Ends.NEVER
    until: date | None = None
    count: int | None = None
    without: Sequence[date] = field(default_factory=list)
    besides: Sequence[date] = field(default_factory=list)


def recurrence_of(chosen: Choices, *, first: datetime) -> Recurrence | None:
    """The recurrence that these choices make for a series that begins at `first`; None if it happens once."""
    at = first.time()
    besides = [guised(datetime.combine(day, at)) for day in chosen.besides]
    if chosen.repeats == Repeats.ONCE:
        return Recurrence(rdates=besides, include_dtstart=False) if besides else None
    return Recurrence(
        rrules=[_rule(chosen, first=first)],
        rdates=besides,
        exdates=[guised(datetime.combine(day, at)) for day in chosen.without],
        include_dtstart=False,
    )


def choices_of(recurrence: Recurrence | None, *, first: datetime) -> Choices:
    """The plain choices that say this; `KEPT` if none do."""
    if not recurrence:
        return Choices()
    besides = [wall(moment).date() for moment in recurrence.rdates]
    without = [wall(moment).date() for moment in recurrence.exdates]
    if not recurrence.rrules and not recurrence.exrules:
        return Choices(besides=besides)
    for chosen in _candidates(recurrence.rrules[0]):
        told = _with_dates(chosen, without=without, besides=besides)
        if recurrence_of(told, first=first) == recurrence:
            return told
    return Choices(repeats=Repeats.KEPT, without=without, besides=besides)


def in_words(recurrence: Recurrence | None, *, first: datetime) -> str:
    """Such as “every other Tuesday, until 3 March 2027”. Empty if it happens once."""
    if not recurrence:
        return ""
    said = [_rule_in_words(rule, first=first) for rule in recurrence.rrules]
    if len(recurrence.rdates):
        count = len(recurrence.rdates)
        said.append(ngettext("%(count)d more date", "%(count)d more dates", count) % {"count": count})
    return get_text_list(said, _("and"))


def _with_dates(chosen: Choices, *, without: Sequence[date], besides: Sequence[date]) -> Choices:
    return replace(chosen, without=without, besides=besides)


def _rule(chosen: Choices, *, first: datetime) -> Rule:
    parts: dict[str, list[object]] = {}
    if chosen.repeats == Repeats.WEEKS:
        parts["byday"] = [to_weekday(day) for day in sorted(chosen.weekdays or [first.weekday()])]
    if chosen.repeats == Repeats.MONTH_WEEKDAY:
        parts["byday"] = [to_weekday(first.weekday())(chosen.which or which_of(first.date()))]
    if chosen.repeats == Repeats.MONTH_DATE:
        parts["bymonthday"] = [first.day]
    until = guised(datetime.combine(chosen.until, time.max.replace(microsecond=0))) if chosen.until else None
    ends = {"count": chosen.count} if chosen.ends == Ends.COUNT else {"until": until}
    return Rule(FREQUENCY[chosen.repeats], interval=chosen.every, **ends, **parts)


def which_of(day: date) -> int:
    """Which of its weekday in its month a day is; a fifth one is the last."""
    number = (day.day - 1) // 7 + 1
    return number if number <= Which.FOURTH else Which.LAST


def _candidates(rule: Rule) -> list[Choices]:
    """The plain choices that might have made a rule: one for each way of repeating, with the rule's own numbers."""
    ends = Ends.COUNT if rule.count else Ends.UNTIL if rule.until else Ends.NEVER
    until = wall(rule.until).date() if rule.until else None
    weekdays = [day.number for day in rule.byday]
    which = rule.byday[0].index if rule.byday else None
    return [
        Choices(repeats, rule.interval, weekdays, which, ends, until, rule.count)
        for repeats, frequency in FREQUENCY.items()
        if frequency == rule.freq
    ]


def _rule_in_words(rule: Rule, *, first: datetime) -> str:
    said = _how_often(rule, first=first)
    if rule.count:
        times = ngettext("%(count)d time", "%(count)d times", rule.count) % {"count": rule.count}
        return f"{said}, {times}"
    if rule.until:
        return _("%(often)s, until %(day)s") % {"often": said, "day": date_format(wall(rule.until), "j F Y")}
    return said


def _how_often(rule: Rule, *, first: datetime) -> str:
    """The frequency, and which of its days. A rule with more parts than we have words for is said roughly."""
    days = [_day_in_words(day) for day in rule.byday]
    if rule.freq == WEEKLY:
        return _weekly(rule.interval, days or [str(Weekday(first.weekday()).label)])
    if rule.freq == DAILY:
        return ngettext("every day", "every %(count)d days", rule.interval) % {"count": rule.interval}
    if rule.freq == MONTHLY:
        dates = [_("the %(day)d.") % {"day": day} for day in rule.bymonthday or [first.day]]
        on = get_text_list(days or dates, _("and"))
        return ngettext("on %(on)s of every month", "on %(on)s of every %(count)d months", rule.interval) % {
            "on": on,
            "count": rule.interval,
        }
    return ngettext("every year in %(month)s", "every %(count)d years in %(month)s", rule.interval) % {
        "month": get_text_list([str(MONTHS[month]) for month in rule.bymonth or [first.month]], _("and")),
        "count": rule.interval,
    }


def _weekly(interval: int, days: list[str]) -> str:
    on = get_text_list(days, _("and"))
    if interval == 1:
        return _("every %(days)s") % {"days": on}
    if interval == 2:  # noqa: PLR2004 (every other)
        return _("every other %(days)s") % {"days": on}
    return _("every %(count)d weeks on %(days)s") % {"count": interval, "days": on}


def _day_in_words(day: object) -> str:
    name = str(Weekday(day.number).label)  # type: ignore[attr-defined] # a weekday of an untyped library
    index = day.index  # type: ignore[attr-defined] # likewise
    if not index:
        return name
    known = {which.value: str(which.label) for which in Which}
    return _("the %(which)s %(day)s") % {"which": known.get(index, f"{index}."), "day": name}
