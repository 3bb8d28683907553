"""People with a past: somebody whose traces are everywhere, and the tools to look for them."""

import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import Client
from guardian.shortcuts import assign_perm
from PIL import Image

from commons import clock, undeliverable
from commons.config import services
from commons.files import actions as files
from commons.files.actions import Gift
from commons.files.models import Spot
from commons.models import RateLimit
from commons.outbox import publish
from events import actions as events
from events.actions import NewPlace
from events.after import actions as after
from events.after.enums import WriteUpKind
from events.joining import actions as joining
from events.joining.models import Guest
from events.making import actions as making
from events.making.enums import AskKind
from events.models import Event, Occurrence
from forum import actions as forum
from forum.actions.posts import Text
from forum.enums import Nudge
from forum.models import MODERATE, Category, MailedPost, Post
from members.actions import claim_author
from members.addresses import hashed
from members.consent import actions as consent
from members.consent import receipts, uses
from members.contact.models import ContactRequest, Conversation, Message, NoContact
from members.enums import Role
from members.models import Member, UnclaimedAuthor
from members.people import actions as people
from members.rights import actions
from members.rights.models import Breach, Export, LegalHold
from members.security import actions as safety
from members.security.enums import AlertCode, Happening, Method
from members.trust import actions as trust
from members.trust.enums import Happening as Told
from members.trust.enums import Why
from members.trust.models import DataAccess, Participation, Removal, StandingChange, Vouch
from members.welcome.models import (
    Acceptance,
    Application,
    ApplicationMessage,
    Arrival,
    CheckIn,
    Hello,
    Invitation,
    Pairing,
    Welcome,
)
from notifications import actions as notifications
from notifications.bridge import sealing
from notifications.bridge.models import Incoming
from notifications.devices import actions as devices
from notifications.devices.actions import Subscription
from notifications.enums import Level, Reason
from notifications.models import Notice, SentLetter, Telling
from tests.cast import BACKEND, says_yes, sign_in
from tests.events.conftest import details
from tests.support.strange_files import picture

NAME, DISPLAY, ADDRESS = "canary-otter", "Canary Otterbein", "canary.otter@otterbein.example"
OTHER_ADDRESS, OLD_NAME = "second@otterbein.example", "C. Otterbein the Elder"
FORMER_NAME = "Canary as they were called"


@pytest.fixture(autouse=True)
def _folders(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    settings.EXPORT_ROOT = tmp_path / "exports"  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    exports = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "exports"}}
    settings.STORAGES = settings.STORAGES | {"exports": exports}  # type: ignore[attr-defined] # likewise
    settings.ERASURE_LOG = tmp_path / "erasures.log"  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting


@pytest.fixture
def table(db: None) -> Category:
    return Category.objects.create(slug="table", name="The table", visibility="public")


@pytest.fixture
def otter(db: None) -> Member:
    """The one who leaves."""
    member = Member.objects.create_user(
        NAME, ADDRESS, "seven quiet rivers", display_name=DISPLAY, standing="member", roles=["moderator"],
        former_names=[FORMER_NAME],
    )  # fmt: skip
    EmailAddress.objects.create(user=member, email=ADDRESS, primary=True, verified=True)
    return member


@pytest.fixture
def as_otter(otter: Member) -> Client:
    """Signed in, and just asked once more who they are."""
    client = sign_in(Client(), otter)
    client.post("/account/reauthenticate/", {"password": "seven quiet rivers"})
    return client


def fresh(post: Post) -> Post:
    return Post.objects.select_related("thread__category", "author", "unclaimed_author").get(pk=post.pk)


