"""Preparing, publishing, changing, splitting, copying and cancelling, as a member meets it."""

from collections.abc import Callable

import pytest
from django.test import Client

from events import actions
from events.models import Event
from members.models import Member
from tests.events.conftest import NOW, every_week
from tests.events.views.conftest import typed

type Begin = Callable[..., Event]


def test_one_that_happens_once_is_published_with_one_press(as_ada: Client) -> None:
    page = as_ada.post("/events/new/", typed(), follow=True)

    assert "It is in the calendar." in page.content.decode()
    assert "Mending circle" in as_ada.get("/events/?from=2026-12-01").content.decode()
    assert Event.objects.get().occurrences.count() == 1


def test_one_that_repeats_is_published_once_its_dates_have_been_looked_at(as_ada: Client) -> None:
    form = typed(repeats="weeks", every="2", ends="count", count="12")
    page = as_ada.post("/events/new/", form)

    words = page.content.decode()
    assert "Every other Tuesday, 12 times" in words
    assert words.count("Tuesday 1") + words.count("Tuesday 2") + words.count("Tuesday 9") >= 8
    assert words.count("<li>Tuesday ") == 10
    assert not Event.objects.exists()

    done = as_ada.post("/events/new/", {**form, "seen": page.context["dates_key"]}, follow=True)
    assert "Every other Tuesday, 12 times" in done.content.decode()


def test_a_draft_is_seen_by_its_hosts_only_and_then_published(as_ada: Client, as_cleo: Client) -> None:
    page = as_ada.post("/events/new/", typed(do="draft"), follow=True)
    draft = Event.objects.get()

    assert "Only its hosts see it" in page.content.decode()
    assert as_cleo.get(draft.get_absolute_url()).status_code == 404
    assert as_cleo.post(f"/events/{draft.pk}/publish/").status_code == 404

    as_ada.post(f"/events/{draft.pk}/publish/")
    assert as_cleo.get(draft.get_absolute_url()).status_code == 200


def test_a_newcomer_prepares_and_does_not_publish(as_nia: Client) -> None:
    page = as_nia.post("/events/new/", typed(), follow=True)

    assert "You can publish it as a member." in page.content.decode()
    assert Event.objects.get().is_draft
    assert as_nia.post(f"/events/{Event.objects.get().pk}/publish/").status_code == 403


