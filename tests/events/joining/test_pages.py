"""Joining as people meet it: on an event's page, in the form, and afterwards."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from commons.models import RateLimit
from events import actions as events
from events.actions import NewPlace
from events.after import actions as after
from events.after.enums import WriteUpKind
from events.joining import actions, queries
from events.joining.models import Answer, MediaChoice, Question, Rsvp
from events.making import actions as making
from events.making.enums import AskKind
from events.models import Event, Occurrence
from members.consent.models import ConsentState, ConsentUse
from members.models import Member
from tests.cast import says_no, says_yes, sign_in
from tests.events.conftest import NOW, every_week
from tests.events.joining.conftest import one_date, people, says

pytestmark = pytest.mark.django_db

type Date = Callable[..., Occurrence]
type Begin = Callable[..., Event]

ONLINE = {"attendance": "online", "online_link": "https://meet.example.org/secret", "visibility": "public"}


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def path(date: Occurrence, page: str) -> str:
    return f"/events/{date.event_id}/dates/{date.key}/{page}/"


def words(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def ask(date: Occurrence, **told: object) -> Question:
    asked = {"words": "What do you bring?", "why": "to plan the meal", "keep_days": 7, "is_required": True}
    return actions.ask(event=date.event, **{**asked, **told})


def test_a_member_joins_with_all_that_is_asked(as_bo: Client, bo: Member, date: Date) -> None:
    evening = date(capacity=2)
    question = ask(evening)
    assert "What do you bring?" in words(as_bo, path(evening, "join"))

    page = as_bo.post(
        path(evening, "join"),
        {"wish": "yes", f"question_{question.pk}": "Bread", "photos": "members", "is_seen": "on", "wants_days": "on"},
        follow=True,
    )

    assert "You have a place." in page.content.decode()
    assert "1 of 2 places is free" in page.content.decode()
    own = Rsvp.objects.get(member=bo)
    assert (own.state, own.is_seen, own.wants_days, own.wants_hours) == ("in", True, True, False)
    assert Answer.objects.get().words == "Bread"
    assert list(MediaChoice.objects.values_list("part", "level")) == [("photos", "members")]
    assert ConsentState.objects.filter(member=bo, purpose_code="events.attendance", is_standing=True).exists()


WHOM = "who need step-free seats"


@pytest.mark.parametrize(
    ("terms", "taken", "said"),
    [
        ({"capacity": 3}, "", "3 of 3 places are free."),
        ({"capacity": 3, "kept": 1}, "", f"3 of 3 places are free. 1 of them is kept for: {WHOM}."),
        ({"capacity": 4, "kept": 2}, "o", f"3 of 4 places are free. 2 of them are kept for: {WHOM}."),
        ({"capacity": 3, "kept": 1}, "k", "2 of 3 places are free."),
        ({"capacity": 3, "kept": 1}, "kk", "1 of 3 places is free."),
        ({"capacity": 3, "kept": 1}, "oo", f"1 of 3 places is free. It is kept for: {WHOM}."),
        ({"capacity": 4, "kept": 2}, "oo", f"2 of 4 places are free. They are kept for: {WHOM}."),
        ({"capacity": 3, "kept": 1}, "ook", "0 of 3 places are free."),
        ({"capacity": 3, "kept": 1}, "kkk", "0 of 3 places are free."),
    ],
)
def test_what_is_told_of_free_and_kept_places_is_true(
    client: Client, date: Date, terms: dict[str, int], taken: str, said: str
) -> None:
    kept = terms.get("kept", 0)
    evening = date(
        capacity=terms["capacity"], kept_places=kept, kept_for=WHOM if kept else "", event={"visibility": "public"}
    )
    for person, wants in zip(people(len(taken)), taken, strict=True):
        assert says(person, evening, needs_kept=wants == "k").state == "in"

    page = words(client, evening.get_absolute_url())

    assert f"<p>{said}</p>" in page


def test_visitors_see_no_empty_part_of_the_card(client: Client, as_ada: Client, date: Date) -> None:
    evening = date(event={"visibility": "public", "recurrence": every_week()})
    address = evening.get_absolute_url()

    assert 'class="ways"' in card(as_ada, address)
    assert 'class="ways"' not in card(client, address)

    events.cancel_date(occurrence=evening, reason="Rain.", now=NOW)
    assert "This does not take place, so nobody can join it." in card(client, address)


def card(client: Client, address: str) -> str:
    """The part of an event's page about joining."""
    return words(client, address).split('class="joining"')[1].split("</section>")[0]


