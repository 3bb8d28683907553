"""What the people's pages ask for. `shown` and the pages beside it are the only readers of what members tell."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, CharField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Concat, JSONObject
from django.shortcuts import get_object_or_404
from django.urls import reverse

from commons import journal, pagination
from commons.folding import folded, words_begin, words_typed
from commons.pagination import PAGE_SIZE, Page
from commons.prepared import prepared
from commons.searching import holds_nearly, nearly
from members.consent import gate, uses
from members.contact.models import NoContact
from members.contact.queries import blocked_with
from members.models import Member
from members.people import rules, sealing
from members.people.enums import LANGUAGES, Bond, Kind, Visibility
from members.people.models import (
    SEEN_BY,
    AccessHost,
    AccessNeeds,
    Chosen,
    MemberTopic,
    Picture,
    Profile,
    Thanks,
    Topic,
)
from members.rules import Person

DIRECTORY, PUBLIC, DETAILS = "profile.directory", "profile.public", "profile.details"
AREA, PHOTO, THANKS, NEEDS = "location.area", "profile.photo", "thanks.public", "special.access_needs"
PURPOSES = (DIRECTORY, PUBLIC, DETAILS, AREA, PHOTO)

LISTED_BY = ("folded_name", "id")
THANKS_BY = ("-created_at", "-id")
THANKS_SHOWN = 10
LANGUAGE_NAMES = dict(LANGUAGES)

FIELDS = {
    "about": DETAILS,
    "pronouns": DETAILS,
    "languages": DETAILS,
    "can_share": DETAILS,
    "would_learn": DETAILS,
    "interested": DETAILS,
    "area": AREA,
    "picture": PHOTO,
}
"""Each field with the purpose that it needs."""

KINDS = {"can_share": Kind.CAN_SHARE, "would_learn": Kind.WOULD_LEARN, "interested": Kind.INTERESTED}
SINKS = {DETAILS: "details", AREA: "area"}
"""Where a use is noted when a field is shown; a picture notes its own when it is fetched."""

NAMES = ("folded_name", "username")
NAME_COMPARED_FROM = 6
"""Letters from which a name as a whole may be nearly what was typed. Of fewer, two trigrams in common are enough for
PostgreSQL to look at somebody, which one in eight has."""

type Events = Mapping[str, UUID | None]


@dataclass(frozen=True)
class Shown:
    """What one person may see of another: an empty field is one that was not filled in, or not for them."""

    person: Member
    about: str = ""
    pronouns: str = ""
    area: str = ""
    picture: str = ""
    languages: Sequence[str] = ()
    can_share: Sequence[str] = ()
    would_learn: Sequence[str] = ()
    interested: Sequence[str] = ()
    circles: Mapping[str, str] = field(default_factory=dict)
    """For the owner's own eyes: who else sees each field."""

    @property
    def has_topics(self) -> bool:
        return bool(self.can_share or self.would_learn or self.interested)

    @property
    def is_bare(self) -> bool:
        return not (self.about or self.area or self.languages or self.has_topics)


@dataclass(frozen=True)
class Filters:
    """What a reader of the directory looks for; an empty one looks for nothing."""

    q: str = ""
    skill: str = ""
    learn: str = ""
    interest: str = ""
    language: str = ""
    place: str = ""

    @property
    def is_set(self) -> bool:
        return any((self.q, self.skill, self.learn, self.interest, self.language, self.place))

    @property
    def topics(self) -> dict[str, str]:
        """The topics that are looked for, each by the field it should stand in."""
        asked = {"can_share": self.skill, "would_learn": self.learn, "interested": self.interest}
        return {name: normalised(typed) for name, typed in asked.items() if typed}


@dataclass(frozen=True)
class Listing:
    """A page of the directory, what the viewer may see of each person on it, and topics to look for."""

    page: Page[Member]
    people: Sequence[Shown]
    suggested: Sequence[str]


def visible_to(viewer: Person, *, now: datetime) -> QuerySet[Member]:
    """Whoever has a page for this viewer: all members for members; for visitors, those who said yes to that."""
    people = Member.objects.filter(is_active=True)
    if isinstance(viewer, Member):
        return people
    return people.filter(pk__in=gate.consenting(PUBLIC, now=now))