def leave_traces(otter: Member, cleo: Member, table: Category) -> dict[str, Post]:
    """Something of the one who leaves in every holding there is, in their own words and in those of others."""
    now = clock.now()
    assign_perm(MODERATE, otter, table)
    group = Group.objects.create(name="The circle")
    group.user_set.add(otter)
    otter.user_permissions.add(Permission.objects.order_by("pk")[0])
    says_yes(otter, "contact.mention")
    posts = _talk(otter, cleo, table, now)
    kind = ContentType.objects.get_for_model(Member)
    EmailAddress.objects.create(user=otter, email=OTHER_ADDRESS)
    EmailConfirmation.objects.create(
        email_address=EmailAddress.objects.get(email=OTHER_ADDRESS), key="canarykey", sent=now, created=now
    )
    assign_perm("members.view_member", otter, cleo)
    for who, what in ((otter, "canary-thing"), (cleo, DISPLAY)):
        LogEntry.objects.create(
            user=who, content_type=kind, object_id=str(otter.pk), object_repr=what, action_flag=CHANGE,
            change_message="canary changed",
        )  # fmt: skip
    consent.answer(member=otter, purpose="email.welcome", yes=True, surface="/welcome/", now=now)
    consent.answer(member=cleo, purpose="email.welcome", yes=True, surface=f"/people/{NAME}/no-contact/", now=now)
    uses.use(otter, "welcome_letter", now=now)
    receipts.receipt(otter, now=now)
    RateLimit.objects.create(action="forum.preview", key=str(otter.pk), full_at=now + timedelta(hours=1))
    Client().force_login(otter, BACKEND)
    _registers(otter, now)
    _company(otter, cleo, now)
    _told(otter, cleo, now)
    _people(otter, cleo, now)
    _trust(otter, cleo, now)
    _events(otter, cleo, now)
    with transaction.atomic():
        publish("consent.changed", member=otter.pk, purpose="email.welcome", scope="", state="ConsentGiven")
    return posts


def _events(otter: Member, cleo: Member, now: datetime) -> None:
    """Events that they began, alone and published, and one that they host with another; a place and a calendar."""
    place = NewPlace(name="Canary house", area="Canary town", address="Canary lane", directions="Canary bell")
    told = {"title": "Canary circle", "source": "Canary words", "online_link": "https://canary.example.org/"}
    mine = events.prepare(by=otter, details=details(place=place, **told), now=now)
    events.publish(event=mine, now=now)
    date = Occurrence.objects.get(event=mine)
    events.change_date(occurrence=date, wall=date.ruled_start, duration=timedelta(hours=1), note="Canary note", now=now)
    events.cancel_date(occurrence=date, reason="Canary reason", now=now)
    events.cancel(event=mine, reason="Canary reason", now=now)
    events.prepare(by=otter, details=details(**told), now=now)
    theirs = events.prepare(by=cleo, details=details(), now=now)
    events.publish(event=theirs, now=now)
    events.add_host(event=theirs, member=otter)
    _joins(otter, Occurrence.objects.with_event().get(event=theirs), now)
    _around_events(otter, cleo, mine, date, now)
    events.renew_feed(member=otter, now=now)


def _joins(otter: Member, date: Occurrence, now: datetime) -> None:
    """They come to it, and once came to it as a guest, with all that can be told."""
    question = joining.ask(event=date.event, words="What?", why="So", keep_days=90, is_required=False)
    said = joining.Reply(answers={question.pk: "Canary bread"}, media={"photos": "public"}, is_seen=True)
    says_yes(otter, "special.access_needs")
    joining.pass_needs(
        rsvp=joining.reply(occurrence=date, by=otter, said=said, now=now), by=otter, text="Canary lift", now=now
    )
    Guest.objects.create(occurrence=date, name=DISPLAY, email=ADDRESS, made_at=now)


def _around_events(otter: Member, cleo: Member, mine: Event, date: Occurrence, now: datetime) -> None:
    """What an event needed, who gave it, and what was told of it: alone, and written over by another."""
    ask = making.ask_for(event=mine, kind=AskKind.THING, what="Canary pots", wanted=3)
    making.take_on(ask=ask, by=otter, note="Canary pledge", now=now)
    for kind, writers in ((WriteUpKind.NOTES, (otter,)), (WriteUpKind.HARVEST, (otter, otter, cleo))):
        for version, by in enumerate(writers):
            source = f"Canary {kind} {version}" if by == otter else f"Ours {version}"
            after.write_up(occurrence=date, kind=kind, by=by, source=source, version=version, now=now)
    after.add_link(occurrence=date, by=otter, title="Canary film", link="https://canary.example.org/film",
                   consent_asked="Canary asked", now=now)  # fmt: skip
    after.tell_outcome(occurrence=date, by=otter, words="Canary outcome", thread=None, now=now)
    answers = {"liked": "well", "took_part": "yes", "good": "Canary good", "different": "Canary different"}
    after.give_feedback(occurrence=date, by=otter, answers=answers, now=now)


