"""Pages that a replica makes: as true as the database's own, however far behind it is."""

import copy
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons import clock, ready, replicas
from forum import actions
from forum.models import Category, Post, Thread
from members.models import Member
from tests.cast import says_no, sign_in
from tests.forum.test_ready_pages import tell, walk
from tests.support.standby import Standby, following

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", replicas.ALIAS]),
    pytest.mark.slow,  # a second PostgreSQL starts and follows the first
]


@pytest.fixture(scope="module", autouse=True)
def standby(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standby]:
    with following(tmp_path_factory.mktemp("s")) as standby:
        name(str(standby.sockets))
        yield standby
    del connections.settings[replicas.ALIAS], connections[replicas.ALIAS]


@pytest.fixture
def _replica(
    standby: Standby, settings: Any, monkeypatch: pytest.MonkeyPatch, transactional_db: None
) -> Iterator[None]:
    monkeypatch.setattr(replicas, "_resting_until", 0.0)
    settings.REPLICA_URL = "the standby"
    settings.DATABASE_ROUTERS = ["commons.replicas.Router"]
    yield
    connections[replicas.ALIAS].close()


@pytest.fixture
def behind(_replica: None, standby: Standby, thread: Thread) -> Iterator[Standby]:
    """The site with a replica that knows the thread, and nothing that comes later."""
    standby.follow()
    standby.pause()
    yield standby
    standby.follow()


@pytest.fixture
def address(thread: Thread) -> str:
    return thread.get_absolute_url()


def name(host: str) -> None:
    """Let the replica be at that place; what a test leaves behind is cleared away in the database itself."""
    usual = copy.deepcopy(connection.settings_dict)
    connections.settings[replicas.ALIAS] = usual | {"HOST": host, "TEST": usual["TEST"] | {"MIRROR": "default"}}


def get(client: Client, address: str) -> tuple[str, int]:
    """A page that nobody has opened before, and how many questions about it the replica answered."""
    cache.clear()
    ready.forget()
    with CaptureQueriesContext(connections[replicas.ALIAS]) as queries:
        page = client.get(address, follow=True)
    assert page.status_code == 200
    return page.content.decode(), len(queries)


def test_a_page_comes_from_the_replica_and_the_database_looks_whether_it_is_true(
    client: Client, as_cleo: Client, behind: Standby, address: str
) -> None:
    get(client, address)
    as_cleo.get(address)
    behind.catch_up()
    behind.pause()

    with CaptureQueriesContext(connection) as queries:
        of_visitor, asked = get(client, address)
    of_member, asked_by_member = get(as_cleo, address)

    assert "Who cooks?" in of_visitor
    assert "Post reply" in of_member
    assert asked > 3
    assert asked_by_member > 3
    assert len(queries) == 1


def test_everybody_reads_at_once_what_the_replica_does_not_know_yet(
    client: Client, as_ada: Client, ada: Member, as_cleo: Client, behind: Standby, opening: Post, address: str
) -> None:
    other_device = sign_in(Client(), ada)
    form = {"source": "I bring bread.", "submission": "5b0d1c76-8f37-4ef5-9f4e-6c6dd2a0f7a5"}

    shown = as_ada.post(f"/forum/posts/{opening.pk}/reply/", form, follow=True)

    assert "I bring bread." in shown.content.decode()
    for browser in (as_ada, other_device, as_cleo, client):
        assert "I bring bread." in get(browser, address)[0]


def test_what_is_read_on_a_page_of_the_replica_waits_there_no_more(
    as_cleo: Client, cleo: Member, behind: Standby, opening: Post, address: str
) -> None:
    as_cleo.get(address)
    tell(cleo, f"forum.post:{opening.pk}", number=1)
    behind.catch_up()
    behind.pause()

    page, asked = get(as_cleo, address)

    assert "New for you" not in page
    assert asked > 3


def test_what_happens_elsewhere_leaves_a_page_to_the_replica(
    client: Client, behind: Standby, start: Callable[..., Post], table: Category, address: str
) -> None:
    start(table, title="Jam")

    assert get(client, address)[1] > 3


def test_a_yes_that_was_taken_back_counts_at_once(client: Client, behind: Standby, ada: Member, address: str) -> None:
    says_no(ada, "content.public")

    assert "Who cooks?" not in get(client, address)[0]


