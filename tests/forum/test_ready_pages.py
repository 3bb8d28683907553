"""Pages that are made once: never another than the page that would be made now, never somebody's to somebody else."""

import contextlib
import random
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons import clock, journal
from commons.models import Change
from forum import actions
from forum.actions.posts import Text
from forum.models import Category, Post, Thread
from members.consent.models import ConsentUse
from members.models import Member
from tests.cast import says_no, says_yes
from tests.conftest import UNPACK
from tests.forum.conftest import MORNING
from tests.support.gifts import ready_picture

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


@pytest.mark.parametrize("place", ["/", "/forum/", "/forum/table/"])
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


def test_the_front_keeps_it_for_moments_and_only_for_visitors(client: Client, as_ada: Client, address: str) -> None:
    assert "s-maxage=1" in client.get(address).headers["Cache-Control"]
    assert "Cache-Control" not in as_ada.get(address).headers
    assert "s-maxage" not in client.get("/account/login/").headers["Cache-Control"]


def test_a_member_neither_leaves_nor_gets_a_ready_page(client: Client, as_ada: Client, address: str) -> None:
    of_member = as_ada.get(address).content.decode()
    of_visitor = client.get(address).content.decode()

    assert "Ada" in of_member
    assert "csrfmiddlewaretoken" not in of_visitor
    assert "Post reply" in as_ada.get(address).content.decode()


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


def test_old_lines_of_the_journal_are_forgotten(thread: Thread) -> None:
    assert Change.objects.filter(subject=f"forum.thread:{thread.pk}").exists()

    journal.forget(now=clock.now() + journal.REMEMBERED + timedelta(minutes=1))

    assert not Change.objects.exists()


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
}  # fmt: skip


class Scene:
    """A thread that much happens to."""

    def __init__(self, table: Category, opening: Post, people: dict[str, Member]) -> None:
        self.table, self.opening = table, opening
        self.ada, self.bo, self.cleo = (people[name] for name in ("ada", "bo", "cleo"))

    def count(self) -> int:
        return Change.objects.count()

    def thread(self) -> Thread:
        return Thread.objects.select_related("category").get(pk=self.opening.thread_id)

    def last(self) -> Post:
        posts = Post.objects.select_related("author", "thread__category", "thread__author", "parent")
        return posts.filter(thread=self.opening.thread_id, deleted_at=None).order_by("-number")[0]

    def reply(self) -> None:
        parent = Post.objects.select_related("thread__category").get(pk=self.opening.pk)
        actions.post_reply(parent=parent, by=self.cleo, text=Text(f"I do, {self.count()}."), now=clock.now())


@pytest.mark.slow  # makes every page twice after each step
@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", range(3))
def test_no_page_is_ever_stale(
    table: Category, opening: Post, ada: Member, bo: Member, cleo: Member, settings: object, seed: int
) -> None:
    settings.RATE_LIMITS = False
    scene, chance, done = Scene(table, opening, {"ada": ada, "bo": bo, "cleo": cleo}), random.Random(seed), []
    for _ in range(25):
        done.append(chance.choice(sorted(STEPS)))
        with contextlib.suppress(IndexError):  # there is no post left to do it to
            STEPS[done[-1]](scene)
        for page in ("/", "/forum/", "/forum/table/", scene.thread().get_absolute_url()):
            ready = Client().get(page)
            settings.READY_PAGES = False
            fresh = Client().get(page)
            settings.READY_PAGES = True
            assert (ready.status_code, ready.content) == (fresh.status_code, fresh.content), (page, done)
