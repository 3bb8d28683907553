"""The calendar as people see it: a list, a month, a week; now and in any year."""

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from django.test import Client

from events import actions
from events.actions import NewPlace
from events.models import Event
from members.models import Member
from members.people import actions as people
from notifications.models import Preferences
from tests.events.conftest import NOW, every_week

type Begin = Callable[..., Event]


def test_an_empty_calendar_says_what_could_be_here(as_ada: Client, client: Client) -> None:
    assert "can begin here" in as_ada.get("/events/").content.decode()
    assert "Nothing in the calendar fits" in client.get("/events/?kind=talk").content.decode()


def test_the_list_begins_today_and_goes_both_ways(as_ada: Client, begin: Begin) -> None:
    begin(title="Long ago", first_date=date(2017, 9, 23), now=NOW - timedelta(days=90))
    for number in range(25):
        begin(title=f"Event {number:02}", first_date=date(2026, 12, 1) + timedelta(days=number),
              now=NOW - timedelta(days=60 - 2 * number))  # fmt: skip

    first = as_ada.get("/events/")
    words = first.content.decode()
    assert "Event 00" in words
    assert "Event 19" in words
    assert "Event 20" not in words
    assert "Long ago" not in words

    second = as_ada.get(f"/events/?after={first.context['after']}").content.decode()
    assert "Event 24" in second
    assert "That is all for now." in second
    assert "Long ago" in as_ada.get(f"/events/?before={first.context['before']}").content.decode()
    assert "Long ago" in as_ada.get("/events/?from=2017-09-01").content.decode()
    empty = as_ada.get("/events/?from=2028-01-01")
    assert "Event 24" in as_ada.get(f"/events/?before={empty.context['before']}").content.decode()


def test_a_strange_day_is_today(as_ada: Client) -> None:
    for day in ("soon", "0001-01-01", "9999-12-31"):
        assert as_ada.get(f"/events/?from={day}").context["at"] == NOW.date()


def test_what_is_going_on_stands_above_today(as_ada: Client, begin: Begin) -> None:
    begin(title="Camp", start_time=None, duration=timedelta(days=5), first_date=date(2026, 11, 23))

    assert "Going on" in as_ada.get("/events/").content.decode()


def test_times_are_those_of_the_reader(as_ada: Client, ada: Member, client: Client, begin: Begin) -> None:
    event = begin(visibility="public", start_time=time(23, 30))
    Preferences.objects.create(member=ada, zone="Asia/Tokyo")

    words = as_ada.get("/events/?from=2026-12-01").content.decode()
    assert "Wednesday 2 December 2026" in words
    assert "08:30" in words
    page = as_ada.get(event.get_absolute_url()).content.decode()
    assert "Tuesday 1 December 2026, 23:30" in page
    assert "Wednesday 2 December 2026, 08:30" in page
    assert "our clock" not in client.get(event.get_absolute_url()).content.decode()


@pytest.mark.parametrize("page", ["/events/?from=2026-12-01", "/events/month/2026/12/", "/events/week/2026/49/"])
@pytest.mark.parametrize(
    ("where", "hour", "told", "yours"),
    [
        ({"time_zone": "Europe/Berlin"}, 19, "19:00", "(18:00 our clock)"),
        ({"time_zone": "America/New_York"}, 21, "1 Dec, 21:00", "(02:00 our clock)"),
        ({"time_zone": "Europe/Berlin", "attendance": "hybrid"}, 19, "19:00", "(18:00 our clock)"),
        ({"time_zone": "Europe/Berlin", "attendance": "online"}, 19, "18:00", ""),
        ({"time_zone": "Europe/Lisbon"}, 19, "19:00", ""),
    ],
)
def test_what_takes_place_somewhere_is_on_the_clock_there(
    client: Client, begin: Begin, page: str, where: dict[str, str], hour: int, told: str, yours: str
) -> None:
    begin(visibility="public", start_time=time(hour), **where)

    words = client.get(page).content.decode()

    assert f">{told}</time>" in words
    assert (yours in words) if yours else ("our clock" not in words)


def test_the_other_clock_is_called_the_readers_own(as_ada: Client, begin: Begin) -> None:
    begin(time_zone="Europe/Berlin")

    assert "(18:00 your clock)" in as_ada.get("/events/?from=2026-12-01").content.decode()