def test_a_power_that_was_taken_counts_at_once(as_bo: Client, bo: Member, behind: Standby, address: str) -> None:
    assert "Moderate" in get(as_bo, address)[0]

    sign_in(as_bo, bo, is_strong=False)

    assert "Moderate" not in get(as_bo, address)[0]


def test_a_new_thread_is_there_at_once_and_a_deleted_one_gone(
    as_cleo: Client, behind: Standby, start: Callable[..., Post], table: Category, address: str
) -> None:
    new = start(table, title="Jam").thread
    Thread.objects.filter(pk=new.pk + 1).delete()

    assert "Jam" in get(as_cleo, new.get_absolute_url())[0]

    Post.objects.all().delete()
    Thread.objects.all().delete()

    assert as_cleo.get(address).status_code == 404


def test_what_was_under_way_when_the_replica_looked_is_not_called_seen(
    client: Client, behind: Standby, table: Category, start: Callable[..., Post], opening: Post, address: str
) -> None:
    with psycopg.connect(connection.connection.info.dsn) as writer:
        writer.execute("UPDATE forum_post SET html = 'Nobody cooks.' WHERE id = %s", [opening.pk])
        start(table, title="Jam")
        behind.follow()
        assert "Who cooks?" in client.get(address).content.decode()

    assert "Nobody cooks." in client.get(address).content.decode()


def test_a_page_that_the_replica_made_is_kept_until_it_is_another(
    client: Client, behind: Standby, ada: Member, thread: Thread, address: str
) -> None:
    get(client, address)
    with CaptureQueriesContext(connections[replicas.ALIAS]) as queries:
        client.get(address)
    assert len(queries) == 0

    actions.rename(thread=thread, by=ada, title="Stew", reason="", now=clock.now())

    assert "Stew" in client.get(address, follow=True).content.decode()


def test_a_replica_that_is_gone_is_left_alone_for_a_while(
    client: Client, behind: Standby, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING")
    away = connections[replicas.ALIAS]
    away.close()
    host, away.settings_dict["HOST"] = away.settings_dict["HOST"], "/nowhere"

    page = client.get(address).content.decode()
    away.settings_dict["HOST"] = host

    assert "Who cooks?" in page
    assert "replica away" in caplog.text
    assert get(client, address)[1] == 0


def test_a_replica_that_goes_while_it_makes_a_page_does_no_harm(
    client: Client, behind: Standby, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = replicas._seen

    def then_gone() -> str | None:
        found = seen()
        behind.disconnect()
        return found

    monkeypatch.setattr(replicas, "_seen", then_gone)

    assert "Who cooks?" in get(client, address)[0]
    assert replicas._resting_until > 0
    connections[replicas.ALIAS].close()


def test_a_replica_far_behind_is_not_asked(
    client: Client, behind: Standby, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replicas, "LAG_MOST", timedelta(0))

    assert get(client, address)[1] == 1


def test_what_follows_nobody_is_no_replica(
    client: Client, behind: Standby, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections[replicas.ALIAS].close()
    monkeypatch.setitem(connections[replicas.ALIAS].settings_dict, "HOST", connection.settings_dict["HOST"])

    assert get(client, address)[1] == 1

    connections[replicas.ALIAS].close()


def test_whatever_stands_in_a_transaction_is_read_where_it_is_written(behind: Standby, thread: Thread) -> None:
    with replicas._reading():
        assert Thread.objects.get().title == "Soup"
        Thread.objects.update(title="Stew")
        assert Thread.objects.get().title == "Soup"
        with transaction.atomic():
            assert Thread.objects.get().title == "Stew"


@pytest.mark.timeout(180)
@pytest.mark.usefixtures("circle", "_replica")
def test_no_page_is_ever_stale_however_far_the_replica_is_behind(
    standby: Standby, opening: Post, ada: Member, bo: Member, cleo: Member, settings: Any
) -> None:
    def lag(chance: random.Random) -> None:
        standby.follow()
        if chance.random() < 0.7:
            standby.pause()

    walk(opening, {"ada": ada, "bo": bo, "cleo": cleo}, settings, random.randrange(10**6), lag, steps=15)
    standby.follow()
