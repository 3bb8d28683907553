from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import FETCH_PEERS

from commons.mail import headers
from commons.models import Event
from forum import actions
from forum.actions.posts import Text
from forum.archives import importing, transcripts
from forum.models import Category, ImportedMessage, Post, Thread
from members import addresses
from members.actions import claim_author
from members.models import Member, UnclaimedAuthor
from tests.forum.archives.conftest import TABLES, Read, rows

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def tree(thread: Thread) -> list[tuple[int, str]]:
    """The thread as a reader walks it: (depth, first words)."""
    posts = sorted(Post.objects.filter(thread=thread), key=lambda post: bytes(post.path))
    return [(post.depth, post.source.split("\n")[0][:20]) for post in posts]


def thread_of(title: str) -> Thread:
    return Thread.objects.get(title=title, merged_into=None)


def letter(name: str, *references: str, hour: int = 9, subject: str = "Pond") -> str:
    """A letter that says its own name."""
    return (
        f"From x@y.example Mon Mar  6 09:00:00 2017\nFrom: {name}@y.example\nSubject: {subject}\n"
        f"Date: 6 Mar 2017 {hour:02}:00 +0000\nMessage-ID: <{name}@y.example>\n"
        f"References: {' '.join(f'<{one}@y.example>' for one in references)}\n\n{name}\n\n"
    )


def archive(path: Path, *letters: str) -> Path:
    path.write_text("".join(letters))
    return path


def assert_counters_are_right() -> None:
    for thread in Thread.objects.filter(merged_into=None):
        posts = Post.objects.filter(thread=thread).order_by("created_at", "number")
        assert thread.post_count == posts.count()
        assert thread.last_number >= max(post.number for post in posts)
        assert thread.last_post_at == max(post.created_at for post in posts)
        assert thread.created_at == posts.get(parent=None).created_at
        for post in posts:
            assert post.reply_count == posts.filter(parent=post).count()
            assert bytes(post.path).startswith(bytes(post.parent.path) if post.parent_id else b"")
    for category in Category.objects.all():
        threads = Thread.objects.filter(category=category, merged_into=None)
        assert category.thread_count == threads.count()
        assert category.post_count == Post.objects.filter(thread__in=threads).count()


@pytest.fixture(autouse=True)
def _lazy_relations(settings: Any) -> None:
    """The tests walk from post to parent and thread as they like."""
    settings.FETCH_MODE = FETCH_PEERS


def test_a_dry_run_tells_and_writes_nothing(read: Read) -> None:
    before = rows()

    figures = read("garden.mbox", apply=False)

    assert rows() == before
    assert (figures["messages"], figures["threads"], figures["posts"], figures["skipped"]) == (8, 3, 7, {"empty": 1})
    assert "This was a dry run. Add --apply to write." in figures["said"]


def test_an_import_stores_what_the_dry_run_told(read: Read) -> None:
    told = read("garden.mbox", apply=False)

    stored = read("garden.mbox")

    assert {key: stored[key] for key in ("messages", "threads", "posts", "skipped")} == {
        key: told[key] for key in ("messages", "threads", "posts", "skipped")
    }
    assert (Thread.objects.count(), Post.objects.count()) == (3, 7)


def test_a_list_becomes_threads(read: Read) -> None:
    read("garden.mbox")

    assert tree(thread_of("Who brings soup on Saturday?")) == [(0, "Dear all,"), (1, "I do."), (2, "> I do.")]
    assert tree(thread_of("Keys to the shed")) == [(0, "Where are they?"), (1, "Under the blue pot.")]
    assert tree(thread_of("A pond")) == [(0, "Then let us dig it i"), (1, "I can lend a digger.")]
    assert_counters_are_right()


