"""A demo community that looks alive: fictional people who talk about real topics of such a community."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction
from guardian.shortcuts import assign_perm

from forum import actions as forum
from forum.actions.posts import Text
from forum.enums import Visibility
from forum.models import MODERATE, VIEW, Category, Post, Thread
from members.consent import actions as consent
from members.enums import Role, Standing
from members.models import Member
from members.trust import actions as trust
from members.trust import queries
from members.welcome import actions as welcome
from members.welcome.enums import Step
from notifications import actions as notifications
from notifications.enums import Level
from pages import demo_events, demo_people
from pages.demo_talk import FOLLOWED, RESTS, ROOMS, SHOWS_THANKS, SUMMARIES, THANKED, THREADS, Room, Said, Talk

PASSWORD = "kitchen-table-2017"  # noqa: S105 (printed at each start of a local site)
MEMBERS_SINCE = timedelta(days=600)
ROLES_SINCE = timedelta(days=90)
CHOSEN = "Chosen in the circle of the whole community."
SAID_YES_TO = ("content.public", "contact.mention", "contact.requests")
WELCOMERS = {"ana", "sinead"}
RESERVED = {"tomasz"}
"""Somebody who has said nothing yet, so that one sees what that looks like."""


@dataclass(frozen=True)
class Person:
    username: str
    name: str
    part: str = ""
    standing: Standing = Standing.MEMBER
    roles: list[Role] = field(default_factory=list)


PEOPLE = [
    Person("noor", "Noor Haddad", "newcomer", standing=Standing.NEWCOMER),
    Person("ana", "Ana Ferreira", "member"),
    Person("olu", "Olu Adeyemi", "organiser", roles=[Role.ORGANISER]),
    Person("mirela", "Mirela Pop", "moderator", roles=[Role.MODERATOR]),
    Person("fenna", "Fenna de Wit", "facilitator", roles=[Role.FACILITATOR]),
    Person("adil", "Adil Rahman", "administrator", roles=[Role.ADMINISTRATOR]),
    Person("ben", "Ben Okafor"),
    Person("jule", "Jule Brandt"),
    Person("tomasz", "Tomasz Zieliński"),
    Person("sinead", "Sinéad Walsh"),
]


def cast() -> Iterator[tuple[Member, str]]:
    """The people of the demo that somebody can sign in as, with the part that they play."""
    parts = {person.username: person.part for person in PEOPLE if person.part}
    here = Member.objects.in_bulk(parts, field_name="username")
    return ((here[username], part) for username, part in parts.items() if username in here)


@transaction.atomic
def fill(*, now: datetime) -> None:
    """Make the people, the rooms and what was said in them. For an empty site only."""
    people = {person.username: _join(person, now=now) for person in PEOPLE}
    _give_roles(people, now=now)
    rooms = {room.slug: _open(room, position, people) for position, room in enumerate(ROOMS)}
    posts: dict[int, Post] = {}
    for line in sorted(_script(), key=lambda line: -line.said.days_ago):
        posts[id(line.said)] = _speak(line, rooms, people, posts, now=now)
    _sum_up(people, now=now)
    _care(people, now=now)
    demo_people.tell(people, now=now)
    demo_events.invite(people, now=now)


def _sum_up(people: dict[str, Member], *, now: datetime) -> None:
    """A thread with a summary and a stage, and rooms that somebody follows."""
    for where in SUMMARIES:
        thread = Thread.objects.get(title=where.title)
        by = people[where.by]
        forum.write_summary(thread=thread, by=by, source=where.text, version=0, now=now)
        forum.set_stage(thread=thread, by=by, stage=where.stage, reason=where.reason, now=now)
    for username, slug in FOLLOWED:
        place = f"forum.category:{Category.objects.get(slug=slug).pk}"
        notifications.follow(member=people[username], place=place, level=Level.FOLLOWING, now=now)


def _care(people: dict[str, Member], *, now: datetime) -> None:
    """A thread that rests, and posts that somebody was thanked for."""
    for rest in RESTS:
        thread = Thread.objects.get(title=rest.title)
        until = now + timedelta(days=rest.days)
        forum.pause(thread=thread, until=until, by=people[rest.by], reason=rest.reason, now=now)
    for username in SHOWS_THANKS:
        consent.answer(member=people[username], purpose="thanks.public", yes=True, surface="/welcome/", now=now)
    for thank in THANKED:
        forum.thank_for(
            post=Post.objects.select_related("author").get(source__startswith=thank.post),
            by=people[thank.by],
            words=thank.words,
            is_public=thank.is_public,
            submission=uuid4(),
            now=now,
        )


@dataclass(frozen=True)
class Line:
    """One post of the script, with the thread that it begins or the post that it answers."""

    said: Said
    begins: Talk | None = None
    answers: Said | None = None


def _script() -> Iterator[Line]:
    for thread in THREADS:
        yield Line(thread.said, begins=thread)
        yield from _answers_to(thread.said)


def _answers_to(said: Said) -> Iterator[Line]:
    for answer in said.answers:
        yield Line(answer, answers=said)
        yield from _answers_to(answer)


def _speak(
    line: Line, rooms: dict[str, Category], people: dict[str, Member], posts: dict[int, Post], *, now: datetime
) -> Post:
    said = line.said
    text = Text(source=said.text, content_note=said.content_note, language=said.language, heard=said.heard)
    by, at = people[said.by], now - timedelta(days=said.days_ago)
    if line.begins is None:
        post = forum.post_reply(parent=posts[id(line.answers)], by=by, text=text, now=at)
        forum.record_visit(member=by, thread=Thread.objects.get(pk=post.thread_id), now=at)
        return post
    opening = forum.start_thread(category=rooms[line.begins.room], by=by, title=line.begins.title, text=text, now=at)
    if line.begins.is_pinned:
        Thread.objects.filter(pk=opening.thread_id).update(is_pinned=True)
    forum.record_visit(member=by, thread=opening.thread, now=at)
    return opening


def _join(person: Person, *, now: datetime) -> Member:
    joined = now - (timedelta(hours=3) if person.standing == Standing.NEWCOMER else MEMBERS_SINCE)
    member = Member.objects.create_user(
        person.username,
        f"{person.username}@example.org",
        PASSWORD,
        display_name=person.name,
        standing=person.standing,
        date_joined=joined,
    )
    welcome.begin(member=member, now=joined)
    for purpose in SAID_YES_TO if person.username not in RESERVED else ():
        consent.answer(member=member, purpose=purpose, yes=True, surface="/welcome/", now=joined)
    if person.standing == Standing.MEMBER:
        welcome.go_to(member=member, step=Step.DONE, now=joined)
    for purpose in ("welcome.volunteer", "email.welcome") if person.username in WELCOMERS else ():
        consent.answer(member=member, purpose=purpose, yes=True, surface="/welcome/", now=joined)
    EmailAddress.objects.create(user=member, email=member.email, primary=True, verified=True)
    return member


def _give_roles(people: dict[str, Member], *, now: datetime) -> None:
    """The administrator from the machine, the others by him; a newcomer has one of the two words she needs."""
    given_at = now - ROLES_SINCE
    keeper = people["adil"]
    trust.grant_from_command_line(member=keeper, role=Role.ADMINISTRATOR, reason="our first one", now=given_at)
    for person in PEOPLE:
        for role in set(person.roles) - {Role.ADMINISTRATOR}:
            grant = trust.grant_role(
                member=people[person.username], role=role, by=keeper, months=12, reason=CHOSEN, now=given_at
            )
            trust.accept_role(grant=grant, now=given_at)
            trust.mark_told(member=grant.member, tellings=queries.untold(grant.member), now=given_at)
    trust.vouch(voucher=people["ana"], newcomer=people["noor"], now=now - timedelta(hours=1))


def _open(room: Room, position: int, people: dict[str, Member]) -> Category:
    category = Category.objects.create(
        slug=room.slug,
        name=room.name,
        description=room.description,
        visibility=room.visibility,
        position=position,
        is_greeting=room.is_greeting,
        how_we_talk="\n".join(room.how_we_talk),
        takes_letters=room.takes_letters,
    )
    for username in room.moderators:
        assign_perm(MODERATE, people[username], category)
    if room.visibility == Visibility.GROUP:
        group = Group.objects.create(name=room.name)
        group.user_set.add(*(people[username] for username in room.people))
        assign_perm(VIEW, group, category)
    return category
