"""The members of the measured community: accounts, what they said yes to, what they tell about themselves."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress

from bench.loading import copy
from bench.sizes import Size
from bench.texts import Pool
from members.consent import chain, queries
from members.consent.enums import STANDING, VALIDITY_MONTHS, EntityRole, EventState, EventType
from members.consent.models import ConsentEvent, ConsentState, ConsentUse, Principal
from members.consent.uses import SINKS
from members.models import Member
from members.people.enums import Kind, Visibility
from members.people.models import MemberTopic, Profile, Topic
from members.people.queries import normalised
from members.welcome.agreements import AGREEMENTS
from members.welcome.enums import Step
from members.welcome.models import Acceptance, Welcome
from notifications.models import Preferences

type Row = Mapping[str, Any]

SAID_YES = {
    "profile.directory": 0.8,
    "profile.public": 0.4,
    "profile.details": 0.6,
    "location.area": 0.4,
    "thanks.public": 0.5,
    "content.public": 0.75,
    "content.search_index": 0.6,
    "contact.mention": 0.7,
}
"""Which share of the members said yes to a purpose; the others said no."""

MODELS = (
    Member, EmailAddress, Principal, ConsentEvent, ConsentState, ConsentUse, Welcome, Acceptance, Preferences, Profile,
    Topic, MemberTopic,
)  # fmt: skip
TOPICS = 200
AREAS = ("Porto", "Leeds", "Leipzig", "Galway", "Cluj", "Gdańsk", "Utrecht", "Lyon", "Turku", "Siena")
WRITES_EACH = 500
JOINED = timedelta(days=6 * 365)


def follows_where_they_write(member: int) -> bool:
    return member % 5 < 3  # three in five


def answers(member: int) -> Mapping[str, bool]:
    """What a member said to each purpose."""
    chance = Random(f"answers {member}")
    return {purpose: chance.random() < share for purpose, share in SAID_YES.items()}


class People:
    """Every member of a community; keys run from one on."""

    def __init__(self, size: Size, pool: Pool, *, anchor: datetime) -> None:
        self.size, self.pool, self.anchor = size, pool, anchor
        self.joined = anchor - JOINED
        self.keys = range(1, size.members + 1)

    def load(self) -> None:
        copy(Member, map(self._member, self.keys))
        copy(
            EmailAddress,
            ({"user_id": key, "email": _address(key), "verified": True, "primary": True} for key in self.keys),
        )
        copy(Welcome, map(self._welcome, self.keys))
        copy(Acceptance, self._acceptances())
        copy(
            Preferences,
            ({"member_id": key, "follows_taking_part": True} for key in self.keys if follows_where_they_write(key)),
        )
        self._load_topics()

    def load_consents(self) -> None:
        """The ledger, chained as the site chains it, and what it comes to."""
        words = {code: queries.current_version(code) for code in SAID_YES}
        changes = queries.supersessions()
        for first in range(1, self.size.members + 1, WRITES_EACH):
            keys = range(first, min(first + WRITES_EACH, self.size.members + 1))
            chains = {key: self._chain(key, words) for key in keys}
            copy(Principal, (self._principal(key, events) for key, events in chains.items()))
            copy(ConsentEvent, (_columns(event) for events in chains.values() for event in events))
            states = [
                queries.state_of(event, member=key, is_restricted=False, changes=changes)
                for key, events in chains.items()
                for event in events
            ]
            copy(
                ConsentState,
                ({name: value for name, value in _columns(state).items() if name != "id"} for state in states),
            )
            copy(ConsentUse, self._uses(states))

    def _member(self, key: int) -> Row:
        chance = Random(f"member {key}")
        name = f"{chance.choice(self.pool.words[-4000:])} {chance.choice(self.pool.words[-4000:])}"
        return {
            "id": key,
            "username": f"person{key}",
            "display_name": name,
            "email": _address(key),
            "password": f"!{key:040x}",
            "standing": "member",
            "roles": [],
            "date_joined": self.joined,
        }

    def _welcome(self, key: int) -> Row:
        return {"member_id": key, "step": Step.DONE, "started_at": self.joined, "finished_at": self.joined}

    def _acceptances(self) -> Iterator[Row]:
        for key in self.keys:
            for agreement in AGREEMENTS:
                yield {
                    "member_id": key,
                    "code": agreement.code,
                    "version": agreement.version,
                    "accepted_at": self.joined,
                }

    def _load_topics(self) -> None:
        first = (Topic.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
        names = dict.fromkeys(f"{self.pool.words[300 + n]} {self.pool.words[500 + n]}" for n in range(TOPICS))
        topics = dict(enumerate(names, first))
        copy(Topic, ({"id": key, "name": name, "normalised": normalised(name)} for key, name in topics.items()))
        copy(Profile, (row for key in self.keys if (row := self._profile(key))))
        copy(MemberTopic, self._member_topics(list(topics)))

    def _profile(self, key: int) -> Row | None:
        chance = Random(f"profile {key}")
        if chance.random() > 0.7:  # three in ten tell nothing
            return None
        return {
            "member_id": key,
            "about": self.pool.short(chance).source,
            "pronouns": "they/them",
            "area": chance.choice(AREAS),
            "languages": chance.sample(["en", "de", "fr", "pt", "pl"], 2),
            "about_seen_by": Visibility.EVERYONE,
            "can_share_seen_by": Visibility.EVERYONE,
            **{
                f"{name}_seen_by": Visibility.MEMBERS
                for name in ("pronouns", "area", "languages", "would_learn", "interested")
            },
        }

    def _member_topics(self, topics: list[int]) -> Iterator[Row]:
        for key in self.keys:
            chance = Random(f"topics {key}")
            for kind in Kind:
                for topic in chance.sample(topics, chance.randrange(3)):
                    yield {"member_id": key, "topic_id": topic, "kind": kind}

    def _principal(self, key: int, events: list[ConsentEvent]) -> Row:
        return {"member_id": key, "ref": events[0].principal_ref, "length": len(events), "head": events[-1].hash}

    def _chain(self, key: int, words: Mapping[str, Any]) -> list[ConsentEvent]:
        chance, before, events = Random(f"consent {key}"), chain.START, list[ConsentEvent]()
        ref = _uuid(chance)
        said_at = self.anchor - timedelta(days=chance.uniform(1, 600))
        for seq, (purpose, is_yes) in enumerate(answers(key).items(), 1):
            state = EventState.GIVEN if is_yes else EventState.REFUSED
            event = ConsentEvent(
                id=_uuid(chance),
                seq=seq,
                principal_ref=ref,
                purpose_code=purpose,
                purpose_version=words[purpose].version,
                event_state=state,
                event_type=EventType.EXPRESSED,
                event_time=said_at + timedelta(seconds=seq),
                validity_duration=f"P{VALIDITY_MONTHS}M" if state in STANDING else "",
                entity_id=str(ref),
                entity_role=EntityRole.SELF,
                indication_method="web form",
                ui_surface="/welcome/<step>/",
                notice_sha256=words[purpose].sha256,
                language=words[purpose].language,
                prev_hash=before,
            )
            event.hash = before = chain.seal(event, after=before)
            events.append(event)
        return events

    def _uses(self, states: list[ConsentState]) -> Iterator[Row]:
        """Of the last ten days: visitors read posts on some of them."""
        for state in states:
            if state.purpose_code != SINKS["public_post"][0] or not state.is_standing:
                continue
            chance = Random(f"uses {state.member_id}")
            for ago in range(1, 11):
                if chance.random() < 0.3:  # three days in ten
                    day = (self.anchor - timedelta(days=ago)).date()
                    yield {
                        "member_id": state.member_id,
                        "purpose_code": state.purpose_code,
                        "sink": "public_post",
                        "used_on": day,
                        "event": state.event,
                    }


def _columns(row: Any) -> dict[str, Any]:
    return {field.column: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _address(key: int) -> str:
    return f"person{key}@example.org"


def _uuid(chance: Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)