def test_somebody_suspended_prepares_nothing(as_dov: Client) -> None:
    assert as_dov.get("/events/new/").status_code == 403


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": "x"}, "at least 3"),
        ({"source": "   "}, "Write a line or two"),
        ({"end_time": ""}, "Say both times"),
        ({"end_time": "18:00"}, "It would end before it begins."),
        ({"last_date": "2027-03-01"}, "31 days at most"),
        ({"last_date": "2026-11-30", "start_time": "", "end_time": ""}, "It would end before it begins."),
        ({"first_date": "1491-01-01"}, "between 1970 and ten years from now"),
        ({"repeats": "weeks", "weekdays": ["3"]}, "not one of the days on which it repeats"),
        ({"repeats": "weeks", "ends": "until"}, "Say on which day it ends"),
        ({"repeats": "weeks", "ends": "count"}, "Say how many times"),
        ({"repeats": "weeks", "ends": "until", "until": "2026-11-01"}, "It would end before it begins."),
        ({"without": "next Tuesday"}, "“next Tuesday” is not a date"),
        ({"without": "\n".join(["2026-12-24"] * 201)}, "more than 200 dates"),
        ({"name": ""}, "choose a place, or name a new one"),
        ({"step_free": ""}, "“We don&#x27;t know yet” is one"),
        ({"attendance": "hybrid", "captions": ""}, "“We don&#x27;t know yet” is one"),
        ({"online_link": "not a link"}, "valid URL"),
        ({"repeats": "kept"}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(as_ada: Client, wrong: dict, words: str) -> None:
    page = as_ada.post("/events/new/", typed(**wrong))

    assert page.status_code == 422
    assert words in page.content.decode()
    assert wrong.get("source") or "Bring *socks*." in page.content.decode()
    assert not Event.objects.exists()


def test_too_many_events_keep_what_was_typed(as_ada: Client, ada: Member) -> None:
    for _ in range(20):
        actions.prepare(by=ada, details=__import__("tests.events.conftest", fromlist=["details"]).details(), now=NOW)

    page = as_ada.post("/events/new/", typed())

    assert "twenty events a day" in page.content.decode()
    assert "Bring *socks*." in page.content.decode()


def test_a_known_place_needs_no_answers_again(as_ada: Client) -> None:
    as_ada.post("/events/new/", typed())
    place = Event.objects.select_related("place").get().place

    as_ada.post("/events/new/", typed(place=str(place.pk), name="", step_free=""))

    assert {event.place_id for event in Event.objects.order_by("pk")} == {place.pk}
    assert Event.objects.count() == 2


def test_online_only_has_no_place_and_visitors_see_no_link(as_ada: Client, client: Client) -> None:
    as_ada.post(
        "/events/new/",
        typed(attendance="online", online_link="https://meet.example.org/x", visibility="public", name=""),
    )
    event = Event.objects.get()
    assert event.place_id is None

    assert "meet.example.org" in as_ada.get(event.get_absolute_url()).content.decode()
    assert "meet.example.org" not in client.get(event.get_absolute_url()).content.decode()
    assert "meet.example.org" not in client.get("/events/calendar.ics").content.decode()


def test_what_is_asked_for_is_not_said_to_be_as_one_likes(as_ada: Client) -> None:
    form = as_ada.get("/events/new/").content.decode()
    refused = as_ada.post("/events/new/", typed(attendance="hybrid", name="", captions="", toilets=""))

    for name in ("name", "captions", "toilets"):
        assert name in refused.context["form"].errors
    for question in ("Name of the place", "Are there live captions?", "Is there sign language?", "accessible toilet?"):
        label = form.split(question)[1].split("</l")[0]
        assert "(if you like)" not in label, question
    assert "(if you like)" in form.split("Link for taking part online")[1].split("</label>")[0]


def test_an_address_may_be_for_members_only(as_ada: Client, client: Client) -> None:
    where = {"address": "7 Quiet Lane", "address_for": "members", "visibility": "public"}
    as_ada.post("/events/new/", typed(**where))
    address = Event.objects.get().get_absolute_url()

    assert "7 Quiet Lane" in as_ada.get(address).content.decode()
    for page in (client.get(address), client.get("/events/calendar.ics"), client.get("/events/")):
        assert "Quiet Lane" not in page.content.decode()


def test_changing_shows_what_is_there_and_keeps_it(as_ada: Client) -> None:
    form = typed(
        repeats="month-weekday", which="1", ends="until", until="2027-06-30", without="2027-01-05",
        besides="2027-01-09\n2027-01-16", last_date="2026-12-02", end_time="12:00",
    )  # fmt: skip
    page = as_ada.post("/events/new/", form)
    as_ada.post("/events/new/", {**form, "seen": page.context["dates_key"]})
    event = Event.objects.get()

    shown = as_ada.get(f"/events/{event.pk}/edit/").context["form"]
    said = {
        name: shown[name].value() for name in ("repeats", "which", "ends", "until", "without", "besides", "last_date")
    }
    assert {name: str(value) for name, value in said.items()} == {
        "repeats": "month-weekday", "which": "1", "ends": "until", "until": "2027-06-30", "without": "2027-01-05",
        "besides": "2027-01-09\n2027-01-16", "last_date": "2026-12-02",
    }  # fmt: skip

    sent = {**form, "title": "Mending for all", "place": str(event.place_id)}
    looked = as_ada.post(f"/events/{event.pk}/edit/", sent)
    done = as_ada.post(f"/events/{event.pk}/edit/", {**sent, "seen": looked.context["dates_key"]}, follow=True)
    assert "Changed." in done.content.decode()
    assert Event.objects.get().title == "Mending for all"


def test_this_and_later_makes_another_series(as_ada: Client, begin: Begin) -> None:
    event = begin(recurrence=every_week(ends="count", count=10))
    at = f"/events/{event.pk}/dates/20261222T190000/later/"
    shown = as_ada.get(at).context["form"]
    assert (str(shown["first_date"].value()), shown["count"].value()) == ("2026-12-22", 7)

    form = typed(
        first_date="2026-12-22", start_time="20:00", end_time="22:00", repeats="weeks", ends="count", count="7"
    )
    looked = as_ada.post(at, form)
    as_ada.post(at, {**form, "seen": looked.context["dates_key"]})

    assert [one.occurrences.count() for one in Event.objects.order_by("pk")] == [3, 7]


def test_from_the_first_date_on_is_all_of_it(as_ada: Client, begin: Begin) -> None:
    event = begin(recurrence=every_week())

    assert as_ada.get(f"/events/{event.pk}/dates/20261201T190000/later/").url == f"/events/{event.pk}/edit/"


def test_this_and_later_is_for_series(as_ada: Client, begin: Begin) -> None:
    event = begin()

    assert as_ada.get(f"/events/{event.pk}/dates/20261201T190000/later/").status_code == 404


@pytest.mark.parametrize("way", ["edit/", "dates/20261222T190000/later/"])
def test_a_cancellation_meanwhile_gives_back_what_was_typed(
    as_ada: Client, begin: Begin, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = begin(recurrence=every_week())
    form = typed(first_date="2026-12-22", repeats="weeks", title="My long title")
    looked = as_ada.post(f"/events/{event.pk}/{way}", form)
    from events.views import writing

    seen = writing._is_to_be_kept

    def cancelled_meanwhile(request: object, sent: object) -> bool:
        actions.cancel(event=event, reason="No key.", now=NOW)
        return seen(request, sent)

    monkeypatch.setattr(writing, "_is_to_be_kept", cancelled_meanwhile)
    page = as_ada.post(f"/events/{event.pk}/{way}", {**form, "seen": looked.context["dates_key"]})

    assert "was cancelled while you wrote" in page.content.decode()
    assert "My long title" in page.content.decode()


def test_a_copy_leads_to_its_form(as_cleo: Client, begin: Begin) -> None:
    event = begin()

    page = as_cleo.post(f"/events/{event.pk}/copy/", follow=True)

    assert "Here is a copy." in page.content.decode()
    assert page.context["form"]["title"].value() == "Mending circle"


def test_a_draft_is_thrown_away_and_a_published_one_is_not(as_ada: Client, begin: Begin) -> None:
    draft, event = begin(is_published=False), begin()

    assert "The draft is gone." in as_ada.post(f"/events/{draft.pk}/discard/", follow=True).content.decode()
    page = as_ada.post(f"/events/{event.pk}/discard/")
    assert (page.status_code, "You can cancel it" in page.content.decode()) == (403, True)


def test_only_hosts_change_an_event(as_cleo: Client, begin: Begin) -> None:
    event = begin(recurrence=every_week())

    for way in ("edit/", "hosts/", "cancel/", "dates/20261201T190000/", "dates/20261201T190000/cancel/",
                "dates/20261201T190000/later/"):  # fmt: skip
        page = as_cleo.get(f"/events/{event.pk}/{way}")
        assert (page.status_code, "Only those who host this event" in page.content.decode()) == (403, True), way
    for way in ("publish/", "discard/", "confirm/"):
        assert as_cleo.post(f"/events/{event.pk}/{way}").status_code == 403, way