def test_a_letter_keeps_its_date_its_words_and_its_writers_name(read: Read) -> None:
    read("garden.mbox")

    post = Post.objects.select_related("unclaimed_author").get(
        thread=thread_of("Who brings soup on Saturday?"), depth=1
    )
    assert post.created_at == datetime(2017, 3, 6, 11, 30, tzinfo=UTC)
    assert (post.author, post.unclaimed_author.display_name) == (None, "Tariq Dünya")
    assert post.source.startswith(
        "I do.\n\n:::details Show quoted text\nOn Mon, 6 Mar 2017, Orla Quinn wrote:\n\n> Dear all,"
    )
    assert post.html.startswith('<p dir="auto">I do.</p>\n<details>')


def test_everything_skipped_is_named_with_its_reason(read: Read) -> None:
    said = read("garden.mbox")["said"]

    [line] = [line for line in said if line.startswith("skipped")]
    assert line.endswith(": <nothing@orchard.example> empty")
    assert "garden.mbox at " in line


def test_no_address_is_stored_anywhere(read: Read) -> None:
    read("garden.mbox", "garden-earlier.mbox", "pipermail.mbox")

    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text ~* '(@|at )(orchard|well|hedge|mill)[.]'")
            assert cursor.fetchone() == (0,), table


def test_an_author_is_known_by_a_hash_that_their_address_finds(read: Read) -> None:
    read("garden.mbox")

    assert (
        UnclaimedAuthor.objects.get(address_hash=addresses.hashed("Orla@orchard.example")).display_name == "Orla Quinn"
    )
    assert UnclaimedAuthor.objects.count() == 4


def test_letters_of_somebody_who_has_joined_are_theirs_at_once(read: Read, ada: Member) -> None:
    read("garden-earlier.mbox")
    wren = UnclaimedAuthor.objects.get(address_hash=addresses.hashed("wren@hedge.example"))
    claim_author(author=wren, by=ada, now=NOON)

    read("garden.mbox")

    assert set(
        Post.objects.filter(unclaimed_author=wren, thread__title="Keys to the shed").values_list("author", flat=True)
    ) == {ada.pk}
    assert thread_of("Keys to the shed").author_id == ada.pk


def test_nobody_is_told_and_nobody_is_mailed(read: Read) -> None:
    read("garden.mbox", "garden-earlier.mbox")

    assert Event.objects.count() == 0
    assert mail.outbox == []


def test_a_second_run_writes_no_row(read: Read) -> None:
    read("garden.mbox", "pipermail.mbox")
    before = rows()

    again = read("garden.mbox", "pipermail.mbox")

    assert rows() == before
    assert (again["threads"], again["posts"], again["skipped"]) == (0, 0, {"empty": 1, "imported before": 9})


def test_copies_by_several_archivers_are_one_post(read: Read) -> None:
    figures = read("garden.mbox", "garden-other-archiver.mbox")

    assert (figures["messages"], figures["posts"], figures["skipped"]) == (16, 7, {"duplicate": 8, "empty": 1})


def test_copies_in_a_later_run_are_known(read: Read) -> None:
    read("garden-other-archiver.mbox")
    before = rows()

    figures = read("garden.mbox")

    assert rows() == before
    assert figures["skipped"] == {"empty": 1, "imported before": 7}


def test_both_archivers_copies_read_the_same(read: Read, garden: Category) -> None:
    read("garden.mbox", list="one")
    read("garden-other-archiver.mbox", list="other")

    one, other = (
        sorted(
            ImportedMessage.objects.filter(list_name=name, is_missing=False).values_list("message_hash", "post__source")
        )
        for name in ("one", "other")
    )
    assert [source for _hash, source in one] == [source for _hash, source in other]


def test_pipermail_is_read(read: Read) -> None:
    read("pipermail.mbox")

    thread = thread_of("Beans for everybody")
    opening = Post.objects.get(thread=thread, parent=None)
    assert opening.source == (
        "Write to tariq@… if you want some, or look at seeds.example.\n\n"
        "From the first harvest there will be more.\nFrom our neighbours we have peas, Mon to Fri.\n\n"
        "- Attached: beans.pdf (20.0\xa0KB), not stored"
    )
    assert thread.post_count == 2