def test_what_was_typed_survives_what_is_missing(as_bo: Client, date: Date) -> None:
    evening = date()
    ask(evening)
    second = ask(evening, words="Which bus?", is_required=False)

    page = as_bo.post(path(evening, "join"), {"wish": "yes", f"question_{second.pk}": "The 7"})

    assert page.status_code == 422
    assert "The hosts need an answer to this if you come." in page.content.decode()
    assert 'value="The 7"' in page.content.decode()
    assert not Rsvp.objects.exists()


def test_maybe_and_no_need_no_answers(as_bo: Client, date: Date) -> None:
    evening = date(capacity=1)
    ask(evening)

    for wish in ("maybe", "no"):
        as_bo.post(path(evening, "join"), {"wish": wish})
        assert Rsvp.objects.get().state == wish


def test_the_form_shows_what_was_said_before(as_bo: Client, date: Date) -> None:
    evening = date(capacity=5, kept_places=1, kept_for="who need them")
    question = ask(evening)
    sent = {"wish": "yes", f"question_{question.pk}": "Bread", "recording": "public", "needs_kept": "on"}
    as_bo.post(path(evening, "join"), sent)

    form = as_bo.get(path(evening, "join")).context["form"]

    shown = {name: form[name].value() for name in ("wish", f"question_{question.pk}", "recording", "needs_kept")}
    assert shown == {**sent, "needs_kept": True}


def test_reminders_begin_as_they_were_chosen_the_last_time(as_bo: Client, bo: Member, date: Date) -> None:
    says(bo, date(), wants_hours=True)

    form = as_bo.get(path(date(event={"title": "Another"}), "join")).context["form"]

    assert (form["wants_days"].value(), form["wants_hours"].value(), form["is_seen"].value()) == (False, True, None)


def test_an_offer_is_taken_or_let_pass_on_the_page(date: Date, bo: Member, cleo: Member) -> None:
    evening = date(capacity=1)
    first = people(1)[0]
    for person in (first, bo, cleo):
        says(person, evening)
    says(first, evening, "no")
    as_bo, as_cleo = sign_in(Client(), bo), sign_in(Client(), cleo)
    assert "A place is held for you until" in words(as_bo, evening.get_absolute_url())
    assert "Leave the waiting list" in words(as_cleo, evening.get_absolute_url())

    page = as_bo.post(path(evening, "answer"), {"do": "pass"}, follow=True).content.decode()
    assert "The offer went on to the next." in page
    assert "Join after all" in page

    assert "You have a place." in as_cleo.post(path(evening, "answer"), {"do": "accept"}, follow=True).content.decode()
    too_late = as_bo.post(path(evening, "answer"), {"do": "accept"}, follow=True).content.decode()
    assert "This offer has ended" in too_late

    as_cleo.post(path(evening, "answer"), {"do": "leave"})
    assert Rsvp.objects.get(member=cleo).state == "no"


def test_who_never_joined_has_nothing_to_answer(as_bo: Client, date: Date) -> None:
    evening = date()

    assert as_bo.post(path(evening, "answer"), {"do": "accept"}).status_code == 404
    assert as_bo.get(path(evening, "media")).status_code == 404
    assert as_bo.get(path(evening, "needs")).status_code == 403


