"""A post is made once for all who are shown the same, and anew for everybody who is shown anything else."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe

from forum import pieces
from forum.models import Post, Thread
from forum.pieces import Face, New
from forum.templatetags.posts import plain
from members.enums import FORMER_KEYS_FROM
from members.models import Member, UnclaimedAuthor
from tests.cast import says_no
from tests.forum.conftest import MORNING

FACE = Face(
    key=7,
    number=3,
    is_opening=False,
    is_near=True,
    by="Ada",
    by_address="/people/ada/",
    has_joined=True,
    has_left=False,
    is_withheld=False,
    here="",
    parent_key=5,
    parent_by="Bo",
    created_at=MORNING,
    edited_at=None,
    is_deleted=False,
    is_taken_back=False,
    language="",
    html="<p>Soup.</p>",
    content_note="",
    restated="",
    files="",
    thanks="",
    new=None,
    can_reply=True,
    is_answered_below=False,
    is_answered_in_place=True,
    can_edit=False,
    can_delete=False,
    can_split=False,
    can_bookmark=True,
    is_bookmarked=False,
    can_follow=True,
    can_cite=True,
    can_thank=True,
)
OTHERS: dict[str, Any] = {
    "key": 8,
    "number": 4,
    "is_opening": True,
    "is_near": False,
    "by": "Ada <3",
    "by_address": "/people/ada2/",
    "has_joined": False,
    "is_withheld": True,
    "parent_key": 6,
    "parent_by": "Cleo & Bo",
    "created_at": MORNING + timedelta(minutes=1),
    "edited_at": MORNING + timedelta(hours=1),
    "is_deleted": True,
    "language": "de",
    "html": "<p>Stew.</p>",
    "content_note": "Onions",
    "restated": "<p>I heard soup.</p>",
    "files": "<p>A file</p>",
    "thanks": "<p>Thank you</p>",
    "new": New(before=6, after=None),
    "can_reply": False,
    "is_answered_below": True,
    "is_answered_in_place": False,
    "can_edit": True,
    "can_delete": True,
    "can_split": True,
    "can_bookmark": False,
    "is_bookmarked": True,
    "can_follow": False,
    "can_cite": False,
    "can_thank": False,
}
ONLY_WITH_ANOTHER = {
    "has_left": {"has_joined": False},
    "is_taken_back": {"is_deleted": True},
    "here": {"is_withheld": True},
}


def piece(face: Face) -> str:
    return pieces.maker()(face)


@pytest.fixture(autouse=True)
def _none_kept() -> Iterator[None]:
    pieces.kept.cache_clear()
    yield
    pieces.kept.cache_clear()


def test_all_that_a_face_says_is_tried() -> None:
    assert OTHERS.keys() | ONLY_WITH_ANOTHER.keys() == set(Face._fields)


@pytest.mark.parametrize("name", OTHERS)
def test_whatever_is_another_shows_at_once(name: str) -> None:
    before, other = piece(FACE), FACE._replace(**{name: OTHERS[name]})

    after = piece(other)
    pieces.kept.cache_clear()

    assert after != before
    assert after == piece(other)
    assert piece(FACE) == before


@pytest.mark.parametrize(("name", "others"), ONLY_WITH_ANOTHER.items())
def test_what_counts_beside_something_else_shows_too(name: str, others: dict[str, Any]) -> None:
    face = FACE._replace(**others)

    assert piece(face) != piece(face._replace(**{name: "/forum/" if name == "here" else True}))


def test_names_and_notes_are_no_markup() -> None:
    written = "<img src=x>"
    made = piece(FACE._replace(by=written, parent_by=written, content_note=written, language=written))

    assert "<img" not in made
    assert made.count("&lt;img") > 5


def test_who_is_shown_the_same_costs_nothing() -> None:
    first = piece(FACE)

    again = piece(FACE._replace())

    assert again is first
    assert pieces.kept.cache_info().hits == 1


def test_another_hour_and_another_language_are_another_piece() -> None:
    here = piece(FACE)
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        there = piece(FACE)
    with translation.override("de"):
        german = piece(FACE)

    assert len({here, there, german}) == 3


@pytest.mark.parametrize(
    "once",
    [
        {"restated": "<form>a token</form>"},
        {"thanks": "<form>a token</form>"},
        {"files": "<p>a file</p>"},
        {"is_withheld": True, "here": "/forum/?x=1"},
        {"new": New(before=None, after=9)},
        {"html": "<p>soup</p>" * pieces.KEPT_LENGTH},
    ],
    ids=lambda once: [*once][-1],
)
def test_what_does_not_come_again_or_is_long_takes_nobodys_place(once: dict[str, Any]) -> None:
    piece(FACE._replace(**once))

    assert pieces.kept.cache_info().currsize == 0


@pytest.mark.django_db
def test_on_a_second_reading_of_a_thread_its_posts_are_ready(
    settings: Any, client: Client, as_cleo: Client, as_ada: Client, thread: Thread, answer: Callable[..., Post]
) -> None:
    settings.READY_PAGES = False
    opening = thread.posts.get()
    for _ in range(3):
        answer(opening)
    for reader in (client, as_cleo, as_ada):
        for _ in range(2):
            reader.get(thread.get_absolute_url())
        made = pieces.kept.cache_info().misses

        reader.get(thread.get_absolute_url())

        assert pieces.kept.cache_info().misses == made


@pytest.mark.django_db
@pytest.mark.parametrize("is_former", [True, False])
def test_of_somebody_withheld_a_visitor_is_not_told_whether_they_are_here(
    client: Client, thread: Thread, opening: Post, ada: Member, is_former: bool
) -> None:
    says_no(ada, "content.public")
    if is_former:
        left = UnclaimedAuthor.objects.create(pk=FORMER_KEYS_FROM, display_name="Former member", is_former=True)
        Post.objects.filter(pk=opening.pk).update(author=None, unclaimed_author=left)

    page = client.get(thread.get_absolute_url(), follow=True).content.decode()

    assert "shares it with members only" in page
    assert "has not joined" not in page
    assert 'href=""' not in page


def test_a_name_that_says_of_itself_that_it_is_safe_is_escaped_all_the_same() -> None:
    class Boastful:
        def __str__(self) -> str:
            return mark_safe("<b>Ada</b>")

    assert not isinstance(plain(Boastful()), SafeString)
    assert "<b>" not in piece(FACE._replace(by=plain(Boastful())))