def _trust(otter: Member, cleo: Member, now: datetime) -> None:
    """What was counted, vouched, granted and looked at, for them and by them."""
    Participation.objects.create(member=otter, day=now.date(), post_count=1)
    Removal.objects.create(member=otter, post=1, removed_at=now)
    for one, other in ((otter, cleo), (cleo, otter)):
        Vouch.objects.create(voucher=one, newcomer=other, vouched_at=now)
        StandingChange.objects.create(
            member=one, before="newcomer", after="member", why=Why.BY_HAND, by=other, happened_at=now
        )
        grant = trust.grant_role(member=one, role=Role.ADMINISTRATOR, by=other, months=12, reason="Chosen", now=now)
        trust.end_role(grant=grant, by=other, reason="Enough", now=now)
        access = DataAccess.objects.create(about=one, asked_by=other, scope="address", reason="A fire", asked_at=now)
        trust.note_view(access=access, fields=["email"], now=now)
        trust.tell([one.pk], Told.VOUCHED_FOR, about=str(other), now=now)
    DataAccess.objects.create(
        about=Member.objects.create_user("eve-3", display_name="Eve"), asked_by=cleo, confirmed_by=otter,
        confirmed_at=now, scope="address", reason="A fire", asked_at=now,
    )  # fmt: skip


def _talk(otter: Member, cleo: Member, table: Category, now: datetime) -> dict[str, Post]:
    mine = forum.start_thread(
        category=table, by=otter, title="Canary title soup", text=Text("Canary words one"), now=now
    )
    answer = forum.post_reply(
        parent=fresh(mine),
        by=cleo,
        text=Text(
            f"> **{DISPLAY} wrote:**\n>\n> Quoted words\n\nThanks @{NAME}, [you](/people/{NAME}/)!\n\n"
            f"> **{FORMER_NAME} wrote:**\n>\n> Quoted long ago",
            heard=f"Soup, @{NAME}",
        ),
        now=now,
    )
    second = forum.post_reply(
        parent=fresh(answer), by=otter, text=Text("Canary words two", "Canary note", heard="Canary heard"), now=now
    )
    forum.post_reply(parent=fresh(second), by=cleo, text=Text("An answer below"), now=now)
    taken_back = forum.post_reply(parent=fresh(answer), by=otter, text=Text("Canary words three"), now=now)
    forum.delete_post(post=taken_back, by=otter, now=now)
    theirs = forum.start_thread(category=table, by=cleo, title=f"For @{NAME}", text=Text("Hello"), now=now)
    there = forum.post_reply(parent=fresh(theirs), by=otter, text=Text("Canary words four"), now=now)
    Post.objects.filter(pk__in=[second.pk, answer.pk]).update(created_at=now - timedelta(minutes=10))
    forum.edit_post(post=second, by=otter, text=Text("Canary words two, better", "Canary note"), now=clock.now())
    forum.edit_post(post=answer, by=cleo, text=Text(f"{fresh(answer).source} Bye."), now=clock.now())
    forum.rename(thread=mine.thread, by=cleo, title="Canary title stew", reason=f"Asked by @{NAME}", now=now)
    forum.pin(thread=theirs.thread, by=otter, reason="Canary reason", now=now)
    place = {"path": "/x/", "now": now}
    forum.save_draft(
        member=otter, place="reply:1", label="Canary label", source="Canary draft", heard="Canary hint", **place
    )
    quoting = f"> **{DISPLAY} wrote:**\n>\n> Quoted words\n\nYes, @{NAME}"
    forum.save_draft(
        member=cleo, place=f"reply:{mine.pk}", label="Reply in “Canary title stew”", source=quoting, **place
    )
    forum.record_visit(member=otter, thread=mine.thread, now=now)
    forum.catch_up(member=otter, until=now)
    forum.note_nudge(member=otter, thread=mine.thread, nudge=Nudge.ROW, now=now)
    forum.bookmark(member=otter, post=mine, note="Canary bookmark", remind_at=None, now=now)
    forum.bookmark(member=cleo, post=mine, note=f"Ask @{NAME}", remind_at=None, now=now)
    forum.write_summary(thread=mine.thread, by=otter, source="Canary before", version=0, now=now)
    forum.write_summary(thread=mine.thread, by=cleo, source=f"@{NAME} and Cleo", version=1, now=now)
    forum.write_summary(thread=mine.thread, by=otter, source="Canary summary", version=2, now=now)
    author = UnclaimedAuthor.objects.create(display_name=OLD_NAME, address_hash=hashed(ADDRESS))
    old = forum.post_reply(parent=fresh(theirs), by=otter, text=Text("Canary letter"), now=now)
    Post.objects.filter(pk=old.pk).update(author=None, unclaimed_author=author)
    claim_author(author=author, by=otter, now=now)
    _files(otter, cleo, mine, answer, now)
    return {"mine": mine, "answer": answer, "second": second, "there": there}


