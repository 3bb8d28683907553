"""Every page in every theme, on a phone and on a desktop: axe finds nothing, nothing runs over the edge."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.core import signing
from django.test import Client
from guardian.shortcuts import assign_perm
from PIL import Image
from playwright.sync_api import Page

from commons import clock, undeliverable
from events import actions as events
from events.actions import NewPlace
from events.after import actions as after
from events.after.enums import WriteUpKind
from events.joining import actions as joining
from events.joining import guests
from events.joining.models import MediaChoice, address_of
from events.making import actions as making
from events.making.enums import AskKind
from events.models import Event, Occurrence
from forum import actions
from forum.actions.posts import Text
from forum.enums import Stage
from forum.models import MODERATE, Category, Post, Thread, Visit
from members.consent import letters
from members.contact import actions as contact
from members.contact.models import ContactRequest
from members.enums import Role, Standing
from members.models import Member, UnclaimedAuthor
from members.people import actions as people
from members.rights.models import Breach, Complaint, Export, LegalHold
from members.security import actions as safety
from members.security import letters as safety_letters
from members.security.enums import AlertCode, Happening, Method
from members.security.models import Alert, SignIn
from members.trust import actions as trust
from members.trust.enums import Scope
from members.trust.models import DataAccess, RoleGrant
from members.welcome import actions as welcome
from members.welcome.models import Pairing
from notifications import actions as notifications
from notifications.bridge import sealing
from notifications.bridge.enums import Outcome
from notifications.bridge.letters import SALT
from notifications.bridge.models import Incoming
from notifications.delivery import settings_link
from notifications.devices import actions as devices
from notifications.devices.actions import Subscription
from notifications.devices.models import Device
from notifications.enums import Level, Reason
from notifications.models import Notice, Telling
from tests.browser.conftest import DESKTOP, PHONE, axe_faults, cookies_of
from tests.cast import says_no, says_yes
from tests.events.conftest import details, every_week
from tests.members.people.conftest import says, tells
from tests.support.gifts import ready_picture

pytestmark = pytest.mark.django_db(transaction=True)

RICH = """# A heading

