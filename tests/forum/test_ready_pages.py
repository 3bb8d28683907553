"""Pages that are made once: never another than the page that would be made now, never somebody's to somebody else."""

import contextlib
import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.signals import request_started
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from guardian.shortcuts import assign_perm, remove_perm

from commons import clock, journal, ready
from commons.access import Refused
from commons.models import Change
from events import actions as events
from events.after import actions as after
from events.after.enums import WriteUpKind
from events.models import Event, Occurrence, Place
from forum import actions, pieces
from forum.actions.posts import Closed, Text
from forum.actions.summaries import Overtaken
from forum.enums import Stage
from forum.models import MODERATE, Category, Post, Summary, Thread
from members.consent.models import ConsentUse
from members.contact import actions as contact
from members.enums import Standing
from members.models import Member
from members.people import actions as people
from members.welcome import actions as welcome
from members.welcome.agreements import AGREEMENTS
from members.welcome.enums import Step
from notifications import actions as notifications
from notifications.enums import Level, Reason
from notifications.models import Notice, Preferences, Telling
from tests.cast import says_no, says_yes, sign_in
from tests.conftest import UNPACK
from tests.events.conftest import details
from tests.forum.conftest import MORNING
from tests.support.gifts import ready_picture
from tests.support.wsgi import ask

pytestmark = pytest.mark.django_db(transaction=True)


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.fixture
def address(thread: Thread) -> str:
    return thread.get_absolute_url()


def test_the_second_visitor_costs_one_query_and_reads_the_same(client: Client, address: str) -> None:
    first = client.get(address)

    assert queries_of(Client(), address) == 1
    assert Client().get(address).content == first.content


TODAY = clock.now()
CALENDAR = (
    "/events/",
    f"/events/month/{TODAY.year}/{TODAY.month}/",
    f"/events/week/{TODAY.isocalendar().year}/{TODAY.isocalendar().week}/",
)


@pytest.mark.parametrize("place", ["/", "/forum/", "/forum/table/", "/search/?q=soup", *CALENDAR])
def test_other_pages_are_ready_too(client: Client, thread: Thread, place: str) -> None:
    client.get(place)

    assert queries_of(client, place) == 1


def test_who_has_the_page_is_told_that_it_is_still_true(
    client: Client, address: str, ada: Member, thread: Thread
) -> None:
    tag = client.get(address).headers["ETag"]

    again = client.get(address, headers={"If-None-Match": tag})
    actions.rename(thread=thread, by=ada, title="Stew", reason="", now=clock.now())
    anew = client.get(address, headers={"If-None-Match": tag}, follow=True)

    assert (again.status_code, again.content) == (304, b"")
    assert anew.status_code == 200
    assert "Stew" in anew.content.decode()


@contextlib.contextmanager
def django_begins() -> Iterator[list[str]]:
    """How often Django began with a request inside the block."""
    begun: list[str] = []

    def note(environ: dict[str, Any], **_given: Any) -> None:
        begun.append(environ["PATH_INFO"])

    request_started.connect(note)
    try:
        yield begun
    finally:
        request_started.disconnect(note)


def test_at_the_door_a_visitor_reads_the_same_and_django_does_not_begin(client: Client, address: str) -> None:
    by_django = ask(address)

    with django_begins() as begun:
        at_the_door = ask(address)
        tag = at_the_door.headers["ETag"]
        again = ask(address, HTTP_IF_NONE_MATCH=tag)

    assert begun == []
    assert at_the_door == by_django
    assert at_the_door.body == client.get(address).content
    assert (again.status, again.body, again.headers["ETag"]) == ("304 Not Modified", b"", tag)


def test_at_the_door_a_change_counts_at_once(
    address: str, cleo: Member, opening: Post, answer: Callable[..., Post]
) -> None:
    for _ in range(2):
        plain, packed = ask(address), ask(address, HTTP_ACCEPT_ENCODING="br")
    says_yes(cleo, "content.public")
    answer(opening, by=cleo, source="I bring bread.")

    anew, packed_anew = ask(address), ask(address, HTTP_ACCEPT_ENCODING="br")

    assert UNPACK["br"](packed.body) == plain.body
    assert b"I bring bread." in anew.body
    assert UNPACK["br"](packed_anew.body) == anew.body


