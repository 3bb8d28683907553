import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.mail import mbox
from tests.forum.archives.letters import FIXTURES

LINE = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=30)
BODY = st.lists(LINE.filter(lambda line: not line.lstrip(">").startswith("From ")), max_size=6)


def split(archive: bytes, *, start: int = 0) -> list[mbox.RawMessage]:
    return list(mbox.messages(io.BytesIO(archive), start=start))


def archive_of(bodies: Sequence[Sequence[str]]) -> bytes:
    letters = (
        f"From a{number}@b.example Mon Mar  6 09:00:00 2017\nSubject: {number}\n\n"
        + "".join(f"{line}\n" for line in body)
        for number, body in enumerate(bodies)
    )
    return "\n".join(letters).encode()


@given(st.lists(BODY, min_size=1, max_size=5))
def test_splitting_finds_every_message_and_loses_no_byte(bodies: list[list[str]]) -> None:
    archive = archive_of(bodies)

    found = split(archive)

    assert [message.content.split(b"\n", 1)[0] for message in found] == [b"Subject: %d" % n for n in range(len(bodies))]
    assert [message.offset + message.size for message in found[:-1]] == [message.offset for message in found[1:]]
    assert found[0].offset == 0
    assert found[-1].offset + found[-1].size == len(archive)


@given(st.lists(BODY, min_size=2, max_size=5), st.data())
def test_splitting_goes_on_from_any_message(bodies: list[list[str]], data: st.DataObject) -> None:
    archive = archive_of(bodies)
    found = split(archive)
    first = data.draw(st.integers(0, len(found) - 1))

    assert split(archive, start=found[first].offset) == found[first:]


@given(st.integers(20, 120), st.lists(BODY, min_size=1, max_size=5))
def test_splitting_does_not_depend_on_how_much_is_read_at_once(block: int, bodies: list[list[str]]) -> None:
    archive = archive_of(bodies)
    usual = split(archive)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mbox, "BLOCK", block + mbox.AHEAD)
        assert split(archive) == usual


def test_message_at_reads_one_message_again() -> None:
    with (FIXTURES / "garden.mbox").open("rb") as file:
        found = list(mbox.messages(file))
        again = [mbox.message_at(file, offset=message.offset, size=message.size) for message in found]

    assert again == found


@pytest.mark.parametrize(
    "line",
    [
        "From the shed we take the table.",
        "From Monday on we meet at 10:00, as in 2016",
        "From ines@mill.example Mon Mar  6 09:00:00 2017",
        "From \nhe came.",
    ],
)
def test_a_line_of_the_body_begins_no_message(line: str) -> None:
    archive = f"From a@b.example Mon Mar  6 09:00:00 2017\nSubject: x\n\nHello\n\n{line}\nand so on\n"

    assert len(split(archive.encode())) == 1


@pytest.mark.parametrize(
    "line",
    [
        "From ines@mill.example Mon Mar  6 09:00:00 2017",
        "From ines at mill.example  Mon Mar  6 09:00:00 2017",
        "From MAILER-DAEMON Mon Mar 06 09:00:00 2017",
        "From - Mon Mar  6 09:00:00 2017",
        "From 1558@xxx Mon Mar 06 09:00:00 +0000 2017",
        "From ",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_archivers_separator_begins_a_message(line: str, end: str) -> None:
    archive = f"From a@b.example Mon Mar  6 09:00:00 2017\nSubject: x\n\nHello\n\n{line}\nSubject: y\n\nHi\n"

    assert len(split(archive.replace("\n", end).encode())) == 2


def test_a_separator_without_a_blank_line_before_it_is_believed_if_headers_follow() -> None:
    archive = b"From a@b.example Mon Mar  6 09:00:00 2017\nSubject: x\n\nHello\nFrom c@d.example Mon Mar  6 09:30:00 2017\nSubject: y\n\nHi\n"

    assert len(split(archive)) == 2


def test_a_single_message_without_a_from_line_is_read() -> None:
    [message] = split(b"Subject: x\n\nHello\n")

    assert (message.envelope, message.content) == (b"", b"Subject: x\n\nHello\n")


def test_an_empty_file_holds_no_message() -> None:
    assert split(b"") == []
    assert split(b"\n\n") == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("a\n>From here\nb", "a\nFrom here\nb"),
        ("a\n>>From here\nb", "a\n>From here\nb"),
        (">From here\n>>From there", "From here\n>From there"),
        ("> He said\n>From here on", "> He said\n>From here on"),
        (">From here on\n> it grows", ">From here on\n> it grows"),
        ("a >From b", "a >From b"),
    ],
)
def test_unescaping_takes_back_what_the_archiver_added(written: str, meant: str) -> None:
    assert mbox.unescaped(written.encode()) == meant.encode()


def test_only_the_beginning_of_a_huge_message_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "SIZE_MAX", 100)
    archive = b"From a@b.example Mon Mar  6 09:00:00 2017\nSubject: x\n\n" + b"x" * 5000

    [message] = split(archive)

    assert message.size == len(archive)
    assert len(message.content) < 100