def listed(viewer: Member, *, now: datetime) -> QuerySet[Member]:
    """Whoever this viewer finds in the directory; of two people with no contact, neither finds the other."""
    people = visible_to(viewer, now=now).filter(pk__in=gate.consenting(DIRECTORY, now=now))
    return people.exclude(blocked_with(viewer.pk))


def person(username: str, *, viewer: Person, now: datetime) -> Member:
    """The owner of a page. A 404 if there is nobody of that name, or no page for this viewer."""
    return get_object_or_404(visible_to(viewer, now=now), username=username.lower())


def shown(person: Member, viewer: Person, now: datetime) -> Shown:
    """What `viewer` may see of `person` at this moment, with a line for its owner about each use. Two queries."""
    [card] = _cards(Member.objects.filter(pk=person.pk), viewer)
    events = {purpose: gate.allows(person, purpose, now=now).event for purpose in PURPOSES}
    seen = _seen(card, bond=_bond(card, viewer), events=events)
    if viewer != person:
        is_visitor = not isinstance(viewer, Member)
        _note([seen], {person.pk: events}, sinks={PUBLIC: "public_page"} if is_visitor else {}, now=now)
    return seen


def directory(
    viewer: Member, filters: Filters, *, now: datetime, after: str = "", before: str = "", size: int = PAGE_SIZE
) -> Listing:
    """One page of the people who are listed and fit, by name. Two queries, and one that notes the uses."""
    topics = _suggested_or_asked_for(filters)
    people = _fitting(listed(viewer, now=now), filters, topics=topics, viewer=viewer, now=now)
    bounds = {"after": _decoded(after), "before": _decoded(before)}
    page = pagination.page(_listed_cards(people, viewer, now=now), by=LISTED_BY, size=size, **bounds)
    seen = _shown_in_directory(page.rows, viewer, now=now)
    return Listing(page, seen, [topic.name for topic in topics if topic.is_suggested])


def named(viewer: Member, typed: str, *, now: datetime, size: int) -> tuple[list[Shown], bool]:
    """The first of those in the directory whose names begin with what was typed, or else those whose names are nearly
    so; and whether these are of that name. One query, and one for the uses."""
    journal.shows("members.people", journal.reader(viewer.pk))
    is_short = len(typed.strip()) < NAME_COMPARED_FROM
    found = _named(folded(typed), words_typed(typed) or None, viewer, now, is_short=is_short, size=size)
    of_that_name = [card for card in found if getattr(card, "is_of_name", False)]
    return _shown_in_directory(of_that_name or found, viewer, now=now), bool(of_that_name)


@prepared
def _named(
    typed: str, words: str | None, viewer: Member, now: datetime, *, is_short: bool, size: int
) -> QuerySet[Member]:
    nearly_so = (holds_nearly if is_short else nearly)(F("folded_name"), typed)
    of_name = words_begin(words, *NAMES) if words else Value(value=False)
    people = listed(viewer, now=now).filter(nearly_so | Q(of_name) if words else nearly_so)
    cards = _listed_cards(people.annotate(is_of_name=of_name), viewer, now=now)
    return cards.order_by(F("is_of_name").desc(), *LISTED_BY)[:size]


def _listed_cards(people: QuerySet[Member], viewer: Member, *, now: datetime) -> QuerySet[Member]:
    return _cards(people, viewer).annotate(standing_for=gate.standing_along(PURPOSES, now=now))


def _shown_in_directory(cards: Sequence[Member], viewer: Member, *, now: datetime) -> list[Shown]:
    along = {card.pk: getattr(card, "standing_for", ()) for card in cards}
    standing = gate.told_along(along, PURPOSES, now=now)
    events = {card.pk: {purpose: standing[purpose].get(card.pk) for purpose in PURPOSES} for card in cards}
    seen = [_seen(card, bond=_bond(card, viewer, is_listed=True), events=events[card.pk]) for card in cards]
    others = [card for card in seen if card.person != viewer]
    _note(others, events, sinks={DIRECTORY: "directory"}, now=now)
    return seen


def suggested_topics() -> list[str]:
    """The topics that the community suggests, by name. One query."""
    return list(Topic.objects.filter(is_suggested=True).order_by("normalised").values_list("name", flat=True))