def test_the_link_is_for_those_who_joined_and_for_hosts(
    client: Client, as_ada: Client, as_bo: Client, bo: Member, date: Date
) -> None:
    evening = date(event=ONLINE, capacity=1)
    address, secret = evening.get_absolute_url(), "meet.example.org/secret"

    assert secret not in words(client, address)
    assert secret not in words(as_bo, address)
    assert secret in words(as_ada, address)

    says(people(1)[0], evening)
    says(bo, evening)
    assert secret not in words(as_bo, address)

    actions.set_terms(event=evening.event, chosen=actions.Chosen(), now=NOW)
    as_bo.post(path(evening, "answer"), {"do": "accept"})
    assert secret in words(as_bo, address)


def test_who_comes_is_shown_to_those_who_come_and_only_who_said_so(
    as_ada: Client, as_bo: Client, bo: Member, cleo: Member, date: Date
) -> None:
    evening = date()
    says(cleo, evening, is_seen=True)
    says(people(1)[0], evening)
    assert as_bo.get(path(evening, "people")).status_code == 403

    says(bo, evening)

    for reader in (as_bo, as_ada):
        listed = words(reader, path(evening, "people"))
        assert "Cleo" in listed
        assert "Person 0" not in listed
    assert ConsentUse.objects.filter(member=cleo, sink="attendance").count() == 1

    says_no(cleo, "events.attendance")
    assert "Cleo" not in words(as_bo, path(evening, "people"))


def test_a_yes_to_one_event_shows_nobody_at_another(as_bo: Client, bo: Member, cleo: Member, date: Date) -> None:
    says(cleo, date(), is_seen=True)
    other = date(event={"title": "Another"})

    says(cleo, other), says(bo, other)

    assert "Cleo" not in words(as_bo, path(other, "people"))


def test_hosts_say_how_it_is_joined(as_ada: Client, as_bo: Client, bo: Member, begin: Begin) -> None:
    event = begin()
    address = f"/events/{event.pk}/joining/"
    wrong = as_ada.post(address, {"capacity": "2", "kept_places": "3"})
    assert wrong.status_code == 422
    assert "no more than that can be kept" in wrong.content.decode()
    assert "Say for whom they are kept" in wrong.content.decode()

    as_ada.post(address, {"capacity": "1", "needs_approval": "on"})
    evening = one_date(event)
    assert "The hosts were asked." in as_bo.post(path(evening, "join"), {"wish": "yes"}, follow=True).content.decode()

    hosting = words(as_ada, path(evening, "hosting"))
    assert "Bo" in hosting
    as_ada.post(path(evening, "hosting"), {"approve": Rsvp.objects.get().pk})
    assert Rsvp.objects.get().state == "in"
    assert as_bo.get(address).status_code == 403


def test_hosts_decline_and_the_page_says_so(as_ada: Client, as_bo: Client, bo: Member, date: Date) -> None:
    evening = date(needs_approval=True)
    own = says(bo, evening)

    as_ada.post(path(evening, "hosting"), {"decline": own.pk})

    assert "The hosts could not give you a place" in words(as_bo, evening.get_absolute_url())
    assert as_bo.get(path(evening, "join")).status_code == 403
    assert as_ada.post(path(evening, "hosting"), {"approve": "none"}).status_code == 404


def test_questions_say_what_for_and_how_long(as_ada: Client, as_bo: Client, bo: Member, date: Date) -> None:
    evening = date()
    address = f"/events/{evening.event_id}/questions/"
    asked = {"words": "What do you bring?", "why": "To plan the meal.", "keep_days": "7"}
    for _time in range(2):
        as_ada.post(address, asked)

    assert Question.objects.count() == 1
    form = words(as_bo, path(evening, "join"))
    assert "Why: To plan the meal. Only the hosts read it; it is deleted a week after the event." in form

    says(bo, evening, answers={Question.objects.get().pk: "Bread"})
    assert "Bread" in words(as_ada, path(evening, "hosting"))

    as_ada.post(address, {"stop": Question.objects.get().pk})
    assert not Answer.objects.exists()


