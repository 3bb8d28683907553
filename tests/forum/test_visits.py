"""A visit is remembered without waiting for the disk, and nothing else is."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from commons import clock
from forum import actions
from forum.actions.posts import Text
from forum.models import Category, Thread, Visit
from members.models import Member

NOTED = """
    SET synchronous_commit = on;
    CREATE TEMPORARY TABLE noted (commits text);
    CREATE FUNCTION pg_temp.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO noted VALUES (current_setting('synchronous_commit')); RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER note AFTER INSERT OR UPDATE ON forum_visit
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pg_temp.note()
"""
FORGOTTEN = "DROP TRIGGER note ON forum_visit; DROP TABLE noted; RESET synchronous_commit"


@pytest.fixture
def _noted(transactional_db: None) -> Iterator[None]:
    """How each transaction that writes a visit commits, as it is at its very end."""
    with connection.cursor() as cursor:
        cursor.execute(NOTED)
        yield
        cursor.execute(FORGOTTEN)


@pytest.fixture
def thread(_noted: None, ada: Member) -> Thread:
    category = Category.objects.create(slug="table", name="The table", position=1)
    now = clock.now()
    return actions.start_thread(category=category, by=ada, title="Soup", text=Text("Who cooks?"), now=now).thread


def commits() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT commits FROM noted")
        return [how for (how,) in cursor.fetchall()]


def test_nobody_waits_for_the_disk_to_read(thread: Thread, cleo: Member) -> None:
    for _time in range(2):
        actions.record_visit(member=cleo, thread=thread, now=clock.now())

    assert commits() == ["off", "off"]
    assert Visit.objects.get(member=cleo).current_number == 1
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)


def test_what_is_written_along_with_a_visit_waits_for_it(thread: Thread, cleo: Member) -> None:
    with transaction.atomic():
        actions.record_visit(member=cleo, thread=thread, now=clock.now())

    assert commits() == ["on"]
