"""How hosts are asked, and who looks after what belongs to nobody."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from recurrence import MONTHLY, Recurrence, Rule

from commons import clock
from events import actions, rules
from events.models import Event
from members.enums import Role
from members.models import Member
from notifications import actions as notifications
from notifications.models import Notice
from tests.cast import sign_in
from tests.events.conftest import NOW, details, every_week
from tests.events.views.conftest import typed

type Begin = Callable[..., Event]


def test_a_host_is_asked_in_their_inbox_until_they_answer(as_ada: Client, bo: Member, begin: Begin) -> None:
    today = clock.now()
    event = begin(recurrence=every_week(today.date()), first_date=today.date(), now=today)
    actions.add_host(event=event, member=bo)
    later = Event.objects.get().confirmed_until - timedelta(days=5)
    actions.ask_hosts(now=later)
    notifications.tell_all(notice=Notice.objects.get().pk, now=later)

    for client in (as_ada, sign_in(Client(), bo)):
        assert "Does it go on?" in client.get("/inbox/").content.decode()

    as_ada.post(f"/events/{event.pk}/confirm/")
    Event.objects.filter(pk=event.pk).update(confirmed_until=later + timedelta(days=40))
    assert "Does it go on?" not in as_ada.get("/inbox/").content.decode()


def test_organisers_look_after_what_belongs_to_nobody(begin: Begin, bo: Member, cleo: Member) -> None:
    event = begin()
    Event.objects.filter(pk=event.pk).update(author=None)
    event = Event.objects.get()
    bo.roles = [Role.ORGANISER]

    assert rules.is_host(bo, event)
    assert not rules.is_host(cleo, event)
    assert sign_in(Client(), cleo).get(event.get_absolute_url()).status_code == 200


def test_a_rule_of_another_calendar_is_kept_through_an_edit(as_ada: Client, begin: Begin) -> None:
    recurrence = Recurrence(rrules=[Rule(MONTHLY, bymonthday=[1, 15])], include_dtstart=False)
    event = begin(recurrence=recurrence)
    form = typed(repeats="kept", title="Twice a month")

    looked = as_ada.post(f"/events/{event.pk}/edit/", form)
    as_ada.post(f"/events/{event.pk}/edit/", {**form, "seen": looked.context["dates_key"]})

    event = Event.objects.get()
    assert event.title == "Twice a month"
    assert event.recurrence.rrules[0].bymonthday == [1, 15]


def test_a_draft_is_changed_without_dates_and_a_finished_series_needs_no_word(begin: Begin, ada: Member) -> None:
    draft = begin(is_published=False)
    changed = actions.edit(event=draft, by=ada, details=details(title="Other"), now=NOW)
    assert (changed.is_draft, changed.edited_at, changed.occurrences.count()) == (True, None, 0)

    over = begin(recurrence=every_week(ends="count", count=2))
    assert rules.confirmation_end(over, now=NOW + timedelta(days=99)) is None


def test_what_stands_in_the_admin_names_itself(begin: Begin, ada: Member) -> None:
    event = begin()
    actions.renew_feed(member=ada, now=NOW)

    assert str(event) == "Mending circle"
    assert str(event.occurrences.get()) == f"{event.pk} on 20261201T190000"