def test_what_runs_over_days_ends_on_the_day_there(client: Client, begin: Begin) -> None:
    begin(
        visibility="public", start_time=None, duration=timedelta(days=5), first_date=date(2026, 11, 23),
        time_zone="America/New_York",
    )  # fmt: skip

    assert "until 27 November" in client.get("/events/").content.decode()


def test_a_month_is_a_table_of_weeks_that_begin_on_monday(client: Client, begin: Begin) -> None:
    for hour in range(4):
        begin(visibility="public", start_time=time(10 + hour), title=f"At {10 + hour}")
    cancelled = begin(visibility="public", first_date=date(2026, 12, 3), title="Off")
    actions.cancel(event=cancelled, reason="No key.", now=NOW)

    page = client.get("/events/month/2026/12/")

    words = page.content.decode()
    assert [week[0].date for week in page.context["weeks"]][:2] == [date(2026, 11, 30), date(2026, 12, 7)]
    assert "Tuesday 1 December, 4 events" in words
    assert '1 more <span class="visually-hidden">on 1 December</span>' in words
    assert "(cancelled)" in words
    assert "/events/month/2027/1/" in words


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["month/2026/13/", "month/1491/1/", "month/2999/1/", "week/2026/54/", "week/1491/1/"]
)
def test_what_no_calendar_has_is_not_found(client: Client, address: str) -> None:
    assert client.get(f"/events/{address}").status_code == 404


def test_a_week_is_numbered_as_iso_does(client: Client, begin: Begin) -> None:
    begin(visibility="public", recurrence=every_week())

    page = client.get("/events/week/2026/53/")

    words = page.content.decode()
    assert "28 December – 3 January 2027" in words
    assert "/events/week/2027/1/" in words
    assert "19:00" in words


def test_now_leads_to_this_month_and_week(client: Client) -> None:
    assert client.get("/events/month/").url == "/events/month/2026/11/"
    assert client.get("/events/week/").url == "/events/week/2026/48/"


def test_what_is_looked_for_stays_from_page_to_page(client: Client, db: None) -> None:
    words = client.get("/events/month/2026/12/?kind=talk&place=&after=x").content.decode()

    assert "/events/month/2027/1/?kind=talk" in words
    assert "/events/calendar.ics?kind=talk" in words


def test_near_me_names_the_place_and_is_offered_to_nobody_else(
    as_ada: Client, as_cleo: Client, client: Client, ada: Member, begin: Begin
) -> None:
    begin(title="Here", place=NewPlace(name="The mill", area="Leeds"))
    begin(title="There", place=NewPlace(name="The barn", area="York"))
    people.save_profile(member=ada, area="Leeds, England")

    words = as_ada.get("/events/?kind=gathering").content.decode()

    assert 'href="?kind=gathering&amp;place=Leeds"' in words
    near = as_ada.get("/events/?kind=gathering&place=Leeds").content.decode()
    assert "Here" in near
    assert "There" not in near
    assert "Near <bdi>" not in near
    for other in (as_cleo, client):
        assert "Leeds" not in other.get("/events/?place=York").content.decode()


def test_a_page_of_an_event_speaks_to_machines_and_names_nobody(client: Client, begin: Begin) -> None:
    event = begin(visibility="public", title="</script><b>Soup & bread", language="en")

    words = client.get(event.get_absolute_url()).content.decode()

    data = words.split('<script type="application/ld+json">')[1].split("</script>")[0]
    assert '"startDate": "2026-12-01T19:00:00+00:00"' in data
    assert '"inLanguage": "en"' in data
    assert "<b>" not in data
    assert "Ada" not in words
    assert "ld+json" not in client.get(begin().get_absolute_url()).content.decode()


def test_an_all_day_event_has_days_and_no_times(client: Client, begin: Begin) -> None:
    event = begin(visibility="public", start_time=None, duration=timedelta(days=2), attendance="online")

    words = client.get(event.get_absolute_url()).content.decode()

    assert '"endDate": "2026-12-02"' in words
    assert "VirtualLocation" in words
    assert "Wednesday 2 December 2026" in words
    assert "00:00" not in words.split("<main")[1]


def test_visitors_learn_names_only_after_a_yes(client: Client, begin: Begin, ada: Member) -> None:
    from tests.cast import says_yes

    event = begin(visibility="public")
    assert "hosted by" not in client.get(event.get_absolute_url()).content.decode()

    says_yes(ada, "content.public", now=NOW - timedelta(days=1))

    assert "Ada" in client.get(event.get_absolute_url()).content.decode()
