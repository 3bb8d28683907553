"""Making dates, changing one, some or all of them, cancelling, confirming."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from commons.ratelimit import RateLimited
from events import actions, queries
from events.actions import NewPlace
from events.enums import AHEAD, CONFIRMED_FOR, Repeats
from events.models import Event, EventUserPermission, FeedKey, Occurrence
from members.models import Member
from notifications.models import Notice
from tests.events.conftest import NOW, details, every_week

type Begin = Callable[..., Event]


def keys(event: Event, **chosen: object) -> list[str]:
    return list(event.occurrences.filter(**chosen).order_by("key").values_list("key", flat=True))


def test_a_draft_has_no_dates_and_publishing_twice_makes_them_once(begin: Begin) -> None:
    draft = begin(is_published=False)
    assert keys(draft) == []

    published = actions.publish(event=draft, now=NOW)
    again = actions.publish(event=draft, now=NOW + timedelta(days=1))

    assert keys(published) == ["20261201T190000"]
    assert again.published_at == NOW


def test_a_series_is_made_eight_weeks_ahead_and_further_as_time_goes_by(begin: Begin) -> None:
    event = begin(recurrence=every_week())
    first = datetime(2026, 12, 1, 19, tzinfo=UTC)

    made = [row.starts_at for row in event.occurrences.order_by("starts_at")]
    assert made[0] == first
    assert made[-1] == first + AHEAD

    actions.confirm(event=event, now=NOW + timedelta(weeks=3))
    assert actions.make_ahead(now=NOW + timedelta(weeks=3)) == 0
    assert actions.make_ahead(now=first + timedelta(weeks=4)) == 1
    assert event.occurrences.latest("starts_at").starts_at == first + AHEAD + timedelta(weeks=4)


@pytest.mark.parametrize(
    "ends", [{"ends": "count", "count": 30}, {"ends": "until", "until": date(2027, 6, 22)}], ids=["count", "until"]
)
def test_a_series_that_ends_within_a_year_has_all_its_dates_at_once(begin: Begin, ends: dict[str, object]) -> None:
    event = begin(recurrence=every_week(**ends, without=[date(2026, 12, 22)], besides=[date(2027, 6, 24)]))

    assert (event.occurrences.count(), max(keys(event))) == (30, "20270624T190000")
    assert actions.make_ahead(now=NOW + AHEAD) == 0


@pytest.mark.parametrize(
    "ends",
    [
        {"ends": "count", "count": 60},
        {"ends": "until", "until": date(2028, 1, 1)},
        {"ends": "count", "count": 3, "besides": [date(2028, 1, 1)]},
    ],
    ids=["count", "until", "besides"],
)
def test_a_series_that_ends_later_is_made_ahead_until_its_end_is_near(begin: Begin, ends: dict[str, object]) -> None:
    event = begin(recurrence=every_week(**ends))
    assert max(keys(event)) <= "20270126T190000"

    actions.make_ahead(now=NOW + timedelta(weeks=40))

    assert max(keys(event)) >= "20280101T190000" if "until" not in ends else max(keys(event)) == "20271228T190000"


def test_a_form_that_is_sent_twice_makes_one_event(ada: Member) -> None:
    from uuid import uuid4

    key = uuid4()
    one, two = (actions.prepare(by=ada, details=details(), now=NOW, submission=key) for _ in range(2))

    assert one == two


def test_too_many_events_are_refused(ada: Member) -> None:
    with pytest.raises(RateLimited, match="twenty events a day"):
        for _ in range(21):
            actions.prepare(by=ada, details=details(), now=NOW)


def test_a_new_place_is_kept_for_the_next_event(begin: Begin) -> None:
    begin(place=NewPlace(name="The mill", area="Leeds", step_free="yes"))
    event = Event.objects.select_related("place").get()

    assert str(event.place) == "The mill, Leeds"
    assert [str(place) for place in queries.known_places()] == ["The mill, Leeds"]
    assert ("Step-free", "Yes") in event.facts


def test_changing_all_keeps_what_was_cancelled_and_moved(begin: Begin, ada: Member) -> None:
    event = begin(recurrence=every_week())
    second, third = event.occurrences.order_by("key")[1:3]
    actions.cancel_date(occurrence=second, reason="The roof leaks.", now=NOW)
    actions.change_date(
        occurrence=third, wall=datetime(2026, 12, 16, 20), duration=timedelta(hours=1), note="A day later", now=NOW
    )

    later = details(start_time=time(18, 30), recurrence=every_week(at=time(18, 30)))
    actions.edit(event=event, by=ada, details=later, now=NOW)

    assert keys(event)[:3] == ["20261201T183000", "20261208T183000", "20261215T183000"]
    cancelled, moved = event.occurrences.order_by("key")[1:3]
    assert (cancelled.cancel_reason, cancelled.starts_at.hour) == ("The roof leaks.", 18)
    assert (moved.note, moved.starts_at) == ("A day later", datetime(2026, 12, 16, 20, tzinfo=UTC))
    assert Event.objects.get().sequence == 3


def test_changing_from_a_date_on_leaves_what_was_before(begin: Begin, ada: Member, bo: Member) -> None:
    event = begin(recurrence=every_week())
    actions.add_host(event=event, member=bo)
    here = "20261222T190000"

    new = details(
        first_date=date(2026, 12, 22), start_time=time(20), recurrence=every_week(date(2026, 12, 22), time(20))
    )
    later = actions.split(event=event, key=here, by=ada, details=new, now=NOW)

    assert keys(event) == ["20261201T190000", "20261208T190000", "20261215T190000"]
    assert keys(later)[0] == "20261222T200000"
    assert later.continues_id == event.pk
    assert later.uid != event.uid
    assert Event.objects.get(pk=event.pk).confirmed_until is None
    assert EventUserPermission.objects.filter(content_object=later, user=bo).exists()
    assert actions.make_ahead(now=NOW + AHEAD) == 1
    assert len(keys(event)) == 3


def test_a_split_that_is_sent_twice_makes_one_series(begin: Begin, ada: Member) -> None:
    from uuid import uuid4

    event, key = begin(recurrence=every_week()), uuid4()
    new = details(first_date=date(2026, 12, 22), recurrence=every_week(date(2026, 12, 22)))

    made = [
        actions.split(event=event, key="20261222T190000", by=ada, details=new, now=NOW, submission=key)
        for _ in range(2)
    ]

    assert made[0] == made[1]
    assert Event.objects.count() == 2


def test_a_cancelled_event_stays_and_takes_no_changes(begin: Begin, ada: Member) -> None:
    event = begin()

    actions.cancel(event=event, reason="Nobody has a key.", now=NOW)
    actions.cancel(event=event, reason="Again.", now=NOW)

    event = Event.objects.get()
    assert (event.cancel_reason, event.sequence) == ("Nobody has a key.", 1)
    assert keys(event) == ["20261201T190000"]
    with pytest.raises(actions.Cancelled):
        actions.edit(event=event, by=ada, details=details(), now=NOW)


def test_a_copy_is_a_draft_of_ones_own_that_happens_once(begin: Begin, bo: Member) -> None:
    event = begin(recurrence=every_week(), place=NewPlace(name="The mill"))

    copied = actions.copy(event=event, by=bo, now=NOW)

    assert (copied.author_id, copied.title, copied.place_id) == (bo.pk, event.title, event.place_id)
    assert copied.is_draft
    assert not copied.is_series
    assert copied.uid != event.uid


def test_only_drafts_are_thrown_away(begin: Begin) -> None:
    for event in (begin(), begin(is_published=False)):
        actions.discard_draft(event=event)

    assert not Event.objects.get().is_draft


def test_a_series_is_asked_about_once_a_month_and_rests_without_an_answer(begin: Begin) -> None:
    event = begin(recurrence=every_week())
    sure_until = datetime(2026, 12, 1, 19, tzinfo=UTC) + CONFIRMED_FOR
    assert event.confirmed_until == sure_until
    assert actions.ask_hosts(now=sure_until - timedelta(days=11)) == 0

    asked = sure_until - timedelta(days=9)
    assert (actions.ask_hosts(now=asked), actions.ask_hosts(now=asked + timedelta(days=1))) == (1, 0)
    assert Notice.objects.get().subject == f"events.confirm:{event.pk}:{sure_until:%Y%m%d}"

    over = sure_until + timedelta(hours=1)
    assert actions.rest_unanswered(now=over) == 1
    assert not event.occurrences.filter(starts_at__gt=over).exists()
    assert event.occurrences.count() == 5
    assert (actions.rest_unanswered(now=over), actions.make_ahead(now=over), actions.ask_hosts(now=over)) == (0, 0, 0)

    woken = actions.confirm(event=event, now=over)
    assert woken.resting_since is None
    assert event.occurrences.filter(starts_at__gt=over).exists()


def test_a_yearly_series_is_sure_until_a_month_after_its_next_date(begin: Begin) -> None:
    event = begin(recurrence=every_week(repeats=Repeats.YEARS))

    confirmed = actions.confirm(event=event, now=datetime(2026, 12, 25, tzinfo=UTC))

    assert confirmed.confirmed_until == datetime(2027, 12, 1, 19, tzinfo=UTC) + CONFIRMED_FOR


def test_what_has_ended_is_not_asked_about(begin: Begin) -> None:
    begin(recurrence=every_week(ends="count", count=2))

    for weeks in range(4, 60, 4):
        moment = NOW + timedelta(weeks=weeks)
        actions.ask_hosts(now=moment)
        actions.rest_unanswered(now=moment)

    assert not Notice.objects.exists()
    assert Event.objects.get().resting_since is None


def test_an_all_day_event_lasts_days_on_its_own_clock(begin: Begin) -> None:
    event = begin(start_time=None, duration=timedelta(days=2), time_zone="America/New_York")

    row = event.occurrences.get()

    assert (row.starts_at, row.ends_at) == (
        datetime(2026, 12, 1, 5, tzinfo=UTC), datetime(2026, 12, 3, 5, tzinfo=UTC)
    )  # fmt: skip
    assert row.event.is_all_day
    assert row.last_day.date() == date(2026, 12, 2)


def test_a_secret_address_is_kept_as_a_fingerprint(ada: Member) -> None:
    first = actions.renew_feed(member=ada, now=NOW)
    second = actions.renew_feed(member=ada, now=NOW)

    assert queries.owner_of_feed(second) == ada
    assert second.encode() not in bytes(FeedKey.objects.get().fingerprint)
    with pytest.raises(Exception, match="No FeedKey"):
        queries.owner_of_feed(first)
    assert (actions.end_feed(member=ada), actions.end_feed(member=ada)) == (True, False)


def test_hosts_come_and_go(begin: Begin, bo: Member) -> None:
    event = begin()

    actions.add_host(event=event, member=bo)
    actions.add_host(event=event, member=bo)
    assert [str(host) for host in queries.hosts_of(event)] == ["Ada", "Bo"]

    actions.remove_host(event=event, member=bo)
    assert [str(host) for host in queries.hosts_of(event)] == ["Ada"]


def test_a_date_with_its_own_word_follows_no_rule_that_skips_its_day(begin: Begin, ada: Member) -> None:
    event = begin(recurrence=every_week())
    second = event.occurrences.order_by("key")[1]
    actions.change_date(occurrence=second, wall=second.ruled_start, duration=event.duration, note="Bring soup", now=NOW)

    actions.edit(event=event, by=ada, details=details(recurrence=every_week(every=2)), now=NOW)

    assert "20261208T190000" not in keys(event)
    assert not Occurrence.objects.exclude(note="").exists()


@time_machine.travel(NOW)
def test_the_clock_looks_after_series(begin: Begin) -> None:
    from events.tasks import look_after_series

    event = begin(recurrence=every_week(), now=NOW - timedelta(days=60), first_date=date(2026, 9, 1))
    look_after_series()

    event.refresh_from_db()
    assert event.resting_since == NOW