def is_listed(member: Member, *, now: datetime) -> bool:
    """Whether somebody stands in the directory. One query, if the gate was not asked before."""
    return bool(gate.allows(member, DIRECTORY, now=now))


def thanks(person: Member, viewer: Member, *, now: datetime, after: str = "") -> Page[Thanks]:
    """The thanks on somebody's page: the public ones after a yes of theirs; their own, all; the viewer's, always."""
    given = Thanks.objects.filter(receiver=person, giver__is_active=True).select_related("giver", "receiver")
    given = given.filter(Q(giver=viewer) | ~_is_apart())
    if viewer != person:
        mine = Q(giver=viewer)
        is_open = bool(gate.allows(person, THANKS, now=now))
        given = given.filter(mine | Q(is_public=True, taken_off_at=None) if is_open else mine)
    bound = pagination.decode(after, length=2) if after else None
    page = pagination.page(given, by=THANKS_BY, after=bound, size=THANKS_SHOWN)
    if any(viewer.pk not in {word.giver_id, word.receiver_id} for word in page.rows):
        uses.use(person, "thanks", now=now)
    return page


def thanks_about(subjects: Collection[str], viewer: Member, *, now: datetime) -> dict[str, list[Thanks]]:
    """The thanks for each of these things that the viewer may read: their own, and others' public ones.

    Public ones need the yes of whoever was thanked, and are not read where the two want no contact. One query, and
    one more where there are thanks between others.
    """
    if not subjects:
        return {}
    mine = Q(giver=viewer) | Q(receiver=viewer)
    given = Thanks.objects.filter(mine | Q(is_public=True, taken_off_at=None), about__in=list(subjects))
    given = given.filter(Q(giver=viewer) | ~_is_apart(), giver__is_active=True).select_related("giver", "receiver")
    words = list(given.order_by("created_at", "pk"))
    others = {word.receiver_id for word in words if viewer.pk not in {word.giver_id, word.receiver_id}}
    standing = gate.standing_events(others, (THANKS,), now=now)[THANKS] if others else {}
    uses.note({"thanks": standing}, now=now)
    found: dict[str, list[Thanks]] = {}
    for word in words:
        if word.receiver_id in standing or viewer.pk in {word.giver_id, word.receiver_id}:
            found.setdefault(word.about, []).append(word)
    return found


def is_thanked_for(kind: str) -> Exists:
    """To annotate things of a kind as `has_thanks`: whether there are any for it, whoever may read them.

    The condition of the index stands in the SQL: of a value PostgreSQL does not know it in a plan for any, and so it
    planned each page of a thread anew, or read all thanks.
    """
    about = Concat(Value(f"{kind}:"), Cast(OuterRef("pk"), CharField()))
    return Exists(Thanks.objects.exclude(about=RawSQL("''", ())).filter(about=about))


def thanks_by_key(keys: Iterable[int], receiver: Member) -> dict[int, Thanks]:
    """Of these, the thanks that somebody was given, with who gave them. One query."""
    given = Thanks.objects.filter(pk__in=list(keys), receiver=receiver, giver__is_active=True)
    return {word.pk: word for word in given.select_related("giver").order_by("pk")}


def _is_apart() -> Exists:
    """Whether giver and receiver want no contact, whoever of them said so."""
    apart = Q(member=OuterRef("giver"), other=OuterRef("receiver"))
    return Exists(NoContact.objects.filter(apart | Q(member=OuterRef("receiver"), other=OuterRef("giver"))))


def thanks_of(thanks_id: int, *, viewer: Member) -> Thanks:
    """A word of thanks that the viewer gave or was given. A 404 for everybody else."""
    theirs = Thanks.objects.filter(Q(giver=viewer) | Q(receiver=viewer)).select_related("giver", "receiver")
    return get_object_or_404(theirs, pk=thanks_id)


def chosen(member: Member) -> QuerySet[Member]:
    """Whom a member chose to meet, by name."""
    others = Chosen.objects.filter(member=member).values("other")
    return Member.objects.filter(pk__in=others, is_active=True).order_by("folded_name", "pk")