Words with *stress*, **weight**, ~~regret~~, `code`, a [link out](https://example.org) and @ada.

> Somebody's words

- [ ] to do
- [x] done

1. one
2. two

| what | how many | a rather long heading that wants room |
|---|--:|---|
| bowls | 12 | averyverylongwordthathasnoplacetobreakanywhereinthemiddleofaphone |

```python
print("a line of code that is rather long for a small screen, and must not push the page apart")
```

:::details Show quoted text
> older words
:::

A note.[^1]

[^1]: Below.
"""


@pytest.fixture
def places(ada: Member, bo: Member, cleo: Member) -> list[str]:
    """The address of every kind of page, with something on it."""
    table = Category.objects.create(slug="table", name="The table", description="Sit down.", visibility="public")
    den = Category.objects.create(slug="den", name="The den", visibility="members")
    assign_perm(MODERATE, bo, table)
    assign_perm(MODERATE, bo, den)
    now = clock.now()
    opening = actions.start_thread(category=table, by=bo, title="Soup", text=Text(RICH), now=now)
    parent = Post.objects.select_related("thread__category").get(pk=opening.pk)
    for level in range(7):
        text = Text("Words", content_note="a quarrel" if level == 1 else "", language="ar" if level == 2 else "")
        made = actions.post_reply(parent=parent, by=(bo, cleo)[level % 2], text=text, now=now)
        parent = Post.objects.select_related("thread__category").get(pk=made.pk)
        if level == 3:
            actions.delete_post(post=made, by=cleo, now=now)
    mine = Post.objects.filter(author=bo, deleted_at=None).order_by("-pk")[0]
    Post.objects.filter(pk=mine.pk).update(created_at=now.replace(hour=0, minute=0))
    edited = actions.edit_post(post=mine, by=bo, text=Text("Other words"), now=clock.now())
    actions.pin(thread=opening.thread, by=bo, reason="Read this.", now=now)
    actions.lock(thread=opening.thread, by=bo, reason="Settled.", now=now)
    actions.save_draft(member=bo, place="thread:1", path="/forum/", label="New thread", now=now, source="So")
    says_yes(bo, "content.public", "email.messages", "profile.details", now=now)
    says_no(bo, "profile.photo", now=now)
    says_yes(ada, "contact.requests", now=now)
    contact.ask(asker=ada, asked=bo, words="May I ask you about the soup?", now=now)
    request = contact.ask(asker=cleo, asked=bo, words="And I?", now=now)
    talk = contact.accept(
        request=ContactRequest.objects.select_related("asker", "asked").get(pk=request.pk), surface="/", now=now
    )
    contact.send(conversation=talk, by=cleo, source="Hello *Bo*", submission=uuid4(), now=now)
    contact.want_no_contact(
        member=bo, other=Member.objects.create_user("eve", display_name="Eve"), surface="/", now=now
    )
    vouched, glass = _trust(bo, ada, cleo, now=now)
    welcome.begin(member=bo, now=now - timedelta(days=3))
    Pairing.objects.create(newcomer=cleo, welcomer=bo, slot=1, made_at=now)
    welcome.begin(member=cleo, now=now)
    welcome.invite(by=bo, note="Eve", uses_max=2, now=now)
    _tell_about_people(ada, bo, cleo)
    series, draft = _events(bo, ada, now=now)
    author = UnclaimedAuthor.objects.create(display_name="Old Friend", address_hash=b"x" * 32)
    thread = opening.thread
    entry = _safety(bo, now=now)
    hold = {"holdings": ["forum.Post"], "reason": "A court asked.", "basis": "Act 1", "until": now + timedelta(days=9)}
    LegalHold.objects.create(member=bo, **hold)
    Export.objects.create(member=bo, asked_at=now, not_before=now, total=5000, progress=1234)
    _tell_and_sum_up(bo, ada, edited, now=now)
    breach = Breach.objects.create(
        detected_at=now, aware_at=now, nature="integrity", description="A list.", risk="high"
    )
    complaint = Complaint.objects.create(email="someone@example.org", text="You kept my letter.", made_at=now)
    file = ready_picture(owner=bo, post=mine, description="", is_help_wanted=True)
    return [
        "/", "/about/", "/about/accessibility/", "/about/source/", "/styleguide/", "/dev/mail/", "/nowhere/",
        "/forum/", "/forum/table/", "/forum/den/", "/forum/table/new/",
        thread.get_absolute_url(), f"{thread.get_absolute_url()}?view=line", f"{thread.get_absolute_url()}?branch=6&view=tree",
        f"/forum/posts/{opening.pk}/cite/", f"/forum/posts/{opening.pk + 1}/cite/",
        f"/forum/posts/{opening.pk}/reply/", f"/forum/posts/{edited.pk}/edit/", f"/forum/posts/{edited.pk}/history/",
        f"/forum/posts/{opening.pk}/delete/", f"/forum/posts/{mine.pk}/split/",
        *(f"/forum/threads/{thread.pk}/{verb}/" for verb in ("unlock", "rename", "move", "merge")),
        *_care(bo, cleo, den, now=now),
        "/files/to-describe/", f"/files/{file.pk}/",
        "/search/", "/search/?q=soup", "/search/?q=glockenspiel",
        "/forum/new/", f"/forum/threads/{thread.pk}/changes/", "/forum/table/?stage=agreed",
        f"/forum/threads/{thread.pk}/summary/", f"/forum/threads/{thread.pk}/summary/history/",
        f"/forum/threads/{thread.pk}/stage/", f"/forum/posts/{opening.pk}/bookmark/", "/me/bookmarks/",
        "/events/", "/events/?kind=talk", "/events/?free=on&place=Leeds", "/events/?from=2026-12-01",
        "/events/month/2026/12/", "/events/week/2026/49/",
        "/events/history/", *_after(bo, ada, now=now), f"/events/{series.pk}/asks/",
        "/events/new/", "/events/mine/", "/me/calendar/", series.get_absolute_url(), draft.get_absolute_url(),
        f"{series.get_absolute_url()}?on=20261208T190000",
        *(f"/events/{series.pk}/{verb}/" for verb in ("edit", "cancel", "hosts", "poster", "invitation", "thread")),
        *(f"/events/{series.pk}/dates/20261215T190000/{verb}" for verb in ("", "cancel/", "later/")),
        *_joining(bo, ada, cleo, series, now=now),
        "/inbox/", "/inbox/seen/", "/me/following/", f"/me/following/place/?place=forum.category:{thread.category_id}",
        "/me/notifications/", f"/me/notifications/devices/{_device(bo, now=now).pk}/", urlsplit(settings_link(bo)).path, "/told/too-old/",
        "/u/aaaaaaaaaaaaaaaaaaaaaaaaaa/", _letter_asked_about(bo),
        "/me/consent/", "/me/consent/history/", "/me/consent/uses/", "/me/consent/receipt/",
        f"/consent/stop/{letters.token(bo, 'email.messages')}/",
        "/me/messages/", talk.get_absolute_url(), "/people/ada/ask/", "/people/ada/no-contact/", "/me/no-contact/",
        "/about/who-does-what/", "/me/trust/", "/me/trust/looks/", "/me/roles/", f"/people/{vouched.username}/vouch/",
        "/moderation/roles/", f"/moderation/roles/{RoleGrant.objects.get(member=cleo).pk}/end/",
        "/moderation/data-access/", "/moderation/data-access/emergency/", f"/moderation/data-access/{glass.pk}/review/",
        "/welcome/", *(f"/welcome/steps/{step}/" for step in ("agreements", "choices", "about-you", "first-step", "hello")),
        "/welcome/check-in/", "/welcome/newcomers/", "/welcome/figures/", "/welcome/invitations/", "/me/pause/",
        "/me/drafts/", "/people/", "/people/?q=a&skill=Sourdough&language=ga&place=Bally", "/people/?skill=Nothing",
        "/people/bo/", "/people/ada/",
        "/people/ada/access-needs/", "/me/profile/", "/me/profile/picture/", "/me/access-needs/",
        f"/people/not-joined/{author.pk}/",
        "/me/data/", "/me/data/leave/", "/me/data/leave/choose/forum.Post/", "/me/data/leave/confirm/?mode=anonymise",
        "/about/retention/", "/about/record/", "/about/complaint/",
        "/moderation/breaches/", "/moderation/breaches/new/", breach.get_absolute_url(),
        "/moderation/complaints/", complaint.get_absolute_url(),
        "/account/email/", "/account/password/set/", "/account/logout/",
        "/me/security/", "/me/security/sessions/", "/me/security/second-step/", "/moderation/alerts/",
        "/account/second-step/", "/account/second-step/webauthn/", "/account/second-step/webauthn/add/",
        "/account/second-step/totp/activate/", f"/account/was-it-you/{safety_letters.token(entry)}/",
    ]  # fmt: skip


def _events(bo: Member, ada: Member, *, now: datetime) -> tuple[Event, Event]:
    """A hybrid series of Bo's with a moved and a cancelled date, some of many on a day, days of work, and a draft."""
    place = NewPlace(
        name="The old mill by the averyverylongriver", area="Leeds", address="2 Mill Lane", step_free="yes"
    )
    told = {"source": RICH, "place": place, "attendance": "hybrid", "online_link": "https://meet.example.org/mending"}
    series = events.prepare(by=bo, details=details(recurrence=every_week(), **told), now=now)
    draft = events.prepare(by=bo, details=details(title="An idea", recurrence=every_week()), now=now)
    days = details(title="Work days", start_time=None, duration=timedelta(days=3))
    for event in (series, events.prepare(by=bo, details=days, now=now)):
        events.publish(event=event, now=now)
    for number in range(5):
        short = details(title=f"Event {number} with a name", visibility="public", duration=timedelta(hours=1))
        events.publish(event=events.prepare(by=ada, details=short, now=now), now=now)
    second, third = series.occurrences.order_by("key")[1:3]
    events.cancel_date(occurrence=second, reason="The roof leaks.", now=now)
    events.change_date(
        occurrence=third, wall=datetime(2026, 12, 16, 20), duration=timedelta(hours=1), note="A day later", now=now
    )
    events.add_host(event=series, member=ada)
    return series, draft


def _joining(bo: Member, ada: Member, cleo: Member, series: Event, *, now: datetime) -> list[str]:
    """Bo hosts a full evening and comes; Cleo waits, asks and steps back; a guest comes to a public one."""
    date = Occurrence.objects.with_event().get(event=series, key="20261201T190000")
    chosen = joining.Chosen(capacity=2, kept_places=1, kept_for="people who come for the first time")
    joining.set_terms(event=series, chosen=chosen, now=now)
    question = joining.ask(event=series, words="What do you bring?", why="To plan", keep_days=7, is_required=True)
    says(cleo, "special.access_needs", "events.attendance")
    for member, media in ((bo, {"photos": "ask"}), (cleo, {"photos": "public"}), (ada, {})):
        said = joining.Reply(answers={question.pk: "Bread"}, media=media, is_seen=True, needs_kept=member == cleo)
        rsvp = joining.reply(occurrence=date, by=member, said=said, now=now)
        if member == cleo:
            joining.pass_needs(rsvp=rsvp, by=cleo, text="A ramp", now=now)
            MediaChoice.objects.create(rsvp=rsvp, part="photos", level="none", said_at=now, asks_hosts=True)
    told = details(title="An open evening", visibility="public")
    open_one = events.publish(event=events.prepare(by=ada, details=told, now=now), now=now)
    joining.set_terms(event=open_one, chosen=joining.Chosen(capacity=1, takes_guests=True), now=now)
    other = Occurrence.objects.with_event().get(event=open_one)
    guest = joining.come_as_guest(occurrence=other, name="Eve", email="eve@example.org", said=joining.Reply(), now=now)
    joining.reply(occurrence=other, by=bo, said=joining.Reply(), now=now)
    joining.reply(occurrence=other, by=guest, said=joining.Reply(wish="no"), now=now)
    wanted = guests.Wanted(other.pk, "Eve", "eve@example.org")
    pages = ("join", "media", "needs", "people", "hosting", "sheet")
    return [
        *(address_of(page, date) for page in pages), f"/events/{series.pk}/joining/", f"/events/{series.pk}/questions/",
        other.get_absolute_url(), address_of("guest", other), guests.confirm_path(wanted, now=now), guests.own_path(guest),
        "/events/guests/absent/",
    ]  # fmt: skip


def _after(bo: Member, ada: Member, *, now: datetime) -> list[str]:
    """The pages after a date of Bo's on which much was told, the page of the event, and one that is asked how it was."""
    told = details(title="The first workshop", visibility="public", first_date=now.date() - timedelta(days=3))
    event, other = (events.publish(event=events.prepare(by=by, details=told, now=now), now=now) for by in (bo, ada))
    date = event.occurrences.select_related("event").get()
    for version, source in enumerate(("Four tables.", RICH)):
        for kind in WriteUpKind:
            after.write_up(occurrence=date, kind=kind, by=ada, source=source, version=version, now=now)
    after.add_link(
        occurrence=date, by=ada, title="Slides", link="https://example.org/averyverylongaddresswithoutend", now=now
    )
    after.add_link(occurrence=date, by=ada, title="Film", link="https://example.org/f", consent_asked="All", now=now)
    after.tell_outcome(occurrence=date, by=ada, words="A group that meets", thread=1, now=now)
    making.ask_for(event=event, kind=AskKind.THING, what="Pots", wanted=2)
    answers = {"liked": "well", "took_part": "yes", "good": "The soup", "different": "Longer"}
    after.give_feedback(occurrence=date, by=Member.objects.get(username="cleo"), answers=answers, now=now)
    base = f"/events/{event.pk}/dates/{date.key}/after/"
    pages = ("", "write/notes/", "write/harvest/history/", "links/", "files/", "outcomes/", "answers/")
    asked = f"/events/{other.pk}/dates/{date.key}/after/feedback/"
    return [event.get_absolute_url(), asked, *(f"{base}{page}" for page in pages)]


def _letter_asked_about(bo: Member) -> str:
    """A letter with Bo's address, which nobody vouches for; and his letters came back."""
    undeliverable.note(undeliverable.hashed(bo.email), points=undeliverable.UNKNOWN, now=clock.now())
    asked = Incoming.objects.create(
        recipient="table@in.commons.localhost",
        message_hash=b"x" * 16,
        sealed_letter=sealing.seal(f"Subject: Jam and {'very' * 60} good bread\n\nWho has jars?".encode()),
        received_at=clock.now(),
        outcome=Outcome.ASKED,
        member=bo,
    )
    return f"/letter/{signing.dumps(asked.pk, salt=SALT)}/"


def _tell_and_sum_up(bo: Member, ada: Member, post: Post, *, now: datetime) -> None:
    """Bo follows, has read and unread lines in his inbox, keeps a post, and a thread says where it is."""
    post = Post.objects.select_related("thread__category").get(pk=post.pk)
    thread, category = post.thread, post.thread.category
    for place, level in (
        (f"forum.thread:{thread.pk}", Level.ONCE),
        (f"forum.category:{category.pk}", Level.EVERY_POST),
    ):
        notifications.follow(member=bo, place=place, level=level, now=now)
    subjects = [f"forum.post:{key}" for key in Post.objects.filter(deleted_at=None).values_list("pk", flat=True)[:3]]
    for number, subject in enumerate(subjects):
        notice, _new = Notice.objects.get_or_create(
            kind="forum.post", subject=subject, defaults={"bundle": subject, "actor": ada, "created_at": now}
        )
        read = {"reason": Reason.REPLY, "is_needed": True, "told_at": now, "read_at": now if number else None}
        Telling.objects.update_or_create(member=bo, notice=notice, defaults=read)
    actions.bookmark(member=bo, post=post, note="For Thursday", remind_at=now + timedelta(days=3), now=now)
    actions.write_summary(thread=thread, by=ada, source="We need **bread**.", version=0, now=now)
    actions.write_summary(thread=thread, by=bo, source="We have *bread*.", version=1, now=now)
    actions.set_stage(thread=thread, by=bo, stage=Stage.AGREED, reason="All said yes.", now=now)
    earlier = now - timedelta(days=1)
    Visit.objects.update_or_create(
        member=bo,
        thread=thread,
        defaults={"seen_number": 2, "current_number": 2, "seen_at": earlier, "visited_at": now},
    )


def _care(bo: Member, cleo: Member, den: Category, *, now: datetime) -> list[str]:
    """A heated thread in which Bo was heard and thanked; it asks to restate, and rests."""
    says_yes(bo, "thanks.public", now=now)
    opening = actions.start_thread(category=den, by=cleo, title="Smoke by the door", text=Text("Again."), now=now)
    said = [opening]
    for number in range(1, 9):
        parent = Post.objects.select_related("thread__category").get(pk=said[-1].pk)
        text = Text("You never listen", heard="You want to come in without smoke." if number == 1 else "")
        at = now + timedelta(seconds=40 * number)
        said.append(actions.post_reply(parent=parent, by=(cleo, bo)[number % 2], text=text, now=at))
    for number in range(4):
        giver = Member.objects.create_user(f"giver{number}", display_name="A grateful person with a long name")
        actions.thank_for(
            post=Post.objects.select_related("author").get(pk=said[1].pk), by=giver, words="Thank you for saying so.",
            is_public=True, submission=uuid4(), now=now,
        )  # fmt: skip
    thread = Thread.objects.select_related("category").get(pk=opening.thread_id)
    actions.say_how_we_talk(category=den, lines=["Say I, not you.", "Ask before you advise."])
    actions.ask_to_restate(thread=thread, by=bo, reason="We talk past each other.", now=now)
    actions.pause(thread=thread, until=now + timedelta(days=3), by=bo, reason="Let us sleep on it.", now=now)
    return [
        thread.get_absolute_url(), f"/forum/posts/{said[-1].pk}/reply/", f"/forum/posts/{said[2].pk}/thank/",
        *(f"/forum/threads/{thread.pk}/{verb}/" for verb in ("balance", "calm", "pause", "resume", "bump", "restating")),
        "/forum/den/how-we-talk/", "/me/break/", f"/me/break/?place=forum.thread:{thread.pk}",
    ]  # fmt: skip


def _device(bo: Member, *, now: datetime) -> Device:
    says_yes(bo, "push.notify", now=now)
    where = Subscription("https://push.example/1", b"", b"")
    return devices.add(member=bo, subscription=where, name="Firefox on Linux, in the kitchen", now=now)


def _trust(bo: Member, ada: Member, cleo: Member, *, now: datetime) -> tuple[Member, DataAccess]:
    """Bo holds one role, is offered another and keeps those of others; his data was read, and an emergency waits."""
    since = now - timedelta(days=100)
    newcomer = Member.objects.create_user("nia", display_name="Nia", standing=Standing.NEWCOMER)
    Member.objects.filter(pk=bo.pk).update(date_joined=since)
    for member in (bo, ada):
        trust.grant_from_command_line(member=member, role=Role.ADMINISTRATOR, reason="Chosen.", now=since)
    for member in (bo, cleo):
        trust.grant_role(member=member, role=Role.ORGANISER, by=ada, months=12, reason="Chosen.", now=now)
    old = trust.grant_role(member=ada, role=Role.MODERATOR, by=bo, months=12, reason="Chosen.", now=since)
    trust.end_role(grant=old, by=ada, reason="laid down", now=now)
    look = trust.ask_for_data(about=bo, by=ada, scope=Scope.ACCOUNT, reason="He asked for help.", now=now)
    for member, role in ((ada, Role.ADMINISTRATOR), (cleo, Role.MODERATOR)):
        member.roles = [role]
    trust.confirm_access(access=look, by=cleo, now=now)
    trust.open_access(access=look, by=ada, now=now)
    trust.note_view(access=look, fields=["email"], now=now)
    return newcomer, trust.open_in_emergency(about=cleo, by=ada, scope=Scope.ADDRESS, reason="A fire.", now=now)


def _tell_about_people(ada: Member, bo: Member, cleo: Member) -> None:
    """Ada tells everything, and Bo is her host; Bo tells nothing."""
    now = clock.now()
    tells(ada, seen_by="everyone")
    purposes = (
        "profile.directory",
        "profile.public",
        "profile.details",
        "location.area",
        "profile.photo",
        "thanks.public",
    )
    says(ada, *purposes, "special.access_needs")
    says(cleo, "profile.directory")
    image, file = Image.linear_gradient("L").convert("RGB"), BytesIO()
    image.save(file, "PNG")
    people.save_picture(member=ada, upload=file, seen_by="members", now=now)
    people.save_access_needs(member=ada, text="A ramp\nand a break every hour", hosts=[bo], now=now)
    people.choose(member=bo, other=cleo)
    for receiver in (ada, bo):
        words = "Thanks for the soup, and for averyverylongwordthathasnoplacetobreakanywhereinthemiddleofaphone"
        people.give_thanks(giver=cleo, receiver=receiver, words=words, is_public=True, submission=uuid4(), now=now)


def _safety(member: Member, *, now: datetime) -> SignIn:
    """Sign-ins, sessions, what happened and alerts, for somebody who may see all of it."""
    Member.objects.filter(pk=member.pk).update(roles=["administrator"])
    for code in AlertCode.values:
        safety.raise_alert(code=code, member=None, now=now)
    safety.close_alert(alert=Alert.objects.latest("pk"), by=member, now=now)
    safety.note(member=member, code=Happening.CODES_MADE, now=now)
    for place in ("phone", "desk"):
        session = SessionStore()
        session.create()
        UserSession.objects.create(user=member, session_key=session.session_key, ip="192.0.2.1", user_agent=place)
        entry = safety.note_sign_in(
            member=member,
            device=place,
            words=f"Firefox on {place}",
            network="",
            method=Method.CODE,
            is_strong=True,
            now=now,
        )
    return entry


VISITORS = ["/", "/events/", "/events/month/2026/12/", "/about/who-does-what/", "/welcome/", "/people/ada/", "/welcome/come-in/nothing/", "/welcome/applied/", "/forum/", "/forum/table/", "/nowhere/", "/account/login/", "/account/signup/", "/account/login/code/",
            "/account/password/reset/"]  # fmt: skip


@pytest.mark.parametrize(
    ("size", "themes", "part"),
    [("phone", ("light", "dark"), slice(0, None, 2)), ("phone", ("light", "dark"), slice(1, None, 2)), ("desktop", ("contrast",), slice(None))],
    ids=["phone-even", "phone-odd", "desktop"],
)  # fmt: skip
def test_axe_finds_nothing_and_nothing_runs_over_the_edge(
    size: str,
    themes: tuple[str, ...],
    part: slice,
    open_page: Callable[..., Page],
    screenshot: Callable[[Page, str], None],
    places: list[str],
    as_bo: Client,
) -> None:
    viewport = PHONE if size == "phone" else DESKTOP
    visitor, member = (open_page(viewport=viewport) for _ in range(2))
    faults = []
    member.context.add_cookies(cookies_of(as_bo))
    for who, page, addresses in (("visitor", visitor, VISITORS), ("member", member, places)):
        for address in addresses[part]:
            page.goto(address)
            assert not page.get_by_text("Server Error").count()
            name = f"{size}-{who}-{re.sub(r'[^a-z0-9]+', '-', address).strip('-') or 'home'}"
            for theme in themes:
                page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
                faults += axe_faults(page, colours_only=theme != "light")
                screenshot(page, f"{theme}-{name}")
            faults += [f"{address} {how}" for how in too_wide(page, viewport)]
            screenshot(page, f"rtl-{name}")
    assert faults == []


def too_wide(page: Page, viewport: dict[str, int]) -> list[str]:
    """In which ways a page runs over the edge; a phone's page is measured on the smallest phone too."""
    found = []
    for width in {viewport["width"], 320} if viewport == PHONE else {viewport["width"]}:
        page.set_viewport_size({**viewport, "width": width})
        for direction in ("ltr", "rtl"):
            page.evaluate("direction => { document.documentElement.dir = direction }", direction)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"is too wide at {width} pixels, {direction}")
    page.set_viewport_size(viewport)
    return found
