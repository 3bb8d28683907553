"""What the pages of joining ask for, each in a known number of queries."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from commons.access import Verdict
from commons.pagination import Page, decode, page
from events import parts
from events import queries as events
from events.enums import LONGEST
from events.joining import rules, sealing
from events.joining.enums import CONCERNED, HOLDS_PLACE, PEOPLE_SHOWN, SHEET_MOST, Level, Part, State
from events.joining.models import Answer, Guest, MediaChoice, PassedNeeds, Question, Rsvp, Terms, address_of
from events.joining.rules import Places
from events.models import Event, Occurrence, Reader
from members.consent import gate, uses
from members.models import Member
from members.people import queries as people
from notifications.models import Preferences

SEEN, NEEDS = "events.attendance", "special.access_needs"
HOSTED_BY = ("id",)


@dataclass(frozen=True)
class Standing:
    """Where a reader stands with one date, for the event's page."""

    occurrence: Occurrence
    terms: Terms
    places: Places
    own: Rsvp | None
    may: Verdict
    sees_link: bool
    sees_people: bool
    tells_needs: bool
    is_host: bool
    takes_guests: bool
    is_open: Verdict

    @property
    def link(self) -> str:
        return self.occurrence.event.online_link if self.sees_link else ""

    @property
    def stands(self) -> str:
        return rules.in_words(self.own) if self.own else ""

    @property
    def has_ways(self) -> bool:
        """Whether anything leads on from here."""
        has_said = self.own is not None and self.own.state != State.NO
        return has_said or self.sees_people or self.is_host

    def _path(self, page: str) -> str:
        return address_of(page, self.occurrence)

    join_path = property(lambda self: self._path("join"))
    answer_path = property(lambda self: self._path("answer"))
    guest_path = property(lambda self: self._path("guest"))
    needs_path = property(lambda self: self._path("needs"))
    media_path = property(lambda self: self._path("media"))
    people_path = property(lambda self: self._path("people"))
    hosting_path = property(lambda self: self._path("hosting"))


def terms_of(event_id: int) -> Terms:
    """The terms of an event; without any, everybody can come. One query."""
    return Terms.objects.filter(pk=event_id).first() or Terms(event_id=event_id)


def places_of(occurrence: Occurrence, terms: Terms) -> Places:
    """How the places of a date are taken now. One query, over the index by date."""
    rows = Rsvp.objects.filter(occurrence=occurrence, state__in=(*HOLDS_PLACE, State.WAITING))
    holds = Q(state__in=HOLDS_PLACE)
    counted = rows.aggregate(
        taken=Count("pk", filter=holds),
        taken_by_others=Count("pk", filter=holds & Q(needs_kept=False)),
        waiting=Count("pk", filter=Q(state=State.WAITING)),
    )
    return Places(capacity=terms.capacity, kept=terms.kept_places, **counted)


def own_rsvp(occurrence: Occurrence, who: Member | Guest) -> Rsvp | None:
    """What somebody said to a date, with the date. One query."""
    whose = {"guest": who} if isinstance(who, Guest) else {"member": who}
    if found := Rsvp.objects.filter(occurrence=occurrence, **whose).first():
        found.occurrence = occurrence
    return found


def part_of(event: Event, shown: Occurrence | None, *, reader: Reader, now: datetime) -> parts.Part | None:  # noqa: ARG001 (a date has its event)
    """Where the reader stands with the date that an event's page shows. One query."""
    if shown is None:
        return None
    told = standing(shown, reader=reader, now=now)
    return parts.Part("events/joining/box.html", told, comes_first=True, link=told.link)


def standing(occurrence: Occurrence, *, reader: Reader, now: datetime) -> Standing:
    """What the page of an event says about joining one of its dates. One query."""
    event = occurrence.event
    found = _standing(occurrence, reader=reader)
    terms = getattr(found.event, "terms", None) or Terms(event_id=event.pk)
    own = getattr(found, "own", None)
    if own:
        own.occurrence = occurrence
    return Standing(
        occurrence=occurrence,
        terms=terms,
        places=Places(terms.capacity, terms.kept_places, found.taken, found.taken_by_others, found.waiting),
        own=own,
        may=rules.can_join(reader, occurrence, own=own, now=now),
        sees_link=rules.can_see_link(reader, event, own=own),
        sees_people=bool(rules.can_see_people(reader, event, own=own)),
        tells_needs=isinstance(reader, Member)
        and bool(rules.can_tell_needs(reader, own=own, occurrence=occurrence, now=now)),
        is_host=bool(rules.can_host(reader, event)),
        takes_guests=not isinstance(reader, Member) and bool(rules.can_be_guest(occurrence, terms=terms, now=now)),
        is_open=rules.is_open(occurrence, now=now),
    )


