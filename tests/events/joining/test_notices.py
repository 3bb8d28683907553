"""What inboxes tell: offers, answers, reminders, changes. What is settled leaves them."""

from collections.abc import Callable, Iterator
from datetime import date as day
from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from events import actions as events
from events.joining import actions, tasks
from events.joining.actions import Reply
from events.joining.models import Rsvp
from events.models import Event, Occurrence
from members.models import Member
from notifications import actions as notifications
from notifications import tasks as telling
from notifications.enums import LettersFor, Reason
from notifications.models import Notice, Preferences, Telling
from tests.cast import says_yes, sign_in
from tests.events.conftest import NOW, details, every_week
from tests.events.joining.conftest import one_date, people, says, states
from tests.events.joining.test_pages import path, words

pytestmark = pytest.mark.django_db

type Date = Callable[..., Occurrence]


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def inbox(member: Member, *, now: datetime = NOW) -> str:
    with time_machine.travel(now, tick=False):
        client = sign_in(Client(), member)
        client.get("/about/")  # what waits for a commit
        for notice in Notice.objects.filter(told_at=None).order_by("pk"):
            notifications.tell_all(notice=notice.pk, now=now)
        return words(client, "/inbox/")


def test_an_offer_is_told_with_its_end_and_leaves_when_it_is_answered(date: Date, bo: Member) -> None:
    evening = date(capacity=1)
    first = people(1)[0]
    says(first, evening), says(bo, evening)
    says(first, evening, "no")

    told = inbox(bo)
    assert "A place is free for you on Tuesday 1 December 2026, 19:00." in told
    assert "We keep it until Thursday 26 November, 12:00 UTC" in told
    assert "you host it or take part in it" in told

    actions.accept(rsvp=Rsvp.objects.select_related("occurrence").get(member=bo), now=NOW)
    assert "A place is free for you" not in inbox(bo)


def test_an_offer_comes_by_letter_to_whoever_wants_letters(date: Date, bo: Member) -> None:
    says_yes(bo, "email.replies")
    Preferences.objects.update_or_create(
        member=bo, defaults={"letters_for": LettersFor.NEEDED, "quiet_from": None, "quiet_until": None}
    )
    evening = date(capacity=1)
    first = people(1)[0]
    says(first, evening), says(bo, evening)
    says(first, evening, "no")
    inbox(bo)

    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        telling.send_due_letters()

    assert len(mail.outbox) == 1
    assert "A place is free for you" in mail.outbox[0].body


BEFORE_NOON = time(11)
NIGHT = datetime(2026, 11, 30, 23, tzinfo=NOW.tzinfo)
"""In the night before the date, whose quiet hours go from nine to eight."""


def offered_at_night(date: Date, bo: Member, *, start: time) -> Occurrence:
    says_yes(bo, "email.replies")
    quiet = {"quiet_from": time(21), "quiet_until": time(8)}
    Preferences.objects.update_or_create(member=bo, defaults={"letters_for": LettersFor.NEEDED, **quiet})
    meeting = date(event={"start_time": start, "time_zone": "UTC"}, capacity=1)
    first = people(1)[0]
    says(first, meeting), says(bo, meeting)
    says(first, meeting, "no", now=NIGHT)
    inbox(bo, now=NIGHT)
    return meeting


def letters_at(moment: datetime) -> int:
    """The clock comes by; how many letters have gone out."""
    with time_machine.travel(moment, tick=False):
        tasks.look_after_places()
        telling.send_due_letters()
    return len(mail.outbox)


def test_an_offer_on_the_last_day_waits_for_who_sleeps(date: Date, bo: Member) -> None:
    meeting = offered_at_night(date, bo, start=BEFORE_NOON)

    assert letters_at(NIGHT + timedelta(minutes=11)) == 0
    assert letters_at(NIGHT + timedelta(hours=8, minutes=59)) == 0
    assert letters_at(NIGHT + timedelta(hours=9)) == 1
    assert "We keep it until Tuesday 1 December, 10:00 UTC" in mail.outbox[0].body
    letters_at(NIGHT + timedelta(hours=10, minutes=59))
    assert states(meeting) == ["no", "offered"]
    letters_at(NIGHT + timedelta(hours=11))
    assert states(meeting) == ["no", "passed"]


def test_an_offer_that_is_over_before_the_quiet_hours_end_is_told_at_once(date: Date, bo: Member) -> None:
    meeting = offered_at_night(date, bo, start=time(6))

    assert letters_at(NIGHT + timedelta(minutes=11)) == 1
    assert "We keep it until Tuesday 1 December, 06:00 UTC" in mail.outbox[0].body
    letters_at(NIGHT + timedelta(hours=6, minutes=59))
    assert states(meeting) == ["no", "offered"]