def test_a_later_archive_puts_the_missing_letters_in_their_place(read: Read) -> None:
    read("garden.mbox")

    figures = read("garden-earlier.mbox")

    assert (figures["threads"], figures["posts"]) == (0, 2)
    assert tree(thread_of("A pond")) == [
        (0, "Shall we have a pond"),
        (1, "Yes, with frogs."),
        (2, "Then let us dig it i"),
        (3, "I can lend a digger."),
    ]
    opening = Post.objects.select_related("unclaimed_author").get(thread=thread_of("A pond"), parent=None)
    assert thread_of("A pond").unclaimed_author_id == opening.unclaimed_author_id
    assert_counters_are_right()


@pytest.mark.parametrize(
    "order", list(permutations(["garden.mbox", "garden-earlier.mbox", "garden-other-archiver.mbox"]))
)
def test_in_whatever_order_archives_come_the_threads_are_the_same(read: Read, order: tuple[str, ...]) -> None:
    for name in order:
        read(name)

    assert sorted((thread.title, thread.post_count) for thread in Thread.objects.all()) == [
        ("A pond", 4),
        ("Keys to the shed", 2),
        ("Who brings soup on Saturday?", 3),
    ]
    assert_counters_are_right()


def test_a_letter_that_comes_late_joins_the_threads_on_both_its_sides(read: Read, tmp_path: Path) -> None:
    read(archive(tmp_path / "1", letter("pond")))
    read(
        archive(
            tmp_path / "3",
            letter("frogs", "lost", hour=11, subject="Frogs"),
            letter("toads", "frogs", hour=12, subject="Frogs"),
        )
    )
    assert Thread.objects.filter(merged_into=None).count() == 2

    read(archive(tmp_path / "2", letter("lost", "pond", hour=10)))

    assert tree(thread_of("Pond")) == [(0, "pond"), (1, "lost"), (2, "frogs"), (3, "toads")]
    assert Thread.objects.get(title="Frogs").merged_into_id == thread_of("Pond").pk
    assert_counters_are_right()


def test_a_late_letter_between_two_known_ones_takes_its_place(read: Read, tmp_path: Path) -> None:
    read(archive(tmp_path / "1", letter("pond"), letter("frogs", "pond", "lost", hour=11)))
    assert tree(thread_of("Pond")) == [(0, "pond"), (1, "frogs")]

    read(archive(tmp_path / "2", letter("lost", "pond", hour=10)))

    assert tree(thread_of("Pond")) == [(0, "pond"), (1, "lost"), (2, "frogs")]
    assert_counters_are_right()


def test_letters_that_answer_each_other_in_two_archives_make_no_circle(read: Read, tmp_path: Path) -> None:
    read(archive(tmp_path / "1", letter("hen", "egg")))

    read(archive(tmp_path / "2", letter("egg", "hen", hour=10)))

    assert tree(thread_of("Pond")) == [(0, "egg"), (1, "hen")]
    assert_counters_are_right()


def test_replies_without_references_find_their_thread_in_an_earlier_import(read: Read, tmp_path: Path) -> None:
    read(archive(tmp_path / "1", letter("pond")))

    read(archive(tmp_path / "2", letter("frogs", hour=10, subject="Re: Pond")))
    read(archive(tmp_path / "3", letter("toads", hour=11)))

    assert tree(Thread.objects.get(title="Pond", post_count=2)) == [(0, "pond"), (1, "frogs")]
    assert tree(Thread.objects.get(title="Pond", post_count=1)) == [(0, "toads")]