def test_ten_questions_are_enough(as_ada: Client, date: Date) -> None:
    evening = date()
    for number in range(10):
        ask(evening, words=f"Question {number}")

    page = as_ada.post(
        f"/events/{evening.event_id}/questions/", {"words": "One more", "why": "Because", "keep_days": "1"}
    )

    assert page.status_code == 422
    assert "Ten questions are enough" in page.content.decode()
    assert 'value="One more"' in page.content.decode()


def test_a_copy_and_what_goes_on_are_joined_on_the_same_terms(as_ada: Client, date: Date) -> None:
    evening = date(capacity=7)
    ask(evening)

    as_ada.post(f"/events/{evening.event_id}/copy/")

    draft = Event.objects.get(published_at=None)
    assert actions_terms(draft) == (7, ["What do you bring?"])


def actions_terms(event: Event) -> tuple[object, list[str]]:
    return queries.terms_of(event.pk).capacity, [one.words for one in queries.questions_of(event)]


def test_a_cancelled_date_says_why_nobody_can_join(as_bo: Client, date: Date) -> None:
    evening = date()
    events.cancel_date(occurrence=evening, reason="No key.", now=NOW)

    assert as_bo.get(path(evening, "join")).status_code == 403
    assert "nobody can join it" in words(as_bo, evening.get_absolute_url())


def test_the_suspended_and_visitors_do_not_join(as_dov: Client, client: Client, date: Date) -> None:
    evening = date(event={"visibility": "public"})

    assert as_dov.get(path(evening, "join")).status_code == 403
    assert client.get(path(evening, "join")).status_code == 302
    page = words(client, evening.get_absolute_url())
    assert "Sign in to join" in page
    assert "Come as a guest" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_hosts_page_costs_the_same_for_many(
    as_ada: Client, date: Date, count: int, django_assert_num_queries: Callable
) -> None:
    evening = date(capacity=1)
    question = ask(evening)
    for person in people(count):
        says_yes(person, "special.access_needs")
        own = says(person, evening, answers={question.pk: "Bread"})
        actions.pass_needs(rsvp=own, by=person, text="A ramp", now=NOW)
    as_ada.get(path(evening, "hosting"))

    with django_assert_num_queries(10):
        page = as_ada.get(path(evening, "hosting")).content.decode()
    assert page.count("A ramp") == count


@pytest.mark.parametrize("count", [1, 3])
def test_an_event_page_costs_the_same_however_many_come(
    as_ada: Client, date: Date, count: int, django_assert_num_queries: Callable
) -> None:
    evening = date(capacity=1)
    for person in people(count):
        says(person, evening)
    address = evening.event.get_absolute_url()
    as_ada.get(address)

    with django_assert_num_queries(6):
        as_ada.get(address)


def test_an_event_page_costs_at_most_eight_whatever_it_shows(
    client: Client, bo: Member, cleo: Member, date: Date, django_assert_num_queries: Callable
) -> None:
    evening = date(event={"recurrence": every_week(), "place": NewPlace(name="The mill")}, capacity=3)
    events.add_host(event=evening.event, member=cleo)
    making.ask_for(event=evening.event, kind=AskKind.THING, what="A pot", wanted=1)
    says(bo, evening)
    with time_machine.travel(evening.ends_at + timedelta(days=1), tick=False):
        as_bo = sign_in(client, bo)
        after.write_up(
            occurrence=evening, kind=WriteUpKind.HARVEST, by=bo, source="We mended.", version=0, now=evening.ends_at
        )
        as_bo.get(evening.get_absolute_url())

        with django_assert_num_queries(7):
            page = as_bo.get(evening.get_absolute_url()).content.decode()

    for shown in ("Cleo", "The mill", "A pot", "You have a place.", "We mended.", "More dates"):
        assert shown in page