def _files(otter: Member, cleo: Member, mine: Post, answer: Post, now: datetime) -> None:
    """A document that they gave, a picture that waits, and words that they found for somebody else's."""
    words = Gift(BytesIO(b"Canary minutes of Otterbein"), "canary.txt")
    minutes = files.give(words, owner=otter, spot=Spot("forum.post", mine.pk), now=now)
    files.make_ready(file_id=minutes.pk, now=now)
    waits = Gift(BytesIO(picture()), "canary.jpg", description="Canary soup")
    files.give(waits, owner=otter, spot=Spot("forum.post", mine.pk), now=now)
    theirs = files.give(Gift(BytesIO(picture()), "soup.jpg"), owner=cleo, spot=Spot("forum.post", answer.pk), now=now)
    files.describe(file=theirs, by=otter, text="Canary words for a picture", language="en", now=now)


def _company(otter: Member, cleo: Member, now: datetime) -> None:
    """Talks between two, a blocked third, and a way in."""
    eve = Member.objects.create_user("eve", display_name="Eve")
    low, high = sorted((otter, cleo), key=lambda member: member.pk)
    ContactRequest.objects.create(asker=cleo, asked=otter, words=f"Dear @{NAME}", asked_at=now)
    talk = Conversation.objects.create(first=low, second=high, opened_at=now, last_message_at=now)
    for author, words in ((otter, "Canary message"), (cleo, f"Thanks, {DISPLAY}")):
        Message.objects.create(
            conversation=talk, author=author, source=words, html=words, submission=uuid4(), created_at=now
        )
    NoContact.objects.create(member=otter, other=eve, since=now)
    NoContact.objects.create(member=eve, other=otter, since=now)
    Welcome.objects.get_or_create(member=otter, defaults={"started_at": now})
    Acceptance.objects.create(member=otter, code="conduct", version=1, accepted_at=now)
    Hello.objects.create(member=otter, thread=1, address="/forum/canary/", said_at=now)
    Pairing.objects.create(newcomer=otter, welcomer=cleo, slot=1, made_at=now)
    CheckIn.objects.get_or_create(member=otter, kind="week", defaults={"due_at": now, "words": "Canary feeling"})
    invitation = Invitation.objects.create(
        made_by=otter, note="For the canary", code_hash=b"y" * 32, made_at=now, expires_at=now + timedelta(days=9)
    )
    Arrival.objects.create(member=eve, invitation=invitation, arrived_at=now)
    theirs = Invitation.objects.create(
        made_by=cleo, note=DISPLAY, code_hash=b"z" * 32, made_at=now, expires_at=now + timedelta(days=9)
    )
    Arrival.objects.create(member=otter, invitation=theirs, arrived_at=now)
    talk = Application.objects.create(name=DISPLAY, email=ADDRESS, made_at=now, spoken_at=now)
    ApplicationMessage.objects.create(application=talk, words="Canary wish", submission=uuid4(), said_at=now)