def told(member: Member) -> dict[str, Any]:
    """All that a member has told, for their own form. Two queries."""
    profile = Profile.objects.filter(member=member).first() or Profile(member=member)
    topics = MemberTopic.objects.filter(member=member).order_by("topic__normalised")
    pairs = list(topics.values_list("kind", "topic__name"))
    names = ("about", "pronouns", "area", "languages", *SEEN_BY)
    fields: dict[str, Any] = {name: getattr(profile, name) for name in names}
    fields["display_name"] = member.display_name
    return fields | {name: [topic for kind_, topic in pairs if kind_ == kind] for name, kind in KINDS.items()}


def own_area(member: Member) -> str:
    """Roughly where a member is, for themselves. One query."""
    return Profile.objects.filter(member=member).values_list("area", flat=True).first() or ""


def own_picture(member: Member) -> str:
    """The address of a member's own picture; empty if there is none."""
    found = Picture.objects.filter(member=member).first()
    return _address(member, found) if found else ""


def picture_file(person: Member, name: str, viewer: Member, *, now: datetime) -> str:
    """The file of a picture that the viewer may see now, with a line about the use. Empty if there is none for them."""
    [card] = _cards(Member.objects.filter(pk=person.pk), viewer)
    found = getattr(card, "picture", None)
    if found is None or found.name != name:
        return ""
    if viewer == person:
        return name
    is_for = rules.is_for(_profile(card).picture_seen_by, _bond(card, viewer))
    return name if is_for and uses.use(person, "photo", now=now) else ""


def own_access_needs(member: Member, *, now: datetime) -> tuple[str, list[str]]:
    """A member's own access needs, and the usernames of the hosts who may read them. Nothing without a yes."""
    kept = AccessNeeds.objects.filter(member=member).first()
    if kept is None or not gate.allows(member, NEEDS, now=now):
        return "", []
    hosts = AccessHost.objects.filter(needs=kept).order_by("host__username")
    return sealing.unseal(kept.sealed), list(hosts.values_list("host__username", flat=True))


def is_host_of(person: Member, viewer: Member, *, now: datetime) -> bool:
    """Whether `person` lets `viewer` read their access needs."""
    chosen = AccessHost.objects.filter(needs=person.pk, host=viewer).exists()
    return chosen and bool(gate.allows(person, NEEDS, now=now))


def access_needs(person: Member, host: Member, *, now: datetime) -> str | None:
    """What `person` needs, for a host they chose, with a line about the use. None if it is not for this reader."""
    kept = AccessNeeds.objects.filter(Exists(AccessHost.objects.filter(needs=OuterRef("pk"), host=host)))
    found = kept.filter(member=person).first()
    if found is None or not uses.use(person, "access_needs", now=now):
        return None
    return sealing.unseal(found.sealed)


def members_named(usernames: Iterable[str]) -> dict[str, Member]:
    """Those of these usernames that belong to somebody here."""
    found = Member.objects.filter(username__in=list(usernames), is_active=True).order_by("pk")
    return {member.username: member for member in found}


def _cards(people: QuerySet[Member], viewer: Person) -> QuerySet[Member]:
    """People with all that they tell, and whether they and the viewer chose each other."""
    topics = MemberTopic.objects.filter(member=OuterRef("pk")).order_by("topic__normalised")
    pairs = topics.values(pair=JSONObject(kind=F("kind"), name=F("topic__name")))
    return people.select_related("profile", "picture").annotate(
        topic_pairs=ArraySubquery(pairs),
        has_chosen_viewer=Exists(_chose(viewer)),
        is_chosen_by_viewer=Exists(Chosen.objects.filter(member=viewer.pk, other=OuterRef("pk"))),
    )


def _chose(viewer: Person) -> QuerySet[Chosen]:
    return Chosen.objects.filter(member=OuterRef("pk"), other=viewer.pk)


def _profile(card: Member) -> Profile:
    return getattr(card, "profile", None) or Profile(member=card)


def _bond(card: Member, viewer: Person, *, is_listed: bool = False) -> Bond:
    """In the directory people see themselves as others do."""
    if not isinstance(viewer, Member):
        return Bond.VISITOR
    if card == viewer and not is_listed:
        return Bond.SELF
    return Bond.CHOSEN if getattr(card, "has_chosen_viewer", False) else Bond.MEMBER