def test_the_link_is_for_who_has_a_place_and_for_hosts_also_of_a_draft(
    as_ada: Client, as_bo: Client, bo: Member, date: Date, begin: Begin
) -> None:
    far = {"attendance": "online", "online_link": "https://meet.example/mending"}
    evening = date(event=far)
    draft = begin(**far, is_published=False)

    assert "meet.example" not in words(as_bo, evening.get_absolute_url())
    says(bo, evening)
    assert "meet.example" in words(as_bo, evening.get_absolute_url())
    assert "meet.example" in words(as_ada, draft.get_absolute_url())


@pytest.mark.parametrize("capacity", [None, 1, 2, 3])
@pytest.mark.parametrize("kept", [0, 1])
def test_dates_with_room_are_those_where_anybody_finds_a_place(date: Date, capacity: int | None, kept: int) -> None:
    evening = date(capacity=capacity, kept_places=kept if capacity else 0, kept_for="who works" if capacity else "")
    room = queries.with_room(Occurrence.objects.order_by("pk"), now=NOW)

    for count, person in enumerate(people(4)):
        places = queries.places_of(evening, queries.terms_of(evening.event_id))
        assert room.all().exists() == places.is_free(needs_kept=False), count
        says(person, evening, needs_kept=bool(count % 2))


def test_dates_that_are_over_or_cancelled_have_no_room(date: Date) -> None:
    evening = date()
    room = Occurrence.objects.order_by("pk")

    assert list(queries.with_room(room, now=NOW)) == [evening]
    assert not queries.with_room(room, now=evening.ends_at)
    events.cancel_date(occurrence=evening, reason="No key.", now=NOW)
    assert not queries.with_room(room, now=NOW)


@pytest.mark.parametrize("address", ["/events/", "/events/month/2026/12/", "/events/week/2026/49/"])
def test_the_calendar_shows_where_a_place_is_free(client: Client, bo: Member, date: Date, address: str) -> None:
    open_ = {"visibility": "public"}
    full = date(event={**open_, "title": "Full"}, capacity=1)
    date(event={**open_, "title": "Roomy"}, capacity=2)
    says(bo, full)

    page = words(client, f"{address}?free=on")

    assert "Roomy" in page
    assert "Full" not in page
    assert "/events/calendar.ics?free=on" in page
    feed = client.get("/events/calendar.ics?free=on").content.decode()
    assert "Roomy" in feed
    assert "Full" not in feed
    assert "Full" in words(client, address)


def test_who_answers_too_often_keeps_what_they_typed(as_bo: Client, bo: Member, date: Date) -> None:
    evening = date()
    RateLimit.objects.create(action="events.join", key=str(bo.pk), full_at=NOW + timedelta(hours=2))

    page = as_bo.post(path(evening, "join"), {"wish": "maybe", "wants_days": "on"})

    assert page.status_code == 422
    assert "sixty times an hour" in page.content.decode()
    assert page.context["form"]["wish"].value() == "maybe"


def test_saying_yes_to_an_offer_takes_it_and_needing_a_kept_place_can_be_said_later(
    as_bo: Client, bo: Member, date: Date
) -> None:
    evening = date(capacity=2, kept_places=1, kept_for="who need them")
    first = people(1)[0]
    says(first, evening), says(bo, evening)
    assert Rsvp.objects.get(member=bo).state == "waiting"

    says(bo, evening, needs_kept=True)
    assert Rsvp.objects.get(member=bo).state == "offered"

    as_bo.post(path(evening, "join"), {"wish": "yes"})
    assert Rsvp.objects.get(member=bo).state == "in"


def test_the_page_of_pictures_shows_what_was_said(as_bo: Client, bo: Member, date: Date) -> None:
    evening = date()
    says(bo, evening, media={"photos": "members"})

    form = as_bo.get(path(evening, "media")).context["form"]

    assert (form["photos"].value(), form["recording"].value()) == ("members", "none")


def test_an_event_without_dates_has_nothing_to_join(as_ada: Client, begin: Begin) -> None:
    draft = begin(is_published=False)

    assert "Joining</h2>" not in words(as_ada, draft.get_absolute_url())