def date(event_id: int, key: str, *, reader: Reader) -> Occurrence:
    """One date of an event that the reader may see; else a 404. Two queries."""
    return events.occurrence(events.event(event_id, reader=reader), key)


def seen_people(occurrence: Occurrence, *, now: datetime) -> list[Member]:
    """Those who come and said that the others may see them, while their yes stands, by name. Three queries.

    Each leaves a line that their owner can read.
    """
    coming = Rsvp.objects.filter(occurrence=occurrence, state=State.IN, is_seen=True)
    members = Member.objects.filter(pk__in=coming.order_by().values("member"), is_active=True)
    found = list(members.filter(pk__in=gate.consenting(SEEN, now=now)).order_by("folded_name", "pk")[:PEOPLE_SHOWN])
    standing = gate.standing_events([one.pk for one in found], [SEEN], now=now)[SEEN]
    uses.note({"attendance": standing}, now=now)
    return [one for one in found if one.pk in standing]


def answers_page(occurrence: Occurrence, *, after: str = "") -> Page[Rsvp]:
    """Everybody who said something but no, in the order in which they came, with what they answered. Three queries."""
    rows = Rsvp.objects.filter(occurrence=occurrence).exclude(state=State.NO)
    rows = rows.select_related("member", "guest").prefetch_related(
        Prefetch("answers", Answer.objects.select_related("question").order_by("question"))
    )
    return page(rows, by=HOSTED_BY, after=decode(after, length=1) if after else None)


def needs_passed_to(reader: Member, event: Event, rsvps: Iterable[Rsvp], *, now: datetime) -> dict[int, str]:
    """What people need, by their answers, for a host, while their yes stands. Each reading leaves a line. 3 queries.

    Nothing for anybody who does not host the event themselves.
    """
    if not rules.can_read_needs(reader, event):
        return {}
    owners = {rsvp.pk: rsvp.member_id for rsvp in rsvps if rsvp.member_id and rsvp.state in CONCERNED}
    standing = gate.standing_events(owners.values(), [NEEDS], now=now)[NEEDS]
    rows = PassedNeeds.objects.filter(rsvp__in=[key for key, owner in owners.items() if owner in standing])
    found = {row.pk: sealing.unseal(row.sealed_words) for row in rows.order_by("pk")}
    read = {owners[key] for key in found} - {reader.pk}
    uses.note({"access_needs": {owner: standing[owner] for owner in read}}, now=now)
    return found


def own_needs(own: Rsvp) -> str:
    """What somebody has passed on with this answer."""
    row = PassedNeeds.objects.filter(pk=own.pk).first()
    return sealing.unseal(row.sealed_words) if row else ""


def own_answers(own: Rsvp) -> dict[int, str]:
    return dict(Answer.objects.filter(rsvp=own).order_by("question").values_list("question", "words"))


def levels_of(rsvps: Iterable[Rsvp]) -> dict[int, dict[str, str]]:
    """What may be made of each: the last word on each part; unanswered is none. One query."""
    found = {rsvp.pk: dict.fromkeys(Part.values, str(Level.NONE)) for rsvp in rsvps}
    rows = MediaChoice.objects.filter(rsvp__in=found).order_by("rsvp", "part", "-pk").distinct("rsvp", "part")
    for row in rows:
        found[row.rsvp_id][row.part] = row.level
    return found


def sheet(occurrence: Occurrence) -> list[tuple[Rsvp, list[Level]]]:
    """Everybody who comes, by name, with what may be made of them. Two queries."""
    rows = Rsvp.objects.filter(occurrence=occurrence, state=State.IN).select_related("member", "guest")
    coming = list(rows.order_by("pk")[:SHEET_MOST])
    levels = levels_of(coming)
    coming.sort(key=lambda rsvp: str(rsvp.person).casefold())
    return [(rsvp, [Level(levels[rsvp.pk][part]) for part in Part.values]) for rsvp in coming]


def step_backs(occurrence: Occurrence) -> list[MediaChoice]:
    """What hosts have still to see to. One query."""
    rows = MediaChoice.objects.filter(rsvp__occurrence=occurrence, asks_hosts=True, settled_at=None)
    return list(rows.select_related("rsvp__member", "rsvp__guest").order_by("pk"))