def _told(otter: Member, cleo: Member, now: datetime) -> None:
    """What they follow, what they and others were told, and how they want it."""
    notifications.follow(member=otter, place="forum.thread:1", level=Level.FOLLOWING, now=now)
    notifications.choose(member=otter, choices={"letters_for": "all"}, now=now)
    device = devices.add(
        member=otter, subscription=Subscription("https://push.example/otter", b"", b""), name="Otter's phone", now=now
    )
    devices.ask_for_test(device=device, now=now)
    theirs = Notice.objects.create(kind="forum.post", subject="forum.post:0", bundle="b", actor=otter, created_at=now)
    others = Notice.objects.create(kind="forum.post", subject="forum.post:-1", bundle="b", actor=cleo, created_at=now)
    Telling.objects.create(member=cleo, notice=theirs, reason=Reason.REPLY, told_at=now)
    Telling.objects.create(member=otter, notice=others, reason=Reason.REPLY, told_at=now)
    SentLetter.objects.create(
        member=otter, purpose="email.list", address_hash=undeliverable.hashed(otter.email), sent_at=now
    )
    undeliverable.note(undeliverable.hashed(otter.email), points=undeliverable.SOFT, now=now)
    Incoming.objects.create(
        recipient="canary@in.commons.localhost",
        return_path=ADDRESS,
        message_hash=b"x" * 16,
        sealed_letter=sealing.seal(b"Canary letter"),
        received_at=now,
        member=otter,
    )
    post = Post.objects.filter(author=otter).order_by("pk").first()
    if post:
        MailedPost.objects.create(post=post, message_id=f"canary.{NAME}@mail.example")


def _people(otter: Member, cleo: Member, now: datetime) -> None:
    """What the one who leaves told about themselves, and the browsers they came from."""
    says_yes(otter, "profile.photo", "special.access_needs")
    says_yes(cleo, "special.access_needs")
    people.save_profile(member=otter, about="Canary about", pronouns="canary", area="Canary Row", languages=["en"])
    people.choose_topics(member=otter, kind="share", names=["Canary keeping"])
    people.choose(member=otter, other=cleo)
    for giver, receiver, words in ((otter, cleo, "Canary thanks"), (cleo, otter, f"Thanks, {DISPLAY}")):
        people.give_thanks(giver=giver, receiver=receiver, words=words, is_public=True, submission=uuid4(), now=now)
    people.save_access_needs(member=otter, text="Canary ramp", hosts=[cleo], now=now)
    people.save_access_needs(member=cleo, text="A break", hosts=[otter], now=now)
    image, file = Image.linear_gradient("L").convert("RGB"), BytesIO()
    image.save(file, "PNG")
    people.save_picture(member=otter, upload=file, now=now)
    safety.note_sign_in(
        member=otter, device="canarybrowser", words="Canary browser", network="", method=Method.CODE, is_strong=True,
        now=now,
    )  # fmt: skip
    safety.note(member=otter, code=Happening.CODES_MADE, now=now)
    safety.raise_alert(code=AlertCode.TAKEOVER_PATTERN, member=otter, now=now)
    Authenticator.objects.create(user=otter, type="totp", data={"secret": "canary"})
    UserSession.objects.create(user=otter, session_key="canarysession", ip="192.0.2.1", user_agent="Canary agent")


def _registers(otter: Member, now: datetime) -> None:
    actions.complain(member=None, name=DISPLAY, email=ADDRESS, text="Canary complaint", network="x", now=now)
    Breach.objects.create(
        detected_at=now, aware_at=now, nature="integrity", description="A list.", reported_by=otter, first_decider=otter
    )
    actions.choose(member=otter, label="forum.Post", shown=[0], taken=[0])
    over = {"set_at": now - timedelta(days=9), "until": now - timedelta(days=2)}
    hold = LegalHold.objects.create(
        member=otter, holdings=["forum.Post"], reason="Canary court", basis="Act 1", until=now + timedelta(days=1)
    )
    LegalHold.objects.filter(pk=hold.pk).update(**over)
    export = Export.objects.create(member=otter, asked_at=now, not_before=now)
    assert actions.make_export(export_id=export.pk, now=now)


@pytest.fixture
def traces(otter: Member, cleo: Member, table: Category, settings: object) -> dict[str, Post]:
    settings.RATE_LIMITS = False  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    posts = leave_traces(otter, cleo, table)
    settings.RATE_LIMITS = True  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    return posts


@pytest.fixture
def postgres() -> Callable[..., str]:
    """Runs a program of PostgreSQL against the test database: `postgres("pg_dump", "--inserts")`."""
    database = connection.settings_dict
    programs = services._postgres_programs()

    def run(program: str, *arguments: str) -> str:
        where = ["--host", database["HOST"], "--username", database["USER"], "--dbname", database["NAME"]]
        done = subprocess.run([programs / program, *where, *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
