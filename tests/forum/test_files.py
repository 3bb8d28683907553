"""Files in posts: while writing, in the thread, and for whom."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from guardian.shortcuts import assign_perm

from commons import clock, holdings
from commons.files import queries
from commons.files.enums import FILES_MAX, State
from commons.files.models import Description, File
from forum import actions
from forum.actions.posts import Text
from forum.enums import DRAFT_LIFETIME, Visibility
from forum.models import VIEW, Category, Draft, Post, Thread
from members.consent.models import ConsentUse
from members.models import Member
from tests.cast import says_no, says_yes
from tests.support import strange_files as strange
from tests.support.gifts import ready_picture, status

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # each file is made ready by a program of its own


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: object) -> Path:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    return tmp_path


def upload(data: bytes = b"", name: str = "soup.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or strange.spying_picture(), "image/jpeg")


def typed(source: str = "Look at this.", **more: object) -> dict[str, object]:
    return {"source": source, "content_note": "", "language": "", "submission": str(uuid4()), **more}


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


# Writing


def test_a_post_with_a_picture_shows_it_with_its_words(as_cleo: Client, opening: Post, thread: Thread) -> None:
    form = typed(file=upload(), file_description="A pot of soup", language="en")
    answer = as_cleo.post(f"/forum/posts/{opening.pk}/reply/", form)

    file = File.objects.get()
    reply = Post.objects.get(number=2)
    assert answer.status_code == 302
    assert (file.place_kind, file.place_key, file.state) == ("forum.post", reply.pk, State.READY)
    page = as_cleo.get(thread.get_absolute_url()).content.decode()
    assert f'src="/files/{file.pk}/preview/" width="64" height="48"' in page
    assert 'alt="A pot of soup"' in page
    assert status(as_cleo, f"/files/{file.pk}/preview/") == 200


def test_a_picture_without_words_waits_with_the_draft_until_there_are_some(as_cleo: Client, opening: Post) -> None:
    answer = as_cleo.post(f"/forum/posts/{opening.pk}/reply/", typed(file=upload()))

    page, file = answer.content.decode(), File.objects.get()
    assert answer.status_code == 422
    assert "Say what “soup.jpg” shows, or ask for help with it." in page
    assert "Look at this." in page
    assert (file.place_kind, Draft.objects.get().source) == ("forum.draft", "Look at this.")

    again = typed(**{f"description_{file.pk}": "A pot of soup"})
    assert as_cleo.post(f"/forum/posts/{opening.pk}/reply/", again).status_code == 302
    assert (File.objects.get().place_kind, File.objects.get().description) == ("forum.post", "A pot of soup")
    assert not Draft.objects.exists()


def test_whoever_cannot_describe_asks_for_help_and_somebody_helps(
    as_cleo: Client, as_ada: Client, opening: Post, thread: Thread, cleo: Member
) -> None:
    as_cleo.post(f"/forum/posts/{opening.pk}/reply/", typed(file=upload(), file_help="on"))
    file = File.objects.get()
    assert "Description coming. Can you help?" in words_of(as_ada.get(thread.get_absolute_url()).content.decode())
    assert f'href="/files/{file.pk}/"' in as_ada.get("/files/to-describe/").content.decode()

    as_ada.post(f"/files/{file.pk}/", {"description": "A pot of soup", "language": "en"})

    page = as_ada.get(thread.get_absolute_url()).content.decode()
    assert 'alt="A pot of soup"' in page
    assert "Every picture that you can see has words." in as_ada.get("/files/to-describe/").content.decode()
    assert "Ada" in as_cleo.get(f"/files/{file.pk}/").content.decode()
    assert as_ada.post(f"/files/{file.pk}/", {"description": "Mine is better"}).status_code == 403
    as_cleo.post(f"/files/{file.pk}/", {"description": "My pot of soup", "language": "en"})
    assert File.objects.get().description == "My pot of soup"
    assert Description.objects.count() == 2


def test_words_that_came_too_late_are_given_back(as_cleo: Client, as_ada: Client, opening: Post, ada: Member) -> None:
    file = ready_picture(owner=ada, post=opening)

    answer = as_cleo.post(f"/files/{file.pk}/", {"description": "Dear words"})

    assert answer.status_code == 403
    assert "Dear words" in answer.content.decode()


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("IMG_2034.jpg", "name of a file"),
        ("Picture of a pot", "“Picture of” can go"),
        ("pot", "A few words more"),
        ("long " * 110, "long to listen to"),
        ("A pot of soup", ""),
    ],
)
def test_hints_lead_to_better_words_and_stop_nobody(
    words: str, hint: str, as_ada: Client, ada: Member, opening: Post
) -> None:
    file = ready_picture(owner=ada, post=opening, description="", is_help_wanted=True)

    page = as_ada.post(f"/files/{file.pk}/", {"description": words}, follow=True).content.decode()

    assert File.objects.get().description == words.strip()
    assert hint in page
    assert ("message--info" in page) == bool(hint)


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"<svg onload='alert(1)'></svg>", "soup.png", "of a kind that we don&#x27;t take"),
        (b"x" * (10 * 1024 * 1024 + 1), "long.txt", "larger than 10 MB"),
        (b"", "empty.jpg", "of a kind that we don&#x27;t take"),
    ],
)
def test_a_file_that_is_refused_leaves_the_text(
    data: bytes, name: str, reason: str, as_cleo: Client, opening: Post
) -> None:
    form = typed(file=SimpleUploadedFile(name, data, "image/png"), file_description="x")
    answer = as_cleo.post(f"/forum/posts/{opening.pk}/reply/", form)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert reason in page
    assert "Look at this." in page
    assert Draft.objects.get().source == "Look at this."
    assert not File.objects.exists()


def test_a_file_that_turns_out_broken_leaves_the_post_and_tells_its_author_only(
    as_cleo: Client, as_ada: Client, opening: Post, thread: Thread
) -> None:
    form = typed(file=upload(strange.picture()[:200]), file_description="A pot")
    assert as_cleo.post(f"/forum/posts/{opening.pk}/reply/", form).status_code == 302

    mine, theirs = (reader.get(thread.get_absolute_url()).content.decode() for reader in (as_cleo, as_ada))
    assert "“soup.jpg” could not be taken." in mine
    assert "it may be damaged" in mine
    assert "could not be taken" not in theirs
    assert "Look at this." in theirs
    file = File.objects.get()
    assert status(as_cleo, file.get_absolute_url()) == 404


def test_a_picture_that_waits_says_so(as_cleo: Client, ada: Member, opening: Post, thread: Thread) -> None:
    file = ready_picture(owner=ada, post=opening, state=State.WAITING)

    assert "is being made ready" in as_cleo.get(thread.get_absolute_url()).content.decode()
    assert status(as_cleo, f"/files/{file.pk}/preview/") == 404
    assert "is being made ready" in as_cleo.get(f"/files/{file.pk}/").content.decode()


def test_adding_and_taking_out_keep_everything_that_is_typed(as_cleo: Client, table: Category) -> None:
    form = typed("Half a thought", title="Soup", place=f"thread:{table.pk}", file=upload(), file_help="on")
    answer = as_cleo.post("/me/drafts/files/", form)

    file = File.objects.get()
    assert answer.headers["Location"] == f"/forum/table/new/#thread-{table.pk}-files"
    page = as_cleo.get("/forum/table/new/").content.decode()
    assert ("Half a thought" in page, 'value="Soup"' in page, "soup.jpg" in page) == (True, True, True)
    assert status(as_cleo, f"/files/{file.pk}/preview/") == 200

    as_cleo.post(
        "/me/drafts/files/", typed("Half a thought, and", title="Soup", place=f"thread:{table.pk}", take_out=file.pk)
    )
    assert not File.objects.exists()
    assert Draft.objects.get().source == "Half a thought, and"


def test_a_wrong_file_is_named_and_the_page_comes_back(as_cleo: Client, table: Category) -> None:
    form = typed("Half", title="", place=f"thread:{table.pk}", file=upload(b"MZ evil", "soup.jpg"))

    page = as_cleo.post("/me/drafts/files/", form, follow=True).content.decode()

    assert "“soup.jpg” is not taken" in page
    assert "Half" in page


def test_in_place_the_picker_is_swapped_and_is_the_page(as_cleo: Client, table: Category) -> None:
    form = typed("", title="", place=f"thread:{table.pk}", file=upload())

    answer = as_cleo.post("/me/drafts/files/", form, headers={"HX-Request": "true"})

    page = as_cleo.get("/forum/table/new/").content.decode()
    assert answer.status_code == 200
    fragment = answer.content.decode()
    assert f'id="thread-{table.pk}-files"' in fragment
    assert "soup.jpg" in fragment
    assert "soup.jpg" in page
    assert Draft.objects.get().source == ""


def test_what_cannot_be_kept_says_so(as_cleo: Client, as_dov: Client, table: Category) -> None:
    assert as_cleo.post("/me/drafts/files/", typed(place="nowhere:1")).status_code == 422
    assert as_dov.post("/me/drafts/files/", typed(place=f"thread:{table.pk}", file=upload())).status_code == 403
    assert not File.objects.exists()


def test_an_empty_draft_with_files_stays_when_the_text_is_saved(as_cleo: Client, table: Category) -> None:
    place = f"thread:{table.pk}"
    as_cleo.post("/me/drafts/files/", typed("", title="", place=place, file=upload()))

    as_cleo.post("/forum/drafts/", {"place": place, "source": "", "title": ""})

    assert (Draft.objects.count(), File.objects.count()) == (1, 1)


def test_a_form_sent_twice_gives_one_file(as_cleo: Client, opening: Post) -> None:
    form = typed(file_description="A pot of soup")
    for _again in range(2):
        as_cleo.post(f"/forum/posts/{opening.pk}/reply/", {**form, "file": upload()})

    assert (Post.objects.count(), File.objects.count(), Draft.objects.count()) == (2, 1, 0)


def test_the_same_words_again_with_a_file_bring_the_file_to_the_post(as_cleo: Client, opening: Post) -> None:
    as_cleo.post(f"/forum/posts/{opening.pk}/reply/", typed())
    as_cleo.post(f"/forum/posts/{opening.pk}/reply/", typed(file=upload(), file_help="on"))

    assert (Post.objects.count(), File.objects.get().place_key) == (2, Post.objects.get(number=2).pk)


def test_there_is_room_for_some_files_and_newcomers_have_less(
    as_cleo: Client, as_nia: Client, opening: Post, table: Category
) -> None:
    place = f"thread:{table.pk}"
    for number in range(FILES_MAX + 1):
        data = strange.picture(size=(number + 1, 1))
        answer = as_cleo.post("/me/drafts/files/", typed(title="", place=place, file=upload(data)), follow=True)
    assert "There is room for 4 files here." in answer.content.decode()
    assert File.objects.count() == FILES_MAX

    form = typed(file=upload(strange.pdf(), "minutes.pdf"))
    answer = as_nia.post(f"/forum/posts/{opening.pk}/reply/", form)
    assert "In your first days one post can have one picture, and no documents." in answer.content.decode()
    assert as_nia.post(f"/forum/posts/{opening.pk}/reply/", typed(file=upload(), file_help="on")).status_code == 302


def test_too_many_files_are_put_off_with_the_text_safe(
    as_cleo: Client, opening: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        actions.posts.ratelimit.LIMITS, "files.give", actions.posts.ratelimit.Rate(1, timedelta(hours=1))
    )
    as_cleo.post(f"/forum/posts/{opening.pk}/reply/", typed("One", file=upload(), file_help="on"))

    form = typed("Two", file=upload(strange.picture("PNG")), file_help="on")
    answer = as_cleo.post(f"/forum/posts/{opening.pk}/reply/", form)

    assert answer.status_code == 422
    assert "What you wrote is safe" in answer.content.decode()
    assert Draft.objects.get().source == "Two"


def test_editing_adds_takes_out_and_describes(as_ada: Client, ada: Member, table: Category) -> None:
    post = actions.start_thread(category=table, by=ada, title="Soup", text=Text("Who cooks?"), now=clock.now())
    stays, goes = (ready_picture(owner=ada, post=post) for _ in range(2))
    page = as_ada.get(f"/forum/posts/{post.pk}/edit/").content.decode()
    assert page.count("Take “soup.jpg” out") == 2

    form = typed("Who cooks?", title="Soup", **{
        f"description_{stays.pk}": "Better words", f"gone_{goes.pk}": "on",
        "file": upload(strange.pdf(), "minutes.pdf"),
    })  # fmt: skip
    answer = as_ada.post(f"/forum/posts/{post.pk}/edit/", form)

    assert answer.status_code == 302
    files = File.objects.order_by("pk")
    assert [(file.name, file.description, file.place_key) for file in files] == [
        ("soup.jpg", "Better words", post.pk), ("minutes.pdf", "", post.pk)
    ]  # fmt: skip
    page = as_ada.get(post.get_absolute_url(), follow=True).content.decode()
    assert "minutes.pdf" in page
    assert status(as_ada, files[1].get_absolute_url()) == 200


# Forgetting


def test_a_post_taken_back_takes_its_files_with_it(
    opening: Post, ada: Member, as_ada: Client, media: Path, as_cleo: Client
) -> None:
    file = ready_picture(owner=ada, post=opening)

    as_ada.post(f"/forum/posts/{opening.pk}/delete/")

    assert not File.objects.exists()
    assert status(as_cleo, f"/files/{file.pk}/preview/") == 404
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_a_draft_takes_its_files_with_it(as_cleo: Client, table: Category, cleo: Member, media: Path) -> None:
    def begin() -> Draft:
        as_cleo.post("/me/drafts/files/", typed(title="", place=f"thread:{table.pk}", file=upload(), file_help="on"))
        return Draft.objects.get()

    as_cleo.post(f"/me/drafts/{begin().pk}/discard/")
    assert not File.objects.exists()

    begin()
    [rule] = [rule for rule in holdings.rules() if rule.code == "forum.drafts"]
    assert rule.forget(clock.now() - DRAFT_LIFETIME) == 0
    assert rule.forget(clock.now() + timedelta(minutes=1)) == 1
    assert not File.objects.exists()


# For whom


@pytest.fixture
def rooms(table: Category, den: Category, circle: Category) -> list[Category]:
    return [table, den, circle]


def test_a_file_is_seen_exactly_where_its_post_is_read(  # noqa: PLR0917 (the whole cast)
    rooms: list[Category], ada: Member, bo: Member, cleo: Member, dov: Member, nia: Member,
    as_ada: Client, as_bo: Client, as_cleo: Client, as_dov: Client, as_nia: Client, client: Client,
) -> None:  # fmt: skip
    """Every kind of room, every state of a post and of its author's consent, every member of the cast."""
    readers = {"ada": as_ada, "bo": as_bo, "cleo": as_cleo, "dov": as_dov, "nia": as_nia, "": client}
    seen = 0
    for room in rooms:
        for author in (ada, bo):
            says_no(ada, "content.public")
            says_yes(bo, "content.public")
            post = actions.start_thread(
                category=room,
                by=author,
                title=f"Soup {room} {author}",
                text=Text(f"words of {author} in {room.slug}"),
                now=clock.now(),
            )
            file = ready_picture(owner=author, post=post)
            for state in ("there", "moved", "hidden", "deleted"):
                if state == "moved":
                    away = rooms[(rooms.index(room) + 1) % len(rooms)]
                    actions.move(
                        thread=Thread.objects.get(pk=post.thread_id), to=away, by=bo, reason="x", now=clock.now()
                    )
                if state == "hidden":
                    Post.objects.filter(pk=post.pk).update(hidden_at=clock.now())
                if state == "deleted":
                    Post.objects.filter(pk=post.pk).update(hidden_at=None)
                    actions.delete_post(post=Post.objects.get(pk=post.pk), by=author, now=clock.now())
                for name, reader in readers.items():
                    page = reader.get(post.get_absolute_url(), follow=True)
                    is_read = page.status_code == 200 and f"words of {author} in {room.slug}" in page.content.decode()
                    is_shown = f"/files/{file.pk}/preview/" in page.content.decode()
                    got = {
                        status(reader, address) for address in (file.get_absolute_url(), f"/files/{file.pk}/preview/")
                    }
                    expected = is_read and state != "hidden"
                    where = (room.slug, author.username, state, name)
                    assert (is_shown, got) == (expected, {200 if expected else 404}), where
                    seen += expected
    assert seen > 20