def guest(key: int | None) -> Guest | None:
    """A guest with their date and what they said to it."""
    found = Guest.objects.select_related("occurrence__event__place", "rsvp").filter(pk=key or 0).first()
    if found:
        found.rsvp.occurrence = found.occurrence
    return found


def rsvp_of(occurrence: Occurrence, key: str) -> Rsvp:
    """One answer to this date; else a 404."""
    number = int(key) if str(key).isdecimal() else 0
    found: Rsvp = get_object_or_404(Rsvp.objects.with_date(), pk=number, occurrence=occurrence)
    return found


def questions_of(event: Event) -> Sequence[Question]:
    return list(Question.objects.filter(event=event).order_by("pk"))


def reminders_last_chosen(member: Member) -> dict[str, bool]:
    """How somebody wanted to be reminded the last time, so that the form begins with it. One query."""
    rows = Rsvp.objects.filter(member=member).order_by("-answered_at", "-pk")
    last = rows.values_list("wants_days", "wants_hours").first()
    return dict(zip(("wants_days", "wants_hours"), last, strict=True)) if last else {}


def said_levels(own: Rsvp) -> dict[str, str]:
    """What somebody said last to each part, where they said anything. One query."""
    rows = MediaChoice.objects.filter(rsvp=own).order_by("part", "-pk").distinct("part")
    return dict(rows.values_list("part", "level"))


def preferences_of(rsvp: Rsvp) -> Preferences | None:
    """How a member wants to be told, if they said so; guests have not. One query for a member."""
    return Preferences.objects.filter(member=rsvp.member_id).first() if rsvp.member_id else None


def kept_needs(member: Member, *, now: datetime) -> str:
    """What a member keeps in their profile, to begin with."""
    return people.own_access_needs(member, now=now)[0]


def dates_with_room(*, now: datetime) -> list[int]:
    """Dates to come on which somebody waits although a place is free: one was erased, say. One query."""
    waits = Rsvp.objects.filter(occurrence=OuterRef("pk"), state=State.WAITING).order_by()
    waited_for = Occurrence.objects.filter(Exists(waits), starts_at__gt=now)
    roomy = waited_for.alias(taken=_count(state__in=HOLDS_PLACE)).filter(
        Q(event__terms__capacity=None) | Q(taken__lt=F("event__terms__capacity"))
    )
    return list(roomy.order_by("pk").values_list("pk", flat=True))


def with_room(dates: QuerySet[Occurrence], *, now: datetime) -> QuerySet[Occurrence]:
    """Those of these dates that anybody can still join: they take place, are not over, and not all places are taken."""
    capacity = F("event__terms__capacity")
    free = Q(taken__lt=capacity) & Q(taken_by_others__lt=capacity - F("event__terms__kept_places"))
    begun = now - LONGEST  # so that the index by time leaves out what has long been
    open_ones = dates.filter(starts_at__gt=begun, ends_at__gt=now, cancelled_at=None, event__cancelled_at=None)
    return open_ones.alias(**_taken()).filter(Q(event__terms__capacity=None) | free)


def counted_on(dates: Collection[int]) -> set[int]:
    """Those of these dates that somebody has joined."""
    rows = Rsvp.objects.filter(occurrence__in=list(dates)).exclude(state=State.NO)
    return set(rows.values_list("occurrence", flat=True))


def _standing(occurrence: Occurrence, *, reader: Reader) -> Any:
    """The date with its terms, how its places are taken, and for a member with what is their `own`."""
    dates = Occurrence.objects.filter(pk=occurrence.pk)
    rows: Any = dates.annotate(**_taken(), waiting=_count(state=State.WAITING))
    rows = rows.select_related("event__terms").defer("event__source", "event__html")
    if isinstance(reader, Member):
        own = FilteredRelation("rsvps", condition=Q(rsvps__member=reader))
        rows = rows.annotate(own=own).select_related("event__terms", "own")
    return rows.get()


def _taken() -> dict[str, Coalesce]:
    """How the places of each date are taken, counted as `places_of` counts them."""
    holds = {"state__in": HOLDS_PLACE}
    return {"taken": _count(**holds), "taken_by_others": _count(**holds, needs_kept=False)}


def _count(**which: object) -> Coalesce:
    """How many of those who answered to a date."""
    rows = Rsvp.objects.filter(occurrence=OuterRef("pk"), **which).order_by().values("occurrence")
    return Coalesce(Subquery(rows.annotate(count=Count("pk")).values("count")), 0)
