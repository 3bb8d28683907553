"""A community that lives for a while by a moved clock: everybody has settings of their own, and a twin in real time.

The twin follows, belongs, keeps apart and reads as their person does, and gets a letter at once about everything. What
reached the person by letter, digest or device, what was named as left out, what was read and what waits must be just what
the twin got. Letters are read as they were sent.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from itertools import product
from random import Random
from zoneinfo import ZoneInfo

import time_machine
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection

from members.contact import actions as contact
from members.models import Member
from notifications import actions, budget, delivery, kinds
from notifications.devices import actions as devices
from notifications.devices import delivery as device_delivery
from notifications.devices import queries as device_queries
from notifications.devices.actions import Subscription
from notifications.enums import Carrier, Digest, LettersFor, Level, PushFor, Reason
from notifications.kinds import Described, Kind
from notifications.models import Notice, Preferences, Telling
from tests.cast import says_no, says_yes
from tests.conftest import _work_after_commit
from tests.notifications.devices.service import Browser, PushService, raw

BEGIN = datetime(2026, 3, 10, tzinfo=UTC)  # clocks change in it: on the 29th in Europe; America did so on the 8th
TICK = timedelta(minutes=10)
ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Auckland", "Asia/Kathmandu"]
QUIET = [(None, None), (time(21), time(8)), (time(11), time(16)), (time(2, 30), time(2))]
MAIL = ("email.replies", "email.digest", "email.list")
ALL = (*MAIL, "push.notify")
SETTINGS = list(product(LettersFor.values, Digest.values, (None, 1, 2), QUIET, (False, True)))
LEVELS = [Level.FOLLOWING, Level.FOLLOWING, Level.FOLLOWING, Level.ONCE, Level.EVERY_POST, Level.MUTED]
LINK = re.compile(r"^https?://\S+?/parity/(\d+)/$", re.MULTILINE)
ROOM = re.compile(r"^Room \d+: (\d+) things?$", re.MULTILINE)
MORE = re.compile(r"^And (\d+) more in your inbox", re.MULTILINE)


@dataclass
class Person:
    """Somebody, their twin, and what they will do when."""

    member: Member
    twin: Member
    browser: Browser | None = None
    plan: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    said: dict[str, list[tuple[datetime, bool]]] = field(default_factory=lambda: defaultdict(list))
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    apart: dict[int, datetime] = field(default_factory=dict)
    left_group: datetime | None = None


@dataclass(frozen=True)
class Sent:
    """A letter as it was found, or a ring of a device."""

    at: datetime
    to: str
    purpose: str
    links: tuple[int, ...]
    named: int


class Community:
    """`hours` of it, with so many people."""

    def __init__(self, *, seed: int, people: int, rooms: int, threads: int, service: PushService) -> None:
        self.random, self.rooms, self.threads, self.service = Random(seed), rooms, threads, service
        self.hidden: dict[int, datetime] = {}
        self.letters: list[Sent] = []
        self.rings: list[Sent] = []
        self.group = Group.objects.create(name="parity")
        self.authors = [self._member(f"author{n}") for n in range(8)]
        kinds.register(Kind("parity.post", self._describe, audience=self._audience))
        order = self.random.sample(range(len(SETTINGS)), len(SETTINGS))
        self.people = [self._person(n, SETTINGS[order[n % len(order)]]) for n in range(people)]
        self.by_key = {person.member.pk: person for person in self.people}
        self.now = BEGIN

    def live(self, *, days: int, events: int) -> None:
        """Let it happen, tick by tick; afterwards the clock runs on until every twin has had their letter."""
        ticks = days * 24 * 6
        happenings = Counter(self.random.choices(range(ticks), k=events * days))
        for person in self.people:
            self._plan(person, ticks)
        for tick in range(ticks + 4):
            self.now = BEGIN + tick * TICK
            with time_machine.travel(self.now, tick=False):
                for _n in range(happenings[tick]):
                    self._happen()
                for person in self.people:
                    for act in person.plan.pop(tick, ()):
                        getattr(self, f"does_{act}")(person)
                _work_after_commit()
                self._deliver()

    def _deliver(self) -> None:
        delivery.send_due_letters(now=self.now)
        delivery.send_due_digests(now=self.now)
        device_delivery.hand_out_due(now=self.now)
        for push in device_queries.due(now=self.now):
            device_delivery.send(push, now=self.now)
        self.letters += [self._read(letter) for letter in mail.outbox]
        mail.outbox.clear()
        by_path = {message.path: message for message in self.service.messages}
        assert len(by_path) == len(self.service.messages), "a device rang twice at one moment"
        for path, message in by_path.items():
            person = self.by_key[int(path.strip("/"))]
            said = person.browser.open(message.body)
            links = tuple(map(int, re.findall(r"^/parity/(\d+)/$", said["to"])))
            self.rings.append(Sent(self.now, str(person.member.pk), "push.notify", links, 0))
        self.service.messages.clear()
        connection.run_on_commit = []

    def _read(self, letter: EmailMessage) -> Sent:
        named = [int(number) for pattern in (ROOM, MORE) for number in pattern.findall(letter.body)]
        return Sent(
            at=self.now,
            to=letter.to[0].partition("@")[0],
            purpose=letter.extra_headers["Feedback-ID"].partition(":")[0],
            links=tuple(map(int, LINK.findall(letter.body))),
            named=sum(named),
        )

    # What happens

    def _happen(self) -> None:
        room, thread = self.random.randrange(self.rooms), self.random.randrange(self.threads)
        meant = self.random.sample(self.people, k=self.random.choice([0, 0, 1, 2]))
        reason = self.random.choice([Reason.REPLY, Reason.MENTION])
        if room == 0:
            meant = [person for person in meant if not person.left_group]
        number = Notice.objects.count()
        news = actions.News(
            kind="parity.post",
            subject=f"parity.post:{number}",
            places=[f"parity.room:{room}", f"parity.thread:{room}{thread}"],
            actor=self.random.choice(self.authors).pk,
            bundle=self.random.choice([f"parity.thread:{room}{thread}", f"parity.post:{number}"]),
            directly={key: reason for person in meant for key in (person.member.pk, person.twin.pk)},
            closes_at=self.now + timedelta(days=2) if self.random.random() < 0.1 else None,
        )
        actions.announce(news, now=self.now)
        notice = Notice.objects.get(subject=news.subject)
        actions.tell_all(notice=notice.pk, now=self.now)
        if self.random.random() < 0.05:
            earlier = self.random.choice(list(Notice.objects.values_list("pk", flat=True)))
            self.hidden.setdefault(earlier, self.now)

    def _describe(self, notices: Iterable[Notice], reader: Member) -> Mapping[int, Described]:
        return {
            notice.pk: Described(
                title=f"Thing {notice.pk}", address=f"/parity/{notice.pk}/", who="Ada", room=self._room(notice)
            )
            for notice in notices
            if notice.pk not in self.hidden and not (self._is_of_group(notice) and reader.pk in self._gone())
        }

    @staticmethod
    def _room(notice: Notice) -> str:
        return f"Room {notice.places[0].partition(':')[2]}"

    @staticmethod
    def _is_of_group(notice: Notice) -> bool:
        return notice.places[0] == "parity.room:0"

    def _gone(self) -> set[int]:
        left = [person for person in self.people if person.left_group]
        return {key for person in left for key in (person.member.pk, person.twin.pk)}

    def _audience(self, notice: Notice) -> object:
        return Member.objects.filter(groups=self.group).values("pk") if self._is_of_group(notice) else None

    # What people do

    def _plan(self, person: Person, ticks: int) -> None:
        acts = ["read"] * self.random.randrange(ticks // 144 + 1)
        acts += [act for act in ("pause", "no", "apart", "leave", "mute") if self.random.random() < 0.25]
        for act in acts:
            person.plan[self.random.randrange(ticks)].append(act)

    def does_read(self, person: Person) -> None:
        mine = Telling.objects.filter(member=person.member).unread().order_by("notice")
        bundle = self.random.choice(list(mine.values_list("notice__bundle", flat=True)) or ["none"])
        for member in (person.member, person.twin):
            actions.mark_read(member=member, bundle=bundle, now=self.now)

    def does_pause(self, person: Person) -> None:
        until = self.now + timedelta(hours=self.random.randrange(5, 90))
        person.pauses.append((self.now, until))
        actions.pause(member=person.member, until=until, now=self.now)

    def does_no(self, person: Person) -> None:
        purpose = self.random.choice(ALL)
        says_no(person.member, purpose, now=self.now)
        person.said[purpose].append((self.now, False))
        if self.random.random() < 0.5 and purpose in MAIL:
            person.plan[int((self.now - BEGIN) / TICK) + 60].append("yes")

    def does_yes(self, person: Person) -> None:
        for purpose in MAIL:
            if person.said[purpose] and not person.said[purpose][-1][1]:
                says_yes(person.member, purpose, now=self.now)
                person.said[purpose].append((self.now, True))

    def does_apart(self, person: Person) -> None:
        author = self.random.choice(self.authors)
        person.apart[author.pk] = self.now
        for member in (person.member, person.twin):
            contact.want_no_contact(member=member, other=author, surface="/", now=self.now)

    def does_leave(self, person: Person) -> None:
        person.left_group = self.now
        self.group.user_set.remove(person.member, person.twin)

    def does_mute(self, person: Person) -> None:
        place = f"parity.thread:{self.random.randrange(self.rooms)}{self.random.randrange(self.threads)}"
        for member in (person.member, person.twin):
            actions.follow(member=member, place=place, level=Level.MUTED, now=self.now)

    # Who there is

    def _member(self, name: str) -> Member:
        return Member.objects.create(
            username=name, email=f"{name}@example.org", display_name=name, last_login=BEGIN, date_joined=BEGIN
        )

    def _person(self, number: int, chosen: tuple) -> Person:
        person = Person(self._member(f"person{number}"), self._member(f"twin{number}"))
        if self.random.random() < 0.1:
            Member.objects.filter(pk=person.member.pk).update(last_login=BEGIN - timedelta(days=25), date_joined=BEGIN)
        letters_for, digest, mails, (quiet_from, quiet_until), always = chosen
        settings = {
            "letters_for": letters_for,
            "digest": digest,
            "digest_days": sorted(self.random.sample(range(7), 2)),
            "digest_at": time(self.random.randrange(24)),
            "mails_a_day": mails,
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
            "always_if_needed": always,
            "zone": self.random.choice(ZONES),
            "push_for": self.random.choice(PushFor.values),
        }
        actions.choose(member=person.member, choices=settings, now=BEGIN)
        unlimited = {"letters_for": LettersFor.ALL, "quiet_from": None, "quiet_until": None}
        actions.choose(member=person.twin, choices=unlimited, now=BEGIN)
        for purpose in ALL:
            if self.random.random() < 0.85:
                says_yes(person.member, purpose, now=BEGIN)
                person.said[purpose].append((BEGIN, True))
        says_yes(person.twin, *MAIL, now=BEGIN)
        self._follow(person)
        if person.said["push.notify"]:
            self._allow(person)
        return person

    def _follow(self, person: Person) -> None:
        self.group.user_set.add(*(member for member in (person.member, person.twin)))
        places = [
            f"parity.room:{self.random.randrange(self.rooms)}",
            f"parity.room:{self.random.randrange(self.rooms)}",
        ]
        places += [f"parity.thread:{self.random.randrange(self.rooms)}{self.random.randrange(self.threads)}"]
        for place in places:
            level = self.random.choice(LEVELS)
            for member in (person.member, person.twin):
                actions.follow(member=member, place=place, level=level, now=BEGIN)

    def _allow(self, person: Person) -> None:
        person.browser = Browser(f"{self.service.address}/{person.member.pk}")
        said = person.browser.subscription
        subscription = Subscription(said["endpoint"], raw(said["p256dh"]), raw(said["auth"]))
        devices.add(member=person.member, subscription=subscription, name="Browser", now=BEGIN)


# What must hold


def faults(community: Community) -> list[str]:
    """Everything that is not as it must be."""
    sent = defaultdict(list)
    for one in [*community.letters, *community.rings]:
        sent[one.to].append(one)
    return [
        f"{person.member.username}: {fault}"
        for person in community.people
        for fault in (
            *_bad_times(person, sent[person.member.username] + sent[str(person.member.pk)]),
            *_seen_wrongly(community, person, sent[person.member.username] + sent[str(person.member.pk)]),
            *_unlike_its_twin(person, sent[person.member.username], sent[person.twin.username]),
        )
    ]


def _bad_times(person: Person, sent: list[Sent]) -> list[str]:
    """No yes, a pause, quiet hours, or more than wanted."""
    chosen, found = Preferences.objects.get(pk=person.member.pk), []
    needed = set(Telling.objects.filter(member=person.member, is_needed=True).values_list("notice", flat=True))
    pushed = defaultdict(set)
    for notice, at in Telling.objects.filter(member=person.member).values_list("notice", "pushed_at"):
        pushed[at].add(notice)
    a_day: Counter[tuple[str, date]] = Counter()
    for one in sorted(sent, key=lambda one: one.at):
        what = pushed[one.at] if one.purpose == "push.notify" else set(one.links)
        is_let_through = chosen.always_if_needed and one.purpose != "email.digest" and what <= needed
        said = [yes for at, yes in person.said[one.purpose] if at <= one.at]
        if not (said and said[-1]):
            found.append(f"{one} without a yes")
        if any(begin <= one.at < end for begin, end in person.pauses[-1:]):
            found.append(f"{one} in a pause")
        if budget.is_quiet(chosen, one.at) and not (is_let_through and one.purpose != "email.list"):
            found.append(f"{one} in quiet hours")
        if one.purpose != "email.list":
            day = "push" if one.purpose == "push.notify" else "mail", one.at.astimezone(ZoneInfo(chosen.zone)).date()
            a_day[day] += 1
            if chosen.mails_a_day and a_day[day] > chosen.mails_a_day and not is_let_through:
                found.append(f"{one} is over the budget")
    return found


def _seen_wrongly(community: Community, person: Person, sent: list[Sent]) -> list[str]:
    """What was taken away, is of a group that they left, or of somebody with whom they have no contact."""
    notices = {notice.pk: notice for notice in Notice.objects.all()}
    found = []
    for one in sent:
        for link in one.links:
            notice = notices[link]
            ends = [community.hidden.get(link), person.apart.get(notice.actor_id)]
            ends += [person.left_group] if notice.places[0] == "parity.room:0" else []
            if any(end and end <= one.at for end in ends):
                found.append(f"{one} shows what is gone")
    for purpose in ("push", "email"):
        links = Counter(link for one in sent if one.purpose.startswith(purpose) for link in one.links)
        found += [f"{link} came {times} times by {purpose}" for link, times in links.items() if times > 1]
    return found


def _unlike_its_twin(person: Person, sent: list[Sent], to_twin: list[Sent]) -> list[str]:
    mine, theirs = (
        list(Telling.objects.filter(member=member).select_related("notice").order_by("notice"))
        for member in (person.member, person.twin)
    )
    found = [*_letters_unlike(mine, sent), *_letters_unlike(theirs, to_twin)]
    missing = {telling.notice_id for telling in theirs if not telling.read_at and telling.carried_by != Carrier.LETTER}
    if missing:
        found.append(f"the twin did not get {missing}")
    told, twin_told = (
        {telling.notice_id for telling in tellings if telling.reason != Reason.ONCE} for tellings in (mine, theirs)
    )
    if told != twin_told:
        found.append(f"differs from the twin in {told ^ twin_told}")
    return found


def _letters_unlike(tellings: list[Telling], sent: list[Sent]) -> list[str]:
    """What is said to have been carried, and what was in the letters of that moment."""
    shown, named, links, told = defaultdict(set), Counter(), defaultdict(set), Counter()
    bundle = {telling.notice_id: telling.notice.bundle for telling in tellings}
    for telling in tellings:
        if telling.carried_by in {Carrier.LETTER, Carrier.DIGEST}:
            shown[telling.carried_at].add(telling.notice_id)
        elif telling.carried_by == Carrier.LEFT_OUT:
            named[telling.carried_at] += 1
    for one in sent:
        links[one.at] |= set(one.links)
        told[one.at] += one.named
    found = []
    for at in shown.keys() | links.keys() | named.keys():
        is_shown = links[at] <= shown[at] and {bundle[key] for key in links[at]} == {bundle[key] for key in shown[at]}
        if not is_shown:
            found.append(f"{at}: carried {shown[at]}, but the letters show {links[at]}")
        if named[at] > told[at]:
            found.append(f"{at}: {named[at]} left out, but the letters name {told[at]}")
    return found


def figures(community: Community) -> dict[str, int]:
    """How much of everything there was, so that a test can see that there was enough."""
    mine = Telling.objects.filter(member__in=[person.member for person in community.people])
    by = Counter(mine.filter(read_at=None).values_list("carried_by", flat=True))
    purposes = Counter(one.purpose for one in community.letters if one.to.startswith("person"))
    return {
        "told": mine.count(),
        "read": mine.filter(read_at__isnull=False).count(),
        **{f"by {carrier or 'nothing, and wait'}": count for carrier, count in sorted(by.items())},
        **{f"letters of {purpose}": count for purpose, count in sorted(purposes.items())},
        "letters to twins": sum(one.to.startswith("twin") for one in community.letters),
        "rings": len(community.rings),
        "left out, as letters say": sum(one.named for one in community.letters if one.to.startswith("person")),
    }