def test_a_visitor_who_is_handed_a_file_leaves_a_line(client: Client, opening: Post, ada: Member) -> None:
    file = ready_picture(owner=ada, post=opening)

    assert status(client, file.get_absolute_url()) == 200

    assert [line.sink for line in ConsentUse.objects.filter(member=ada)] == ["public_post"]
    says_no(ada, "content.public")
    assert status(client, file.get_absolute_url()) == 404


def test_the_queue_holds_what_the_reader_may_see_and_costs_one_query(
    as_ada: Client,
    ada: Member,
    circle: Category,
    table: Category,
    cleo: Member,
    django_assert_num_queries: Callable[..., object],
) -> None:
    for room, by in ((circle, cleo), (table, cleo)):
        post = actions.start_thread(category=room, by=by, title="Soup", text=Text("x"), now=clock.now())
        ready_picture(owner=by, post=post, name=f"{room.slug}.jpg", description="", is_help_wanted=True)

    with django_assert_num_queries(1):
        page = queries.to_describe(ada, now=clock.now())

    assert [file.name for file in page.rows] == ["table.jpg"]
    assert "circle.jpg" not in as_ada.get("/files/to-describe/").content.decode()


def test_the_queue_goes_on_page_by_page(as_ada: Client, ada: Member, opening: Post) -> None:
    for number in range(25):
        ready_picture(owner=ada, post=opening, name=f"soup-{number}.jpg", description="", is_help_wanted=True)

    first = as_ada.get("/files/to-describe/").content.decode()
    [more] = re.findall(r'href="(\?after=[^"]+)"', first)
    second = as_ada.get(f"/files/to-describe/{more}").content.decode()

    assert (first.count("Describe soup-"), second.count("Describe soup-")) == (20, 5)
    assert "That's all that waits." in second