def test_what_the_door_has_asked_is_not_asked_again(
    address: str, ada: Member, thread: Thread, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(address)
    actions.lock(thread=thread, by=ada, reason="", now=clock.now())
    looks: list[str] = []
    look = journal.look
    monkeypatch.setattr(
        journal, "look", lambda subjects, *, since: (looks.append(since), look(subjects, since=since))[1]
    )

    ask(address)

    assert len(looks) == 1


@pytest.mark.parametrize(
    "told",
    [
        {"HTTP_COOKIE": "sessionid=somebody"},
        {"HTTP_COOKIE": "theme=dark"},
        {"HTTP_HOST": "elsewhere.example"},
        {"HTTP_HX_REQUEST": "true"},
        {"REQUEST_METHOD": "POST"},
        {"wsgi.url_scheme": "https"},
    ],
    ids=str,
)
def test_at_the_door_only_the_same_visitor(address: str, told: dict[str, str]) -> None:
    ask(address)

    with django_begins() as begun:
        ask(address, **told)

    assert begun == [address]


def test_at_the_door_nothing_is_kept_where_pages_are_not_ready(address: str, settings: Any) -> None:
    settings.READY_PAGES = False
    with django_begins() as begun:
        ask(address)
        ask(address)

    assert begun == [address, address]


def test_at_the_door_an_address_stays_as_it_came() -> None:
    with django_begins() as begun:
        missing = ask("/people/%E6%97%A5%C3%A9/")

    assert begun == ["/people/日é/".encode().decode("latin-1")]
    assert missing.status == "404 Not Found"


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_is_away_at_the_door_is_for_django_to_say(
    address: str, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def away(*_subjects: Any, since: str) -> Any:
        asked.append(since)
        raise error(since)

    asked: list[str] = []
    ask(address)
    monkeypatch.setattr(journal, "look", away)

    assert ask(address).status == "500 Internal Server Error"
    assert len(asked) == 1


def test_the_door_leaves_no_connection_open(address: str) -> None:
    ask(address)
    ask(address)

    assert connection.connection is None


@pytest.fixture
def _pooled() -> Iterator[None]:
    connection.close()
    connection.settings_dict["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 2, "timeout": 5}
    yield
    connection.close()
    connection.close_pool()
    del connection.settings_dict["OPTIONS"]["pool"]


@pytest.mark.usefixtures("_pooled")
def test_what_is_ready_takes_no_connection_from_the_pool_but_for_its_question(
    as_cleo: Client, cleo: Member, opening: Post, address: str, answer: Callable[..., Post]
) -> None:
    first, own = [ask(address) for _ in range(2)][-1], settled(as_cleo, address)
    connection.close()

    assert (ask(address), as_cleo.get(address).content) == (first, own)
    assert connection.connection is None

    answer(opening, by=cleo, source="I bring bread.")
    assert b"I bring bread." in as_cleo.get(address).content


def test_the_front_keeps_it_for_moments_and_only_for_visitors(client: Client, as_ada: Client, address: str) -> None:
    assert "s-maxage=1" in client.get(address).headers["Cache-Control"]
    assert "Cache-Control" not in as_ada.get(address).headers
    assert "s-maxage" not in client.get("/account/login/").headers["Cache-Control"]


def test_a_member_leaves_no_page_to_visitors_and_gets_none_of_theirs(
    client: Client, as_ada: Client, address: str
) -> None:
    of_member = as_ada.get(address).content.decode()
    of_visitor = client.get(address).content.decode()

    assert "Ada" in of_member
    assert "csrfmiddlewaretoken" not in of_visitor
    assert "Post reply" in as_ada.get(address).content.decode()


def settled(client: Client, address: str) -> bytes:
    """The page once the visit itself, which is news too, and the token's cookie are behind the reader."""
    return [client.get(address).content for _ in range(3)][-1]


@pytest.mark.parametrize("place", ["/", "/forum/", "/forum/table/", "/search/?q=soup", "thread", *CALENDAR])
def test_a_member_who_comes_again_costs_one_query(as_cleo: Client, cleo: Member, thread: Thread, place: str) -> None:
    address = thread.get_absolute_url() if place == "thread" else place
    first = settled(as_cleo, address)

    assert queries_of(as_cleo, address) == 1  # their session, and with it whether the page is still true
    assert as_cleo.get(address).content == first

    ready.forget()
    assert queries_of(as_cleo, address) == 2  # a page that another process has kept
    assert as_cleo.get(address).content == first


def test_a_page_with_power_is_not_handed_out_once_it_has_faded(
    client: Client, bo: Member, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in(client, bo)
    assert "/delete/" in settled(browser, address).decode()

    monkeypatch.setattr("members.security.marks.STRONG_FOR", timedelta(seconds=-1))
    assert "/delete/" not in browser.get(address).content.decode()


def test_a_member_has_pages_of_their_own(as_ada: Client, as_cleo: Client, address: str) -> None:
    settled(as_ada, address)

    assert "Cleo" in settled(as_cleo, address).decode()
    assert "/delete/" in settled(as_ada, address).decode()
    assert "/delete/" not in settled(as_cleo, address).decode()


def test_the_copy_of_a_member_is_for_their_browser_alone(as_ada: Client, address: str) -> None:
    settled(as_ada, address)

    response = as_ada.get(address)

    assert response.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in response.headers["Vary"]
    assert as_ada.get(address, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_the_form_of_a_ready_page_can_be_sent(cleo: Member, thread: Thread, opening: Post) -> None:
    browser = sign_in(Client(enforce_csrf_checks=True), cleo)
    page = settled(browser, thread.get_absolute_url()).decode()
    fields = dict(re.findall(r'name="(csrfmiddlewaretoken|submission)" value="([^"]+)"', page))

    sent = browser.post(f"/forum/posts/{opening.pk}/reply/", fields | {"source": "I cook."})

    assert sent.status_code == 302
    assert "I cook." in browser.get(thread.get_absolute_url()).content.decode()


def test_who_signs_out_reads_as_a_visitor(as_ada: Client, address: str) -> None:
    settled(as_ada, address)

    as_ada.post("/account/logout/")

    assert "Sign in" in as_ada.get(address).content.decode()


def test_a_session_that_was_ended_elsewhere_reads_nothing_more(as_ada: Client, den: Category) -> None:
    settled(as_ada, "/forum/den/")

    Session.objects.all().delete()

    assert as_ada.get("/forum/den/").status_code == 404


def test_a_power_that_ended_is_not_on_the_page(bo: Member, address: str) -> None:
    browser = sign_in(Client(), bo)
    assert "Moderate" in settled(browser, address).decode()

    sign_in(browser, bo, is_strong=False)

    assert "Moderate" not in settled(browser, address).decode()


def tell(member: Member, subject: str, *, number: int) -> Notice:
    kind = f"forum.post.{number}"  # of each kind a thing is told once
    notice = Notice.objects.create(kind=kind, subject=subject, bundle="b", places=[], created_at=clock.now())
    Telling.objects.create(member=member, notice=notice, reason=Reason.REPLY, told_at=clock.now())
    return notice


def test_what_waits_is_seen_at_once_and_gone_once_read(as_cleo: Client, cleo: Member, address: str) -> None:
    settled(as_cleo, "/forum/")
    notice = tell(cleo, "forum.post:1", number=1)
    assert ["New for you" in as_cleo.get("/forum/").content.decode() for _ in range(2)] == [True, True]

    notifications.mark_all_read(member=cleo, until=notice.pk, now=clock.now())

    assert "New for you" not in as_cleo.get("/forum/").content.decode()


def test_what_is_read_on_a_page_waits_there_no_more_and_what_comes_next_does(
    as_cleo: Client, cleo: Member, opening: Post, address: str, answer: Callable[..., Post]
) -> None:
    def waits() -> bool:
        return "New for you" in as_cleo.get(address).content.decode()

    settled(as_cleo, address)
    for number in range(2):
        tell(cleo, f"forum.post:{opening.pk}", number=number)
        assert [waits() for _ in range(2)] == [False, False]  # it was read in the same answer
    tell(cleo, "forum.post:0", number=3)
    assert [waits() for _ in range(2)] == [True, True]


def test_who_came_without_a_session_of_their_own_sees_what_waits_too(as_cleo: Client, cleo: Member) -> None:
    UserSession.objects.all().delete()
    settled(as_cleo, "/forum/")

    tell(cleo, "forum.post:0", number=1)

    assert "New for you" in as_cleo.get("/forum/").content.decode()


def test_a_message_is_said_once(as_ada: Client, thread: Thread, address: str) -> None:
    settled(as_ada, address)
    as_ada.post(f"/forum/posts/{thread.posts.get().pk}/bookmark/", {"note": ""})

    pages = [as_ada.get(address).content.decode() for _ in range(3)]

    assert ["message--" in page for page in pages] == [True, False, False]


UNJOURNALLED = {
    "django_session": "is asked anew each time",
    "auth_permission": "changes with migrations alone",
    "usersessions_usersession": "is asked anew each time",
    "welcome_hello": "is not on the page",
    "auth_group": "is a name; who belongs to it is in members_member_groups",
    "notifications_notice": "is only marked as read",
    "notifications_telling": "is only marked as read",
}


@pytest.mark.parametrize(
    "place", ["/", "/forum/", "/forum/table/", "/search/?q=soup", "/search/?q=ada", "thread", *CALENDAR]
)
def test_every_table_that_a_page_reads_is_in_the_journal(as_cleo: Client, thread: Thread, place: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        as_cleo.get(thread.get_absolute_url() if place == "thread" else place)
    read = {table for query in queries for table in re.findall(r'(?:FROM|JOIN|INTO) "?(\w+_\w+)"?', query["sql"])}
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%_journal_%'")
        journalled = {table for (table,) in cursor.fetchall()}

    shown = {table for table in read if not table.startswith("pg_")}
    assert shown <= journalled | UNJOURNALLED.keys()


def test_each_choice_of_a_visitor_has_its_own_copy(client: Client, address: str) -> None:
    client.get(address)
    dark = Client()
    dark.cookies["theme"] = "dark"

    assert 'data-theme="dark"' in dark.get(address).content.decode()
    assert "data-theme" not in Client().get(address).content.decode()


@pytest.mark.parametrize("way", ["gzip, deflate, br, zstd", "gzip, deflate", "identity"])
def test_each_way_of_packing_has_its_own_copy(client: Client, address: str, way: str) -> None:
    plain = client.get(address, headers={"Accept-Encoding": ""}).content
    first = client.get(address, headers={"Accept-Encoding": way})
    again = client.get(address, headers={"Accept-Encoding": way})

    assert again.content == first.content
    assert UNPACK[again.headers.get("Content-Encoding", "")](again.content) == plain


def test_a_yes_that_ends_by_itself_ends_the_page(client: Client, address: str, ada: Member) -> None:
    with time_machine.travel(MORNING, tick=False):
        assert "Who cooks?" in client.get(address).content.decode()

    with time_machine.travel(MORNING + timedelta(days=4000), tick=False):
        assert "Who cooks?" not in client.get(address).content.decode()


def test_a_day_has_its_own_line_of_use(client: Client, address: str, ada: Member) -> None:
    days = [clock.now().replace(hour=12) + timedelta(days=n) for n in (1, 2)]
    for day in days:
        with time_machine.travel(day, tick=False):
            client.get(address)

    used = ConsentUse.objects.filter(member=ada, sink="public_post").values_list("used_on", flat=True)
    assert {day.date() for day in days} <= set(used)


def test_the_calendar_begins_anew_with_the_day_on_the_readers_clock(client: Client, settings: Any) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    midnight = datetime(2026, 3, 2, 11, tzinfo=UTC)
    pages = []
    for moment in (midnight - timedelta(minutes=1), midnight + timedelta(minutes=1)):
        with time_machine.travel(moment, tick=False):
            pages.append(client.get("/events/").content.decode())

    assert ["2026-03-03" in page for page in pages] == [False, True]


def test_free_places_are_counted_each_time(client: Client) -> None:
    client.get("/events/?free=on")

    assert queries_of(client, "/events/?free=on") > 1


def test_old_lines_of_the_journal_are_forgotten(thread: Thread) -> None:
    assert Change.objects.filter(subject=f"forum.thread:{thread.pk}").exists()

    journal.forget(now=clock.now() + journal.REMEMBERED + timedelta(minutes=1))

    assert not Change.objects.exists()


def _group(scene: "Scene", *, is_in: bool) -> None:
    (scene.group.user_set.add if is_in else scene.group.user_set.remove)(scene.cleo)


def _power(scene: "Scene", *, is_given: bool) -> None:
    (assign_perm if is_given else remove_perm)(MODERATE, scene.ada, scene.table)


def _event(scene: "Scene") -> None:
    told = details(
        title=f"Who cooks {scene.count()}",
        place=events.NewPlace(name="The mill"),
        visibility="public",
        first_date=clock.now().date() + timedelta(days=1),
    )
    draft = events.prepare(by=scene.ada, details=told, now=clock.now())
    events.publish(event=draft, now=clock.now())


def _cancel(scene: "Scene") -> None:
    date = Occurrence.objects.with_event().order_by("pk")[0]
    events.cancel_date(occurrence=date, reason=f"Rain {scene.count()}", now=clock.now())


def _harvest(scene: "Scene") -> None:
    date = Occurrence.objects.select_related("event").order_by("pk")[0]
    after.write_up(
        occurrence=date, kind=WriteUpKind.HARVEST, by=scene.bo, source="Ada cooks.", version=0, now=clock.now()
    )


def _outcome(scene: "Scene") -> None:
    date = Occurrence.objects.select_related("event").order_by("-pk")[0]
    after.tell_outcome(occurrence=date, by=scene.bo, words=f"Cleo cooks {scene.count()}", thread=None, now=clock.now())


ZONES = ("Pacific/Auckland", "America/Lima", "Europe/Lisbon")
STEPS: dict[str, Callable[["Scene"], object]] = {
    "reply": lambda scene: scene.reply(),
    "edit": lambda scene: actions.edit_post(post=scene.last(), by=scene.last().author, text=Text("Other"), now=clock.now()),
    "delete": lambda scene: actions.delete_post(post=scene.last(), by=scene.last().author, now=clock.now()),
    "hide": lambda scene: Post.objects.filter(pk=scene.last().pk).update(hidden_at=clock.now()),
    "rename": lambda scene: actions.rename(thread=scene.thread(), by=scene.bo, title=f"T{scene.count()}", reason="", now=clock.now()),
    "pin": lambda scene: actions.pin(thread=scene.thread(), by=scene.bo, reason="", now=clock.now()),
    "unpin": lambda scene: actions.unpin(thread=scene.thread(), by=scene.bo, reason="", now=clock.now()),
    "other name": lambda scene: Member.objects.filter(pk=scene.cleo.pk).update(display_name=f"Cleo {scene.count()}"),
    "no": lambda scene: says_no(scene.cleo, "content.public"),
    "yes": lambda scene: says_yes(scene.cleo, "content.public"),
    "not to be found": lambda scene: says_no(scene.ada, "content.search_index"),
    "to be found": lambda scene: says_yes(scene.ada, "content.search_index"),
    "picture": lambda scene: ready_picture(owner=scene.cleo, post=scene.last()),
    "members only": lambda scene: Category.objects.filter(pk=scene.table.pk).update(visibility="members"),
    "public": lambda scene: Category.objects.filter(pk=scene.table.pk).update(visibility="public"),
    "new room": lambda scene: Category.objects.create(slug=f"room-{scene.count()}", name="New", visibility="public"),
    "new words for a room": lambda scene: Category.objects.filter(pk=scene.table.pk).update(description=f"D{scene.count()}"),
    "another thread": lambda scene: actions.start_thread(category=scene.table, by=scene.ada, title="Jam", text=Text("Jars"), now=clock.now()),
    "nothing": lambda scene: None,
    "bookmark": lambda scene: actions.bookmark(member=scene.ada, post=scene.last(), note="", remind_at=None, now=clock.now()),
    "no bookmark": lambda scene: actions.remove_bookmark(member=scene.ada, post=scene.last().pk),
    "draft": lambda scene: actions.save_draft(member=scene.cleo, place=f"reply:{scene.opening.pk}", path="/", label="", source=f"D{scene.count()}", now=clock.now()),
    "no draft": lambda scene: actions.discard_draft(member=scene.cleo, place=f"reply:{scene.opening.pk}"),
    "read again from here": lambda scene: actions.leave_unread(member=scene.ada, post=scene.last(), now=clock.now()),
    "all is read": lambda scene: actions.catch_up(member=scene.cleo, until=clock.now()),
    "follow": lambda scene: notifications.follow(member=scene.cleo, place=f"forum.thread:{scene.opening.thread_id}", level=Level.MUTED, now=clock.now()),
    "thanks": lambda scene: actions.thank_for(post=scene.last(), by=scene.bo, words=f"Good {scene.count()}", is_public=True, submission=uuid4(), now=clock.now()),
    "no contact": lambda scene: contact.want_no_contact(member=scene.cleo, other=scene.ada, surface="test", now=clock.now()),
    "contact again": lambda scene: contact.allow_contact(member=scene.cleo, other=scene.ada),
    "ask to write": lambda scene: contact.ask(asker=scene.bo, asked=scene.ada, words="May I?", now=clock.now()),
    "summary": lambda scene: actions.write_summary(thread=scene.thread(), by=scene.cleo, source=f"S{scene.count()}", version=scene.version(), now=clock.now()),
    "stage": lambda scene: actions.set_stage(thread=scene.thread(), by=scene.bo, stage=random.choice(list(Stage)), reason="", now=clock.now()),
    "lock": lambda scene: actions.lock(thread=scene.thread(), by=scene.bo, reason="", now=clock.now()),
    "unlock": lambda scene: actions.unlock(thread=scene.thread(), by=scene.bo, reason="", now=clock.now()),
    "pause": lambda scene: actions.pause(thread=scene.thread(), until=clock.now() + timedelta(days=1), by=scene.bo, reason="", now=clock.now()),
    "resume": lambda scene: actions.resume(thread=scene.thread(), by=scene.bo, reason="", now=clock.now()),
    "into the group": lambda scene: _group(scene, is_in=True),
    "out of the group": lambda scene: _group(scene, is_in=False),
    "power": lambda scene: _power(scene, is_given=True),
    "no power": lambda scene: _power(scene, is_given=False),
    "suspended": lambda scene: Member.objects.filter(pk=scene.ada.pk).update(standing=Standing.SUSPENDED),
    "not suspended": lambda scene: Member.objects.filter(pk=scene.ada.pk).update(standing=Standing.MEMBER),
    "event": _event,
    "event hidden": lambda scene: Event.objects.update(hidden_at=clock.now()),
    "event shown": lambda scene: Event.objects.update(hidden_at=None),
    "date cancelled": _cancel,
    "other name of a place": lambda scene: Place.objects.update(name=f"Mill {scene.count()}"),
    "other clock": lambda scene: Preferences.objects.update_or_create(member=scene.ada, defaults={"zone": ZONES[scene.count() % len(ZONES)]}),
    "other town": lambda scene: people.save_profile(member=scene.cleo, area=f"Town {scene.count()}, by the sea"),
    "dates for members": lambda scene: Occurrence.objects.update(is_public=False),
    "harvest": _harvest,
    "outcome": _outcome,
    "in the directory": lambda scene: says_yes(scene.cleo, "profile.directory"),
    "not in the directory": lambda scene: says_no(scene.cleo, "profile.directory"),
    "gone": lambda scene: Member.objects.filter(pk=scene.cleo.pk).update(is_active=False),
    "come back": lambda scene: Member.objects.filter(pk=scene.cleo.pk).update(is_active=True),
    "begin": lambda scene: welcome.begin(member=scene.ada, now=clock.now()),
    "agree": lambda scene: [welcome.accept_agreement(member=scene.ada, code=one.code, version=one.version, now=clock.now()) for one in AGREEMENTS],
    "welcomed": lambda scene: welcome.go_to(member=scene.ada, step=Step.DONE, now=clock.now()),
}  # fmt: skip


class Scene:
    """A thread that much happens to."""

    def __init__(self, table: Category, opening: Post, people: dict[str, Member]) -> None:
        self.table, self.opening = table, opening
        self.group = Group.objects.get()
        self.ada, self.bo, self.cleo = (people[name] for name in ("ada", "bo", "cleo"))

    def count(self) -> int:
        return Change.objects.count()

    def thread(self) -> Thread:
        return Thread.objects.select_related("category").get(pk=self.opening.thread_id)

    def last(self) -> Post:
        posts = Post.objects.select_related("author", "thread__category", "thread__author", "parent")
        return posts.filter(thread=self.opening.thread_id, deleted_at=None).order_by("-number")[0]

    def version(self) -> int:
        return Summary.objects.filter(thread=self.opening.thread_id).values_list("version", flat=True).first() or 0

    def reply(self) -> None:
        parent = Post.objects.select_related("thread__category").get(pk=self.opening.pk)
        actions.post_reply(parent=parent, by=self.cleo, text=Text(f"I do, {self.count()}."), now=clock.now())


PAGES = ("/", "/forum/", "/forum/table/", "/forum/circle/", "/search/?q=cook", "/search/?q=cleo", *CALENDAR)
READERS = ("visitor", "ada", "bo", "cleo")
ONCE = re.compile(r'name="(?:csrfmiddlewaretoken|submission|until)" value="[^"]+"')
"""What is another in each form."""


def read(browser: Client, page: str) -> list[str]:
    response = browser.get(page)
    return [str(response.status_code), *ONCE.sub("", response.content.decode()).splitlines()]


def at_the_door(page: str) -> list[str]:
    answer = ask(page)
    return [answer.status.split()[0], *ONCE.sub("", answer.body.decode()).splitlines()]


def walk(
    opening: Post,
    people: dict[str, Member],
    settings: Any,
    seed: int,
    lag: Callable[[random.Random], None],
    *,
    steps: int,
) -> None:
    """Do at random what can be done, and compare each page that is ready with one made anew."""
    settings.RATE_LIMITS = False
    scene, chance, done = Scene(Category.objects.get(slug="table"), opening, people), random.Random(seed), []
    browsers = {name: sign_in(Client(), member) for name, member in people.items()} | {"visitor": Client()}
    for _ in range(steps):
        done.append(chance.choice(sorted(STEPS)))
        with contextlib.suppress(
            IndexError, Refused, Overtaken, Closed
        ):  # no post is left to do it to, or a rule says no
            STEPS[done[-1]](scene)
        lag(chance)
        for reader in ("visitor", *chance.sample(READERS[1:], 2)):
            page = chance.choice((*PAGES, scene.thread().get_absolute_url()))
            door = at_the_door(page) if reader == "visitor" else None
            ready = [read(browsers[reader], page) for _ in range(2)][-1]
            settings.READY_PAGES = False
            pieces.kept.cache_clear()
            fresh = read(browsers[reader], page)
            settings.READY_PAGES = True
            assert ready == fresh, (reader, page, seed, done)
            assert door in (None, fresh), (page, seed, done)


@pytest.mark.slow  # makes pages twice after each step
@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.usefixtures("circle")
def test_no_page_is_ever_stale_or_somebody_elses(
    opening: Post, ada: Member, bo: Member, cleo: Member, settings: Any, seed: int
) -> None:
    walk(opening, {"ada": ada, "bo": bo, "cleo": cleo}, settings, seed, lag=lambda _chance: None, steps=30)


@pytest.mark.parametrize(
    "change",
    [
        "event",
        "event hidden",
        "date cancelled",
        "other name of a place",
        "dates for members",
        "other clock",
        "other town",
    ],
)
def test_the_calendar_shows_each_change_at_once(
    opening: Post, ada: Member, bo: Member, cleo: Member, settings: Any, change: str
) -> None:
    Group.objects.create(name="cooks")
    scene = Scene(Category.objects.get(slug="table"), opening, {"ada": ada, "bo": bo, "cleo": cleo})
    browsers = [Client(), sign_in(Client(), ada), sign_in(Client(), cleo)]
    asked = [(browser, page) for browser in browsers for page in CALENDAR]
    STEPS["event"](scene)
    before = [[read(browser, page) for _ in range(3)][-1] for browser, page in asked]

    STEPS[change](scene)

    ready = [read(browser, page) for browser, page in asked]
    settings.READY_PAGES = False
    assert ready == [read(browser, page) for browser, page in asked]
    assert ready != before
