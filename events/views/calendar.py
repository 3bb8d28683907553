"""The calendar: a list by days, a month, a week. Each has an address that can be shared."""

from calendar import Calendar, monthrange
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import formats
from django.views.decorators.http import require_safe

from commons import clock, journal
from commons.access import public
from commons.pagination import cursor, encode
from commons.ready import made_once
from commons.requests import PersonRequest
from events import queries
from events.enums import FIRST_YEAR, YEARS_AHEAD
from events.forms import FilterForm
from events.queries import Day, Filters

DAYS_OF_WEEK = 7


@public
@require_safe
@made_once
def agenda(request: PersonRequest) -> HttpResponse:
    """What is coming up, day by day; from another day on if the address says so."""
    zone, now = queries.zone_of(request.user), clock.now()
    form, filters = _filters(request)
    today = now.astimezone(zone).date()
    day = _day(request.GET.get("from", ""), today)
    since = datetime.combine(day, time.min, tzinfo=zone)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = queries.agenda(request.user, filters, since=since, after=after, before=before)
    is_first = not (after or before)
    running = queries.going_on(request.user, filters, at=since) if is_first else []
    context = {
        "days": [
            Day(on, list(rows))
            for on, rows in groupby(page.rows, key=lambda row: row.starts_at.astimezone(zone).date())
        ],
        "running": running,
        "before": _before(page, since) if page.has_before else "",
        "after": cursor(page.rows[-1], by=queries.BY_TIME) if page.has_after and page.rows else "",
        "from": day if day != today else None,
        **_frame(request, form, filters, view="agenda", zone=zone, at=day, now=now),
    }
    return render(request, "events/agenda.html", context)


@public
@require_safe
def this_month(request: PersonRequest) -> HttpResponse:
    today = clock.now().astimezone(queries.zone_of(request.user)).date()
    return redirect("events:month", today.year, today.month)


@public
@require_safe
@made_once
def month(request: PersonRequest, year: int, month: int) -> HttpResponse:
    """A month as a table of weeks."""
    _known(year)
    if not 1 <= month <= 12:  # noqa: PLR2004 (months of a year)
        raise Http404
    weeks = Calendar(formats.get_format("FIRST_DAY_OF_WEEK") - 1).monthdatescalendar(year, month)
    first = date(year, month, 1)
    shown, frame = _shown(request, view="month", first=weeks[0][0], count=len(weeks) * DAYS_OF_WEEK, at=first)
    length = monthrange(year, month)[1]
    context = {
        "weeks": [shown[at : at + DAYS_OF_WEEK] for at in range(0, len(shown), DAYS_OF_WEEK)],
        "month": first,
        "earlier": first - timedelta(days=1),
        "later": first + timedelta(days=length),
        **frame,
    }
    return render(request, "events/month.html", context)


@public
@require_safe
def this_week(request: PersonRequest) -> HttpResponse:
    today = clock.now().astimezone(queries.zone_of(request.user)).date().isocalendar()
    return redirect("events:week", today.year, today.week)


@public
@require_safe
@made_once
def week(request: PersonRequest, year: int, week: int) -> HttpResponse:
    """A week, day by day; numbered as ISO 8601 does."""
    _known(year)
    try:
        first = date.fromisocalendar(year, week, 1)
    except ValueError:
        raise Http404 from None
    shown, frame = _shown(request, view="week", first=first, count=DAYS_OF_WEEK, at=first)
    context = {
        "days": shown,
        "number": week,
        "earlier": (first - timedelta(days=DAYS_OF_WEEK)).isocalendar(),
        "later": (first + timedelta(days=DAYS_OF_WEEK)).isocalendar(),
        "first": first,
        "last": first + timedelta(days=DAYS_OF_WEEK - 1),
        **frame,
    }
    return render(request, "events/week.html", context)


def _shown(request: PersonRequest, *, view: str, first: date, count: int, at: date) -> tuple[list[Day], dict[str, Any]]:
    zone, now = queries.zone_of(request.user), clock.now()
    form, filters = _filters(request)
    days = queries.days(request.user, filters, first=first, count=count, zone=zone)
    return days, _frame(request, form, filters, view=view, zone=zone, at=at, now=now)


def _filters(request: PersonRequest) -> tuple[FilterForm, Filters]:
    form = FilterForm(request.GET)
    return form, form.filters(now=clock.now())


def _frame(
    request: PersonRequest, form: FilterForm, filters: Filters, *, view: str, zone: Any, at: date, now: datetime
) -> dict[str, Any]:
    """What stands around each way to see the calendar, until the reader's day ends. Ways on keep what is looked for."""
    wanted = request.GET.copy()
    for name in [name for name in wanted if name not in form.fields or not wanted[name]]:
        del wanted[name]
    near = queries.near(request.user)
    today = now.astimezone(zone).date()
    journal.shows_until(datetime.combine(today + timedelta(days=1), time.min, tzinfo=zone), now=now)
    return {
        "form": form,
        "filters": filters,
        "wanted": f"?{wanted.urlencode()}" if wanted else "",
        "near": near,
        "near_wanted": _with(wanted, place=near),
        "kept": [(name, wanted[name]) for name in wanted],
        "view": view,
        "zone": zone.key,
        "at": at,
        "week_of": at.isocalendar(),
        "today": today,
    }


def _with(wanted: QueryDict, *, place: str) -> str:
    """The same, near a place. The address names the place, so that whoever gets it reads the same page."""
    asked = wanted.copy()
    asked["place"] = place
    return f"?{asked.urlencode()}"


def _before(page: Any, since: datetime) -> str:
    return cursor(page.rows[0], by=queries.BY_TIME) if page.rows else encode([since.isoformat(), 0])


def _day(typed: str, today: date) -> date:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return today
    return day if FIRST_YEAR <= day.year <= today.year + YEARS_AHEAD else today


def _known(year: int) -> None:
    if not FIRST_YEAR <= year <= clock.now().year + YEARS_AHEAD:
        raise Http404