def test_a_reply_about_something_else_says_so(read: Read, tmp_path: Path) -> None:
    read(archive(tmp_path / "1", letter("pond"), letter("frogs", "pond", subject="Re: [garden] Frogs_ (was: Pond)")))

    assert Post.objects.get(depth=1).source == "**Frogs\\_ (was: Pond)**\n\nfrogs"


def test_an_erased_letter_does_not_come_back(read: Read) -> None:
    read("garden.mbox")
    ImportedMessage.objects.filter(message_hash=headers.hashed("keys-2@mill.example")).update(post=None)
    Post.objects.filter(source="Under the blue pot.").delete()

    assert read("garden.mbox")["posts"] == 0


def test_members_answers_and_late_letters_live_in_one_thread(read: Read, ada: Member) -> None:
    read("garden.mbox")
    opening = Post.objects.select_related("thread__category").get(thread=thread_of("A pond"), parent=None)
    actions.post_reply(parent=opening, by=ada, text=Text("And now it is dug."), now=NOON)

    read("garden-earlier.mbox")

    thread = thread_of("A pond")
    assert (3, "And now it is dug.") in tree(thread)
    assert (thread.last_post_at, thread.last_author_id) == (NOON, ada.pk)


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("after", range(1, 5))
def test_an_import_that_was_killed_goes_on_where_it_stopped(
    read: Read, garden: Category, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    files = ["garden.mbox", "garden-earlier.mbox", "pipermail.mbox"]

    class DyingBar:
        batches = 0

        def update(self, _count: int) -> None:
            DyingBar.batches += 1
            if DyingBar.batches > 12 + after:
                raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("forum.management.commands.import_mbox._bar", lambda *_what: DyingBar())
        with pytest.raises(Killed):
            read(*files)
    assert 0 < Post.objects.count() < 11
    read(*files)

    resumed = sorted((thread.title, tuple(tree(thread))) for thread in Thread.objects.all())
    assert [len(posts) for _title, posts in resumed] == [4, 2, 2, 3]
    assert_counters_are_right()
    for table in ("importedmessage", "post", "thread"):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM forum_{table}")
    Category.objects.update(thread_count=0, post_count=0)
    read(*files)
    assert sorted((thread.title, tuple(tree(thread))) for thread in Thread.objects.all()) == resumed


def test_letters_are_stored_in_a_number_of_statements_that_does_not_grow(
    read: Read, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    path = archive(tmp_path / "1", *(letter(f"a{n}", *([f"a{n - 1}"] if n % 5 else [])) for n in range(150)))

    with django_assert_max_num_queries(25):
        figures = read(path)

    assert figures["posts"] == 150


@pytest.mark.slow  # starts other processes, which takes them a second
@pytest.mark.timeout(180)
def test_other_processes_read_the_same(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    read("garden.mbox", "pipermail.mbox", list="here")
    monkeypatch.setattr(transcripts, "MANY", 1)

    read("garden.mbox", "pipermail.mbox", list="elsewhere")

    here, elsewhere = (
        sorted(
            ImportedMessage.objects.filter(list_name=name, is_missing=False).values_list("message_hash", "post__html")
        )
        for name in ("here", "elsewhere")
    )
    assert here == elsewhere
    assert len(here) == 9


def test_two_imports_of_a_list_do_not_run_at_once(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "PATIENCE", 0.0)
    settings = connection.get_connection_params()
    with psycopg.connect(dbname=settings["dbname"], user=settings["user"], host=settings["host"]) as other:
        other.execute("SELECT pg_advisory_lock(hashtext('forum.archives'), hashtext('garden'))")

        with pytest.raises(CommandError, match="Another import of garden is running"):
            read("garden.mbox")


def test_a_category_or_file_that_is_not_there_is_named(garden: Category) -> None:
    with pytest.raises(CommandError, match=r"There is no category shed. There are: garden\."):
        call_command("import_mbox", __file__, category="shed")
    with pytest.raises(CommandError, match="There is no file nowhere"):
        call_command("import_mbox", "nowhere", category="garden")
