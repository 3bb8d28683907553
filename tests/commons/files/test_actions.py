"""Giving, making ready, describing and forgetting."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from commons import outbox
from commons.files import actions, workshop
from commons.files.cleaning import limits
from commons.files.enums import TRIES_MAX, TRY_AGAIN_AFTER, Kind, State
from commons.files.models import Description, File, Spot
from commons.files.storage import storage
from commons.files.tasks import forget_stray_uploads, make_left_ready
from commons.models import Event
from commons.ratelimit import RateLimited
from forum.models import Post
from members.models import Member
from tests.commons.files.conftest import NOON
from tests.support import strange_files as strange

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # each file is made ready by a program of its own

type Give = Callable[..., File]


def lying(media: Path) -> list[str]:
    return sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())


def test_a_picture_is_made_ready_and_what_was_sent_is_gone(give: Give, media: Path) -> None:
    waiting = give(is_made=False, description="A pot of soup", language="en")
    assert (waiting.state, waiting.kind) == (State.WAITING, Kind.PICTURE)
    assert lying(media) == [waiting.incoming]
    assert Event.objects.get(name="files.given").payload == {"file": waiting.pk}

    assert actions.make_ready(file_id=waiting.pk, now=NOON)

    file = File.objects.get()
    assert (file.state, file.name, file.content_type) == (State.READY, "soup.jpg", "image/jpeg")
    assert (file.width, file.height, file.preview_width) == (64, 48, 64)
    assert (file.description, file.is_help_wanted) == ("A pot of soup", False)
    assert lying(media) == [file.full, file.preview]
    assert not any(strange.SECRET in (media / name).read_bytes() for name in lying(media))
    assert not actions.make_ready(file_id=waiting.pk, now=NOON)


@pytest.mark.parametrize(
    ("data", "name", "refusal"),
    [
        (strange.huge_png, "large.png", "pixels"),
        (lambda: b"<svg onload='alert(1)'/>", "drawing.png", "unknown"),
        (lambda: strange.picture()[:300], "torn.jpg", "broken"),
        (lambda: strange.office("docx", {"word/vbaProject.bin": b"x"}), "minutes.docx", "macros"),
        (lambda: strange.office("docx", {"word/b.xml": b"0" * 20_000_000}), "minutes.docx", "bomb"),
    ],
)
def test_what_is_refused_leaves_the_reason_and_no_bytes(
    data: Callable[[], bytes], name: str, refusal: str, give: Give, media: Path
) -> None:
    file = give(data(), name=name, is_help_wanted=True)

    assert (file.state, file.refusal, file.is_help_wanted) == (State.REFUSED, refusal, False)
    assert file.reason
    assert lying(media) == []


def test_the_same_file_twice_is_one(give: Give, opening: Post, cleo: Member) -> None:
    first, again = give(is_made=False), give(is_made=False)

    assert first == again
    assert give(is_made=False, by=cleo) != first


def test_files_are_given_at_a_human_pace(give: Give, monkeypatch: pytest.MonkeyPatch, media: Path) -> None:
    with pytest.raises(RateLimited):
        for number in range(61):
            give(strange.picture(size=(number + 1, 1)), is_made=False)
    assert len(lying(media)) == 60


def test_a_name_says_what_the_file_holds(give: Give) -> None:
    assert give(strange.picture("PNG"), name="../../etc/pass wd\u202e.exe").name == "etc-pass-wd.webp"
    assert give(b"a;b\n", name="list.csv").name == "list.csv"
    assert give(b"a;c\n", name="page.html").name == "page.txt"
    assert give(strange.pdf(), name="").name == "file.pdf"


def test_a_file_that_kills_its_maker_is_refused_after_some_tries(give: Give) -> None:
    file = give(is_made=False)
    File.objects.update(taken_up_at=NOON, tries=1)
    assert not actions.make_ready(file_id=file.pk, now=NOON + TRY_AGAIN_AFTER / 2)

    File.objects.update(tries=TRIES_MAX)
    assert actions.make_ready(file_id=file.pk, now=NOON + TRY_AGAIN_AFTER * 2)

    assert File.objects.get().refusal == "too_heavy"


def test_what_a_lost_task_left_waiting_is_made_ready(give: Give) -> None:
    give(is_made=False)

    make_left_ready()

    assert File.objects.get().state == State.READY


def test_a_file_that_was_forgotten_meanwhile_leaves_nothing(
    give: Give, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = give(is_made=False)
    put = actions.storage.put_file

    def forget_just_then(name: str, path: Path) -> None:
        File.objects.all().delete()
        put(name, path)

    monkeypatch.setattr(actions.storage, "put_file", forget_just_then)
    actions.make_ready(file_id=file.pk, now=NOON)

    assert lying(media) == []


def test_forgetting_takes_the_bytes_with_it(give: Give, media: Path) -> None:
    give()

    assert actions.forget(File.objects.all()) == 1
    assert lying(media) != []
    outbox.sweep(now=NOON.replace(year=2100))

    assert lying(media) == []
    assert actions.forget(File.objects.all()) == 0


def test_uploads_without_a_row_go_after_a_while(give: Give, media: Path) -> None:
    assert actions.forget_stray_uploads(now=NOON) == 0
    kept = give(is_made=False)
    (media / "files" / "incoming" / "stray").write_bytes(b"x")
    forget_stray_uploads()
    assert len(lying(media)) == 2

    assert actions.forget_stray_uploads(now=NOON.replace(year=2100)) == 1
    assert lying(media) == [kept.incoming]


def test_words_have_a_history_and_end_the_wish_for_help(give: Give, ada: Member, cleo: Member) -> None:
    file = give(is_help_wanted=True)
    assert file.is_help_wanted

    assert actions.describe(file=file, by=cleo, text=" A pot of soup ", language="en", now=NOON)
    assert not actions.describe(file=file, by=ada, text="A pot of soup", language="en", now=NOON)
    actions.describe(file=file, by=ada, text="A red pot of soup", language="en", now=NOON + timedelta(hours=1))

    file = File.objects.get()
    assert (file.description, file.is_help_wanted) == ("A red pot of soup", False)
    told = Description.objects.order_by("written_at").values_list("by__username", "text")
    assert list(told) == [("cleo", "A pot of soup"), ("ada", "A red pot of soup")]
    actions.ask_for_help(file=file)
    assert not File.objects.get().is_help_wanted


def test_carrying_doubles_nothing(give: Give, ada: Member, opening: Post) -> None:
    there = give(is_made=False)
    draft = Spot("forum.draft", 7)
    File.objects.filter(pk=there.pk).update(place_kind=draft.kind, place_key=draft.key)
    give(is_made=False)
    give(strange.pdf(), name="minutes.pdf", is_made=False)

    assert actions.carry(from_=draft, to=Spot("forum.post", opening.pk)) == 0
    assert File.objects.filter(place_kind="forum.post").count() == 2
    assert not File.objects.filter(place_kind="forum.draft").exists()


def test_the_workshop_has_little_memory_and_no_secrets(tmp_path: Path) -> None:
    """A picture at the very bound of what is taken, and the process that makes it."""
    source = tmp_path / "given"
    source.write_bytes(strange.picture("PNG", size=(8000, 5000), mode="RGBA"))
    before = psutil.Process().memory_info().rss

    with source.open("rb") as file, workshop.cleaned(file) as outcome:
        assert outcome.refusal == ""
        assert (outcome.folder / "full").stat().st_size > 0
        folder = outcome.folder

    assert not folder.exists()
    assert psutil.Process().memory_info().rss - before < 50 * limits.MB  # it would take 160 here


def test_more_memory_than_there_is_ends_in_words(tmp_path: Path) -> None:
    """A progressive JPEG of 4 × 10 million coefficients fits; what does not is refused, and nothing else suffers."""
    bomb = strange.saved(strange.blank())
    with (tmp_path / "given").open("w+b") as file:
        file.write(bomb)
        file.seek(0)
        with workshop.cleaned(file) as outcome:
            assert outcome.made["ending"] == "pdf"


def test_the_same_storage_serves_what_it_was_given(give: Give) -> None:
    file = give()
    with storage().open(file.preview) as preview:
        assert preview.read(4) == b"RIFF"