def test_two_hours_run_at_once_for_guests_and_for_who_chose_no_quiet_hours(date: Date, bo: Member) -> None:
    at = {"start_time": BEFORE_NOON, "time_zone": "UTC", "visibility": "public"}
    meeting = date(event=at, capacity=2, takes_guests=True)
    first = people(2)
    for person in (*first, bo):
        says(person, meeting)
    actions.come_as_guest(occurrence=meeting, name="Gil", email="gil@example.org", said=Reply(), now=NOW)

    for person in first:
        says(person, meeting, "no", now=NIGHT)

    ends = Rsvp.objects.filter(state="offered").values_list("offer_until", flat=True).order_by("pk")
    assert list(ends) == [NIGHT + timedelta(hours=2)] * 2


def test_the_list_moves_up_by_the_clock(date: Date, bo: Member, cleo: Member) -> None:
    evening = date(capacity=1)
    first = people(1)[0]
    for person in (first, bo, cleo):
        says(person, evening)
    says(first, evening, "no")

    with time_machine.travel(NOW + timedelta(hours=24), tick=False):
        tasks.look_after_places()

    assert states(evening) == ["no", "passed", "offered"]
    assert "A place is free for you" in inbox(cleo, now=NOW + timedelta(hours=24))
    assert "A place is free for you" not in inbox(bo, now=NOW + timedelta(hours=24))


@pytest.mark.parametrize(("state", "said"), [("in", "you have a place"), ("declined", "cannot give you a place")])
def test_what_the_hosts_decide_is_told(date: Date, ada: Member, bo: Member, state: str, said: str) -> None:
    evening = date(needs_approval=True)
    own = says(bo, evening)
    assert "Bo would like to come on Tuesday 1 December 2026, 19:00. You decide." in inbox(ada)

    decide = actions.approve if state == "in" else actions.decline
    decide(rsvp=Rsvp.objects.select_related("occurrence").get(pk=own.pk), now=NOW)

    assert said in inbox(bo)
    assert "You decide." not in inbox(ada)


def test_let_in_but_full_is_told_too(date: Date, bo: Member, cleo: Member) -> None:
    evening = date(capacity=1, needs_approval=True)
    for person in (cleo, bo):
        actions.approve(rsvp=says(person, evening), now=NOW)

    assert "so you are on the waiting list" in inbox(bo)


def test_each_reminder_is_ones_own_choice(date: Date, bo: Member, cleo: Member) -> None:
    evening = date()
    silent = people(1)[0]
    says(bo, evening, wants_days=True), says(cleo, evening, "maybe", wants_hours=True), says(silent, evening)

    for hours, who in ((49, set()), (48, {bo.pk}), (4, {bo.pk}), (3, {bo.pk, cleo.pk}), (2, {bo.pk, cleo.pk})):
        now = evening.starts_at - timedelta(hours=hours)
        actions.remind(now=now)
        inbox(silent, now=now)
        told = Telling.objects.filter(reason=Reason.REMINDER).order_by("member").values_list("member", flat=True)
        assert sorted(told) == sorted(who), hours
    assert "It is on Tuesday 1 December 2026, 19:00." in inbox(bo, now=evening.starts_at - timedelta(hours=1))


def test_a_date_that_moved_is_reminded_of_anew(date: Date, bo: Member) -> None:
    evening = date()
    says(bo, evening, wants_hours=True)
    actions.remind(now=evening.starts_at - timedelta(hours=3))
    moved = {"wall": datetime(2026, 12, 3, 19), "duration": timedelta(hours=2), "note": ""}
    events.change_date(occurrence=evening, **moved, now=evening.starts_at - timedelta(hours=2))

    with time_machine.travel(evening.starts_at + timedelta(days=2, hours=-3), tick=False):
        tasks.remind()
        tasks.remind()

    assert Notice.objects.filter(kind="joining.reminder").count() == 2


def test_who_joins_late_is_not_reminded_of_what_they_just_said(date: Date, bo: Member) -> None:
    evening = date()
    late = evening.starts_at - timedelta(hours=1)
    says(bo, evening, wants_hours=True, wants_days=True, now=late)

    assert actions.remind(now=late) == 0


@pytest.mark.parametrize("how", ["date", "event"])
def test_cancelling_is_told_to_all_who_joined_but_not_to_who_said_no(
    date: Date, bo: Member, cleo: Member, how: str
) -> None:
    evening = date()
    says(bo, evening, "maybe"), says(cleo, evening, "no")
    if how == "date":
        events.cancel_date(occurrence=evening, reason="No key.", now=NOW)
    else:
        events.cancel(event=evening.event, reason="No key.", now=NOW)

    assert "It does not take place on Tuesday 1 December 2026, 19:00. The hosts say: No key." in inbox(bo)
    assert "No key." not in inbox(cleo)


