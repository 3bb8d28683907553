"""What the demo community meets for: a series, a workshop online too, one that is called off, and where it began."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from events import actions as events
from events.actions import Details, NewPlace
from events.enums import Attendance, Ends, Fact, Kind, Repeats, Visibility
from events.joining import actions as joining
from events.joining.enums import Keep, Level, Part
from events.making import actions as making
from events.making.enums import AskKind
from events.models import Event, Occurrence, Place
from events.wording import Choices, recurrence_of
from forum.models import Category
from members.models import Member
from pages import demo_history

ZONE = "Europe/London"
MILL = NewPlace(
    name="The old mill",
    area="Hebden Bridge",
    address="2 Mill Lane",
    directions="The blue door by the canal. Ring once; somebody comes down.",
    step_free=Fact.YES,
    toilets=Fact.YES,
    hearing_loop=Fact.UNKNOWN,
    quiet_room=Fact.YES,
    scent_free=Fact.UNKNOWN,
    transport=Fact.YES,
    children=Fact.YES,
)
FIRST_WORKSHOP = date(2017, 9, 23)
FIRST_WEDNESDAY = 2


def invite(people: dict[str, Member], *, now: datetime) -> None:
    """Fill the calendar, the past and the weeks to come. Made long before, so that no limit of a day is met."""
    at = now - timedelta(days=40)
    first = _publish(people["olu"], _first_workshop(), now=at)
    mill = Place.objects.get(events=first)
    circle = _publish(people["ana"], _circle(mill, today=now.date()), now=at + timedelta(days=1))
    events.add_host(event=circle, member=people["ben"])
    events.confirm(event=circle, now=now)
    _call_one_off(circle, now=now)
    workshop = _publish(people["olu"], _workshop(mill, today=now.date()), now=at + timedelta(days=2))
    _ask_and_talk(workshop, people, now=now)
    _join(workshop, people, now=now)
    _publish(people["jule"], _camp(mill, today=now.date()), now=at + timedelta(days=3))
    events.prepare(by=people["olu"], details=_idea(now.date()), now=at + timedelta(days=4))
    demo_history.tell(first, mill, people, now=at + timedelta(days=5))


def _publish(by: Member, details: Details, *, now: datetime) -> Event:
    return events.publish(event=events.prepare(by=by, details=details, now=now), now=now)


def _ask_and_talk(workshop: Event, people: dict[str, Member], *, now: datetime) -> None:
    """What it needs, who gives some of it, and the first word about it."""
    cooks = making.ask_for(event=workshop, kind=AskKind.ROLE, what="Cooks for a pot of soup", wanted=2)
    making.ask_for(event=workshop, kind=AskKind.THING, what="A large pot, 20 litres", wanted=1)
    making.ask_for(event=workshop, kind=AskKind.LIFT, what="Seats in a car from the station", wanted=3)
    making.take_on(ask=cooks, by=people["ben"], note="Leek and potato", now=now)
    events.begin_talk(
        event=workshop,
        room=Category.objects.get(slug="workshops").pk,
        by=people["sinead"],
        source="May I bring a friend who has not joined?",
        submission=None,
        now=now,
    )


def _first_workshop() -> Details:
    return Details(
        title="The first workshop: what could we own together?",
        source="Twenty-three of us around four tables. We asked what we have, what we need, and what we would rather "
        "do together. The four pillars were written on the back of a tablecloth.",
        kind=Kind.WORKSHOP,
        visibility=Visibility.PUBLIC,
        time_zone=ZONE,
        first_date=FIRST_WORKSHOP,
        start_time=time(10),
        duration=timedelta(hours=6),
        place=MILL,
        language="en",
    )


def _circle(mill: Place, *, today: date) -> Details:
    """Every other Wednesday since some weeks ago."""
    since = today - timedelta(weeks=6)
    first = since - timedelta(days=(since.weekday() - FIRST_WEDNESDAY) % 7)
    begins = datetime.combine(first, time(19))
    return Details(
        title="Mending circle",
        source="Bring what is torn, or come for the tea. We have two sewing machines and **all evening**.",
        kind=Kind.GATHERING,
        visibility=Visibility.PUBLIC,
        attendance=Attendance.HYBRID,
        time_zone=ZONE,
        first_date=first,
        start_time=begins.time(),
        duration=timedelta(hours=2),
        recurrence=recurrence_of(Choices(Repeats.WEEKS, every=2), first=begins),
        place=mill,
        online_link="https://meet.example.org/mending",
        captions=Fact.NO,
        sign_language=Fact.UNKNOWN,
        language="en",
    )


def _call_one_off(circle: Event, *, now: datetime) -> None:
    coming = Occurrence.objects.filter(event=circle, starts_at__gt=now).order_by("starts_at")[1]
    events.cancel_date(occurrence=coming, reason="The boiler is being replaced, and it will be cold.", now=now)


def _join(workshop: Event, people: dict[str, Member], *, now: datetime) -> None:
    """A small workshop that is full, with a list behind it, a question, and what may be made of whom."""
    kept = joining.Chosen(capacity=3, kept_places=1, kept_for="people who come for the first time", takes_guests=True)
    joining.set_terms(event=workshop, chosen=kept, now=now)
    lunch = joining.ask(
        event=workshop, words="What do you eat?", why="to cook lunch for all", keep_days=Keep.WEEK, is_required=False
    )
    date = Occurrence.objects.with_event().get(event=workshop)
    for name, eats, photos in (("ana", "Everything", Level.MEMBERS), ("ben", "No nuts", Level.ASK), ("jule", "", "")):
        said = joining.Reply(
            answers={lunch.pk: eats}, media={Part.PHOTOS: photos} if photos else {}, is_seen=name == "ana"
        )
        joining.reply(occurrence=date, by=people[name], said=said, now=now)


def _workshop(mill: Place, *, today: date) -> Details:
    return Details(
        title="Workshop: how we decide",
        source="A morning about consent: how a small group says yes, and how it says *not yet*.\n\n- Three rounds\n"
        "- A real question that is open in the forum\n- Lunch together",
        kind=Kind.WORKSHOP,
        visibility=Visibility.PUBLIC,
        time_zone=ZONE,
        first_date=today + timedelta(days=9),
        start_time=time(10, 30),
        duration=timedelta(hours=4),
        place=mill,
        language="en",
    )


def _camp(mill: Place, *, today: date) -> Details:
    return replace(
        _workshop(mill, today=today),
        title="Work days at the mill",
        source="Three days of paint, plaster and soup. Come for an hour or for all of it.",
        kind=Kind.WORK_DAY,
        visibility=Visibility.MEMBERS,
        first_date=today + timedelta(days=2),
        start_time=None,
        duration=timedelta(days=3),
    )


def _idea(today: date) -> Details:
    begins = datetime.combine(today + timedelta(days=20), time(18))
    return Details(
        title="Reading evening",
        source="One short text, read aloud, and talk about it.",
        kind=Kind.GATHERING,
        attendance=Attendance.ONLINE,
        time_zone=ZONE,
        first_date=begins.date(),
        start_time=begins.time(),
        duration=timedelta(hours=1, minutes=30),
        recurrence=recurrence_of(Choices(Repeats.MONTH_DATE, ends=Ends.COUNT, count=6), first=begins),
        captions=Fact.YES,
        sign_language=Fact.NO,
    )