def _seen(card: Member, *, bond: Bond, events: Events) -> Shown:
    """The one place that decides: the gate says yes, and the field is for whoever looks."""
    everything, profile = _everything(card), _profile(card)
    circles = {name: Visibility(getattr(profile, f"{name}_seen_by")) for name in FIELDS}
    if bond == Bond.SELF:
        words = {name: str((circles[name] if events[FIELDS[name]] else Visibility.NOBODY).label) for name in FIELDS}
        return Shown(card, **everything, circles=words)
    is_open = {name: events[FIELDS[name]] is not None and rules.is_for(circles[name], bond) for name in FIELDS}
    return Shown(card, **{name: value for name, value in everything.items() if is_open[name]})


def _everything(card: Member) -> dict[str, Any]:
    profile, pictured = _profile(card), getattr(card, "picture", None)
    pairs: list[dict[str, str]] = getattr(card, "topic_pairs", [])
    return {
        "about": profile.about,
        "pronouns": profile.pronouns,
        "area": profile.area,
        "picture": _address(card, pictured) if pictured else "",
        "languages": [LANGUAGE_NAMES[code] for code in profile.languages],
        **{name: [pair["name"] for pair in pairs if pair["kind"] == kind] for name, kind in KINDS.items()},
    }


def _address(member: Member, pictured: Picture) -> str:
    return reverse("people:picture", args=[member.username, pictured.name])


def _note(cards: Iterable[Shown], events: Mapping[int, Events], *, sinks: Mapping[str, str], now: datetime) -> None:
    """A line for each person of whom something was shown."""
    lines: dict[str, dict[int, UUID]] = {}
    for card in cards:
        shown_fields = {purpose for name, purpose in FIELDS.items() if getattr(card, name)}
        used = {**sinks, **{purpose: sink for purpose, sink in SINKS.items() if purpose in shown_fields}}
        for purpose, sink in used.items():
            if event := events[card.person.pk][purpose]:
                lines.setdefault(sink, {})[card.person.pk] = event
    if lines:
        uses.note(lines, now=now)


def _suggested_or_asked_for(filters: Filters) -> list[Topic]:
    wanted = Q(is_suggested=True) | Q(normalised__in=list(filters.topics.values()))
    return list(Topic.objects.filter(wanted).order_by("normalised"))


def _fitting(
    people: QuerySet[Member], filters: Filters, *, topics: Iterable[Topic], viewer: Member, now: datetime
) -> QuerySet[Member]:
    """Those who fit, by what they show to this viewer: nobody is found by what is not for the viewer."""
    keys = {topic.normalised: topic.pk for topic in topics}
    if named := words_typed(filters.q):
        people = people.filter(words_begin(named, *NAMES))
    for name, wanted in filters.topics.items():
        who = MemberTopic.objects.filter(kind=KINDS[name], topic=keys.get(wanted))
        people = people.filter(_AmongThese("pk", ArraySubquery(who.values("member"))), _open(name, viewer, now=now))
    if filters.language:
        who_speak = Profile.objects.filter(languages__contains=[filters.language]).values("member")
        people = people.filter(_AmongThese("pk", ArraySubquery(who_speak)), _open("languages", viewer, now=now))
    if near := words_typed(filters.place):
        there = Profile.objects.filter(words_begin(near, "folded_area")).values("member")
        people = people.filter(_AmongThese("pk", ArraySubquery(there)), _open("area", viewer, now=now))
    return people


class _AmongThese(Func):
    """`pk = ANY(ARRAY(…))`: finds the few first and then looks each up by its key, whatever the planner
    would guess of how many they are; a plain IN makes it read all members now and then."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def _open(name: str, viewer: Member, *, now: datetime) -> Q:
    """A condition on members: the field is for this viewer, and the gate says yes."""
    seen_by = f"profile__{name}_seen_by"
    for_members = Q(**{f"{seen_by}__in": [Visibility.MEMBERS, Visibility.EVERYONE]})
    for_chosen = Q(**{seen_by: Visibility.CHOSEN}) & Q(Exists(_chose(viewer)))
    return (for_members | for_chosen) & Q(pk__in=gate.consenting(FIELDS[name], now=now))


def normalised(name: str) -> str:
    """The form in which two spellings of a topic are the same."""
    return " ".join(name.casefold().split())


def _decoded(cursor: str) -> Sequence[Any] | None:
    return pagination.decode(cursor, length=len(LISTED_BY)) if cursor else None