# Elsewhere


def test_feeds_and_letters_have_a_link_with_the_words(opening: Post, ada: Member, client: Client, cleo: Member) -> None:
    from forum.notices import _posts
    from notifications.models import Notice

    ready_picture(owner=ada, post=opening)
    file = ready_picture(owner=ada, post=opening, kind="document", name="minutes.txt", content_type="text/plain")
    ready_picture(owner=ada, post=opening, description="", is_help_wanted=True)

    feed = client.get("/forum/table/feed.atom").content.decode()
    notice = Notice(pk=1, kind="forum.post", subject=f"forum.post:{opening.pk}")
    told = _posts([notice], cleo)[notice.pk].html

    for text in (feed.replace("&lt;", "<").replace("&gt;", ">"), told):
        assert "Picture: A pot of soup</a>" in text
        assert "Picture: nobody has described it yet</a>" in text
        assert f'{file.get_absolute_url()}"' in text
        assert "Document: minutes.txt" in text
        assert "<img" not in text


def test_a_session_that_ended_keeps_text_and_given_files(as_cleo: Client, opening: Post) -> None:
    as_cleo.post(
        "/me/drafts/files/", typed("Half", title="", place=f"reply:{opening.pk}", file=upload(), file_help="on")
    )
    as_cleo.logout()

    answer = as_cleo.post(f"/forum/posts/{opening.pk}/reply/", typed("Whole", page=f"/forum/posts/{opening.pk}/reply/"))

    assert answer.status_code == 302
    assert as_cleo.session["typed"]["typed"]["source"] == ["Whole"]
    assert File.objects.get().place_kind == "forum.draft"
    assert not Post.objects.filter(number=2).exists()


def test_an_uploads_content_is_never_more_than_a_file_may_have(as_cleo: Client, table: Category) -> None:
    long = BytesIO(b"a" * (30 * 1024 * 1024))
    long.name = "long.txt"

    answer = as_cleo.post("/forum/table/new/", typed("Kept", title="Kept title", file=long))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "larger than 10 MB" in page
    assert "Kept title" in page


def test_only_those_of_the_group_are_handed_its_files(
    circle: Category, cleo: Member, nia: Member, as_nia: Client
) -> None:
    post = actions.start_thread(category=circle, by=cleo, title="Soup", text=Text("x"), now=clock.now())
    file = ready_picture(owner=cleo, post=post)
    assert status(as_nia, file.get_absolute_url()) == 404

    assign_perm(VIEW, nia, circle)
    assert status(as_nia, file.get_absolute_url()) == 200
    assert circle.visibility == Visibility.GROUP