def test_a_moved_date_is_told_once_for_each_move(date: Date, bo: Member) -> None:
    evening = date()
    says(bo, evening)
    for hour in (20, 21):
        later = NOW + timedelta(minutes=hour)
        with time_machine.travel(later, tick=False):
            events.change_date(
                occurrence=evening, wall=datetime(2026, 12, 1, hour), duration=timedelta(hours=1), note="", now=later
            )
        told = inbox(bo)
        assert f"Now it is on Tuesday 1 December 2026, {hour}:00" in told

    assert Notice.objects.filter(kind="joining.changed").count() == 2


def edit(event: Event, ada: Member, **fields: object) -> None:
    events.edit(event=event, by=ada, details=details(**fields), now=NOW)


def test_a_new_hour_for_all_dates_keeps_who_joined_and_tells_them(date: Date, ada: Member, bo: Member) -> None:
    evening = date()
    says(bo, evening)

    edit(evening.event, ada, start_time=time(20))

    assert states(one_date(evening.event)) == ["in"]
    assert "Now it is on Tuesday 1 December 2026, 20:00" in inbox(bo)


def test_another_link_is_told_and_another_text_is_not(date: Date, ada: Member, bo: Member) -> None:
    evening = date(event={"attendance": "online", "online_link": "https://a.example.org"})
    says(bo, evening)

    edit(evening.event, ada, attendance="online", online_link="https://a.example.org", source="Other words")
    inbox(bo)
    assert not Notice.objects.exists()

    edit(evening.event, ada, attendance="online", online_link="https://b.example.org")
    assert "its page says where" in inbox(bo)


def test_another_day_calls_off_what_somebody_counts_on_instead_of_losing_it(
    date: Date, ada: Member, bo: Member
) -> None:
    evening = date()
    says(bo, evening)

    edit(evening.event, ada, first_date=day(2026, 12, 3))

    dates = Occurrence.objects.filter(event=evening.event).order_by("starts_at")
    assert [bool(one.cancelled_at) for one in dates] == [True, False]
    assert "It does not take place on Tuesday 1 December 2026, 19:00." in inbox(bo)


def test_a_series_that_is_changed_from_a_date_on_takes_along_who_joined_and_the_terms(
    as_ada: Client, ada: Member, bo: Member, cleo: Member, date: Date
) -> None:
    first = date(event={"recurrence": every_week()}, capacity=1)
    second = Occurrence.objects.select_related("event").filter(event=first.event).order_by("starts_at")[1]
    says(bo, second), says(cleo, second), says(bo, first)

    told = details(first_date=day(2026, 12, 8), start_time=time(20), recurrence=every_week(day(2026, 12, 8), time(20)))
    later = events.split(event=first.event, key=second.key, by=ada, details=told, now=NOW)

    moved = one_date(later)
    assert moved.pk == second.pk
    assert states(moved) == ["in", "waiting"]
    assert states(first) == ["in"]
    assert "1 of 1" not in words(as_ada, moved.get_absolute_url())
    assert "0 of 1 places are free" in words(as_ada, moved.get_absolute_url())
    assert "Now it is on Tuesday 8 December 2026, 20:00" in inbox(bo)


def test_dates_of_a_series_that_rests_wait_for_a_word(date: Date, ada: Member, bo: Member) -> None:
    first = date(event={"recurrence": every_week()})
    last = Occurrence.objects.select_related("event").filter(event=first.event).latest("starts_at")
    says(bo, last)
    rested = Event.objects.get(pk=first.event_id).confirmed_until + timedelta(minutes=1)

    events.rest_unanswered(now=rested)
    assert not Occurrence.objects.get(pk=last.pk).cancelled_at

    events.confirm(event=first.event, now=rested)
    assert states(last) == ["in"]
    assert not Occurrence.objects.get(pk=last.pk).cancelled_at


def test_what_the_reader_may_no_longer_see_is_not_told(date: Date, bo: Member) -> None:
    evening = date(capacity=1)
    first = people(1)[0]
    says(first, evening), says(bo, evening)
    says(first, evening, "no")
    Event.objects.update(hidden_at=NOW)

    assert "A place is free" not in inbox(bo)


def test_a_reminder_of_what_was_given_up_says_nothing(as_bo: Client, date: Date, bo: Member) -> None:
    evening = date()
    says(bo, evening, wants_days=True)
    now = evening.starts_at - timedelta(hours=40)
    actions.remind(now=now)
    says(bo, evening, "no", now=now)
    sign_in(as_bo, bo)
    as_bo.get(path(evening, "join"))

    assert "It is on Tuesday" not in inbox(bo, now=now)
