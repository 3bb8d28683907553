"""What the demo community tells of its past: the first workshop of 23 September 2017, and what grew out of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from events import actions as events
from events.actions import Details
from events.after import actions as after
from events.after.enums import WriteUpKind
from events.enums import Attendance, Kind, Visibility
from events.models import Event, Occurrence, Place
from forum.models import Thread
from members.models import Member

ZONE = "Europe/London"


@dataclass(frozen=True)
class Past:
    """A gathering of years ago, with what people took with them and what came of it."""

    title: str
    day: date
    by: str
    words: str
    harvest: str
    outcomes: Sequence[str] = ()
    kind: Kind = Kind.WORKSHOP
    is_online: bool = False


NOTES = """Around four tables, each with a question:

1. What do we have? Skills, tools, a van, nine kitchens.
2. What do we need? Mostly time, and somebody to ask.
3. What would we rather do together? Eat, mend, decide.
4. What must never happen? Nobody should speak for somebody else.

Agreed to meet again in spring.
"""
HARVEST = (
    "We came as neighbours and left as a group. Four words stood on the tablecloth: "
    "**ownership, trust, safety, consent**."
)
LATER_HARVEST = f"{HARVEST} The tablecloth hangs in the mill."
OUTCOMES = ("The four pillars, which every agreement since then has been measured by", "A second workshop in spring")
PAST = [
    Past(
        "The second workshop: whose kitchen is it?",
        date(2018, 3, 17),
        "olu",
        "How a kitchen can belong to everybody and still be clean. With a real kitchen.",
        "A rota of two, never of one: nobody cleans alone.",
        ("A kitchen agreement on one page, signed by eleven households",),
    ),
    Past(
        "A key to the old mill",
        date(2019, 7, 6),
        "ana",
        "The owner gives us a key for a year. Bring a broom and something for the table.",
        "Forty people, eleven brooms, one key. We have a place.",
        ("The mill is where we meet", "The mending circle, begun on the upper floor"),
        Kind.GATHERING,
    ),
    Past(
        "Together while apart",
        date(2020, 4, 25),
        "sinead",
        "Everybody cooks the same soup in their own kitchen.",
        "It was not the same, and it was much better than nothing.",
        ("A list of who phones whom on Sundays",),
        Kind.GATHERING,
        is_online=True,
    ),
    Past(
        "Five years: what have we learned?",
        date(2022, 9, 24),
        "olu",
        "Those who were there at the first table meet those who were not.",
        "We decide more slowly than we thought, and undo less than we feared.",
        ("A welcomer for everybody who is new",),
    ),
]


def tell(first: Event, mill: Place, people: dict[str, Member], *, now: datetime) -> None:
    """What was written down of the first workshop, and the gatherings that followed."""
    workshop = Occurrence.objects.get(event=first)
    _write(workshop, WriteUpKind.NOTES, NOTES, by=people["ana"], now=now)
    _write(workshop, WriteUpKind.HARVEST, HARVEST, by=people["olu"], now=now)
    _write(workshop, WriteUpKind.HARVEST, LATER_HARVEST, by=people["ben"], version=1, now=now)
    thread = Thread.objects.filter(category__slug="workshops").order_by("created_at", "pk").first()
    for words in OUTCOMES:
        after.tell_outcome(
            occurrence=workshop, by=people["olu"], words=words, thread=thread.pk if thread else None, now=now
        )
        thread = None
    for past in PAST:
        _gather(past, mill, people, now=now)


def _gather(past: Past, mill: Place, people: dict[str, Member], *, now: datetime) -> None:
    details = Details(
        title=past.title,
        source=past.words,
        kind=past.kind,
        visibility=Visibility.PUBLIC,
        attendance=Attendance.ONLINE if past.is_online else Attendance.IN_PERSON,
        time_zone=ZONE,
        first_date=past.day,
        start_time=time(14),
        duration=timedelta(hours=3),
        place=None if past.is_online else mill,
        language="en",
    )
    by = people[past.by]
    event = events.publish(event=events.prepare(by=by, details=details, now=now), now=now)
    occurrence = Occurrence.objects.get(event=event)
    _write(occurrence, WriteUpKind.HARVEST, past.harvest, by=by, now=now)
    for words in past.outcomes:
        after.tell_outcome(occurrence=occurrence, by=by, words=words, thread=None, now=now)


def _write(
    occurrence: Occurrence, kind: WriteUpKind, source: str, *, by: Member, now: datetime, version: int = 0
) -> None:
    after.write_up(occurrence=occurrence, kind=kind, by=by, source=source, version=version, now=now)
