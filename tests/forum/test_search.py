"""Search over all rooms: what is found, and what never is."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.html import escape
from hypothesis import HealthCheck, given
from hypothesis import settings as wild
from hypothesis import strategies as st

from commons import clock, searching
from commons.ages import Ages
from commons.searching import Found, Question, asked, snippet
from forum import actions
from forum.models import Category, Post, Thread
from forum.search import fitting, in_rooms
from members.models import Member
from tests.cast import says_no, says_yes

type Queries = Callable[..., object]


@pytest.fixture
def bread(table: Category, start: Callable[..., Post]) -> Post:
    return start(table, title="Bread for Saturday", source="We are **baking** sourdough in the café of Élodie.")


def search(client: Client, **asked_for: str) -> str:
    response = client.get("/search/", asked_for)
    assert response.status_code == 200
    return response.content.decode()


def is_found(client: Client, **asked_for: str) -> bool:
    return 'class="result"' in search(client, **asked_for)


@pytest.mark.parametrize(
    "words",
    [
        "sourdough",
        "SOURDOUGH",
        "cafe elodie",
        "café Élodie",
        '"sourdough in the cafe"',
        "the sourdough",
        "baking -cake",
        "sourdough from:ada",
        "sourdough in:table",
        "sourdough after:2017",
        "from:@ada",
    ],
)
def test_a_post_is_found(words: str, bread: Post, as_cleo: Client) -> None:
    assert is_found(as_cleo, q=words)


@pytest.mark.parametrize(
    "words",
    [
        "rye",
        "sourdough -baking",
        '"cafe sourdough"',
        "sourdough from:bo",
        "sourdough in:elsewhere",
        "sourdough before:2018",
        "sourdough has:link",
    ],
)
def test_a_post_is_not_found(words: str, bread: Post, as_cleo: Client) -> None:
    assert not is_found(as_cleo, q=words)


def test_words_are_found_by_their_stem(table: Category, start: Callable[..., Post], as_cleo: Client) -> None:
    post = start(table, source="The meetings were happiest outside.")

    assert is_found(as_cleo, q="meeting")
    Post.objects.filter(pk=post.pk).update(language="en")
    assert is_found(as_cleo, q="met outside happiest") is False
    assert is_found(as_cleo, q="meeting happiest")


def test_a_language_of_its_own(table: Category, start: Callable[..., Post], as_cleo: Client) -> None:
    post = start(table, source="Die Häuser am Fluss")
    Post.objects.filter(pk=post.pk).update(language="de")

    assert asked(Question(words="Haus"), languages=["de"]).query
    question = in_rooms(asked(Question(words="Haus"), languages=["de"]), [table])
    assert fitting(question, reader=post.author, now=clock.now()).exists()


def test_the_words_are_shown_where_they_stand(bread: Post, as_cleo: Client) -> None:
    assert "<mark>Élodie.</mark>" in search(as_cleo, q="elodie")


def test_a_snippet_is_never_markup() -> None:
    shown = snippet("<p>a &lt;script&gt;alert(1)&lt;/script&gt; word</p>", ["alert"])

    assert "<script" not in shown
    assert "<mark>" in shown


@given(
    before=st.lists(
        st.text(st.characters(categories=["L", "M", "N", "P", "S"], exclude_characters="…"), min_size=1), max_size=60
    ),
    after=st.lists(st.sampled_from(["soup", "Élodie", "l’élodie", "mélodie"]), max_size=60),
)
def test_a_snippet_holds_the_first_word_that_is_looked_for(before: list[str], after: list[str]) -> None:
    words = [*before, "(Élodie’s)", *after]

    shown = snippet(f"<p>{escape(' '.join(words))}</p>", ["elodie"])

    assert "<mark>(Élodie’s)</mark>" in shown
    assert "<mark>mélodie</mark>" not in shown
    bare = unescape(shown.removeprefix("… ").removesuffix(" …").replace("<mark>", "").replace("</mark>", ""))
    assert bare.split(" ") == words[max(0, len(before) - 8) :][:40]


def test_titles_stand_above_and_forgive_typing_errors(bread: Post, as_cleo: Client) -> None:
    assert "Threads with this title" in search(as_cleo, q="satur")
    assert all("Did you mean" in search(as_cleo, q=typed) for typed in ("Satrday bread", "Satrday"))


def test_people_are_found_by_name_after_their_yes(ada: Member, as_cleo: Client) -> None:
    assert "/people/ada/" not in search(as_cleo, q="ada")

    says_yes(ada, "profile.directory")

    assert "/people/ada/" in search(as_cleo, q="ada")


def test_a_misspelt_name_is_forgiven(ada: Member, as_cleo: Client) -> None:
    Member.objects.filter(pk=ada.pk).update(display_name="Marguerite")
    says_yes(ada, "profile.directory")

    assert "/people/ada/" in search(as_cleo, q="margerite")


def test_visitors_find_only_what_they_may_read(bread: Post, client: Client, ada: Member, table: Category) -> None:
    assert is_found(client, q="sourdough") is (table.is_public)
    Category.objects.filter(pk=table.pk).update(visibility="members")

    assert not is_found(client, q="sourdough")
    assert "Bread for Saturday" not in search(client, q="bread")


def test_a_visitor_finds_no_words_without_a_yes(
    table: Category, bread: Post, cleo: Member, answer: Callable[..., Post], client: Client
) -> None:
    Category.objects.filter(pk=table.pk).update(visibility="public")
    answer(bread, by=cleo, source="Rye keeps longer.")
    assert is_found(client, q="rye")

    says_no(cleo, "content.public")

    assert not is_found(client, q="rye")


def test_a_deleted_post_is_gone(bread: Post, ada: Member, as_cleo: Client) -> None:
    actions.delete_post(post=bread, by=ada, now=clock.now())

    assert not is_found(as_cleo, q="sourdough")


def test_nothing_found_turns_into_a_question(bread: Post, as_cleo: Client) -> None:
    page = search(as_cleo, q="glockenspiel", place="table")

    assert "/forum/table/new/?title=glockenspiel" in page
    assert 'value="glockenspiel"' in as_cleo.get("/forum/table/new/?title=glockenspiel").content.decode()


def test_small_words_are_told_apart_from_nothing_found(bread: Post, as_cleo: Client) -> None:
    assert "almost every text" in search(as_cleo, q="the of")


@pytest.mark.parametrize("typed", ["😀", '"', "---", '""', "-bread"])
def test_where_there_is_no_word_it_says_so(typed: str, bread: Post, as_cleo: Client) -> None:
    page = search(as_cleo, q=typed)

    assert "no word in this" in page
    assert "almost every text" not in page


def test_a_place_or_a_person_that_is_not_there_is_said(
    bread: Post, bo: Member, table: Category, client: Client, as_cleo: Client
) -> None:
    Category.objects.create(slug="secret", name="The secret", visibility="group")

    for place in ("nowhere", "secret"):
        page = search(as_cleo, q=f"sourdough in:{place}")
        assert f"There is no category “{place}” that you can read." in page
        assert f'value="sourdough in:{place}"' in page
        assert "No conversation" not in page
    assert "There is nobody with the username “nobody”" in search(as_cleo, q="from:nobody")
    assert "There is nobody with the username “Nobody”" in search(as_cleo, author="Nobody")
    assert "There is nobody" not in search(as_cleo, q="from:bo")
    assert "There is nobody" not in search(as_cleo, q="from:ada rye")


def test_a_visitor_learns_of_nobody_who_is_hidden_from_them(bread: Post, table: Category, client: Client) -> None:
    says_no(bread.author, "content.public")
    hidden, absent = (search(client, q=f"sourdough from:{name}") for name in ("ada", "edo"))

    assert "There is nobody with the username “ada” whom you can see." in hidden
    assert "There is nobody with the username “edo” whom you can see." in absent
    says_yes(bread.author, "profile.public")
    assert "There is nobody" not in search(client, q="sourdough from:ada")


def test_what_stands_above_is_not_denied_below(ada: Member, bread: Post, as_cleo: Client) -> None:
    says_yes(ada, "profile.directory")

    for typed in ("satrday", "ada"):
        page = search(as_cleo, q=typed)
        assert "Beside what stands above, we found nothing" in page
        assert "No conversation" not in page
    assert "No conversation" in search(as_cleo, q="glockenspiel")


def test_a_day_that_is_none_is_said(bread: Post, as_cleo: Client) -> None:
    assert "Type a day like" in search(as_cleo, q="bread before:tomorrow")


@pytest.mark.parametrize(("rows", "few"), [(45, 10_000), (10_000_000, 10_000), (10_000_000, -1)])
def test_pages_hold_everything_once(
    rows: int,
    few: int,
    table: Category,
    start: Callable[..., Post],
    as_cleo: Client,
    settings: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a table that is looked through at once, and of one so long that it is done stretch by stretch."""
    settings.RATE_LIMITS = False  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    begun = [start(table, source=f"Apples {number}") for number in range(45)]
    Post.objects.filter(pk__in=[post.pk for post in begun[:30]]).update(created_at=clock.now() - timedelta(days=3))
    moments = tuple(Post.objects.order_by("created_at").values_list("created_at", flat=True))
    monkeypatch.setattr(searching, "ages", lambda *_: Ages(rows, moments))
    monkeypatch.setattr(searching, "FEW", few)
    monkeypatch.setattr(searching, "READ_PER_FOUND", 0)
    seen: list[Found] = []
    bound = ""
    while True:
        response = as_cleo.get("/search/", {"q": "apples", "from_here": bound})
        seen += response.context["results"]
        if not (bound := response.context["next"]):
            break

    assert not is_found(as_cleo, q="apples from:nobody")
    assert len(seen) == len({one.address for one in seen}) == 45
    assert [one.at for one in seen] == sorted((one.at for one in seen), reverse=True)


@pytest.mark.parametrize(
    "cursor", ["x", "W10", searching.__name__, "WyJ4IiwieSIsMV0", "WyIyMDI1LTAxLTAxIiwiZm9ydW0iLDFd"]
)
def test_a_cursor_from_elsewhere_is_not_found(cursor: str, as_cleo: Client) -> None:
    assert as_cleo.get("/search/", {"q": "x", "from_here": cursor}).status_code == 404


def test_suggestions_come_while_typing(bread: Post, as_cleo: Client) -> None:
    assert "Bread for Saturday" in as_cleo.get("/search/suggest/?q=brea").content.decode()
    assert as_cleo.get("/search/suggest/?q=").content.decode().strip() == ""


def test_threads_like_the_one_begun_are_shown(bread: Post, as_cleo: Client) -> None:
    assert "Bread for Saturday" in as_cleo.get("/forum/similar/?title=Saturday bread").content.decode()
    assert "Bread for Saturday" in as_cleo.get("/forum/similar/?title=Satu").content.decode()
    assert "Bread for Saturday" in as_cleo.get("/forum/similar/?title=Satrday").content.decode()
    assert "Bread" not in as_cleo.get("/forum/similar/?title=Bicycle repair").content.decode()


def test_the_queries_are_counted(
    bread: Post, as_cleo: Client, client: Client, settings: Any, django_assert_num_queries: Queries
) -> None:
    settings.READY_PAGES = False
    as_cleo.get("/search/?q=sourdough")
    with django_assert_num_queries(6):  # no title has the word, so that one more asks for nearly such
        as_cleo.get("/search/?q=sourdough")
    with django_assert_num_queries(7):  # words that nobody asked for before
        as_cleo.get("/search/?q=Elodie+sourdough+baking")
    with django_assert_num_queries(6):
        client.get("/search/?q=sourdough")


@wild(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    # (two braces in a page would look like a template's)
    typed=st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="{"), max_size=60)
    | st.text(alphabet="\"'-:&|!()<>*\\ ab%€é", max_size=40)
)
def test_whatever_is_typed_is_answered(typed: str, bread: Post, as_cleo: Client) -> None:
    assert as_cleo.get("/search/", {"q": typed}).status_code == 200


@wild(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_private_posts_are_never_found(
    data: st.DataObject, table: Category, start: Callable[..., Post], as_cleo: Client, client: Client, settings: object
) -> None:
    """What search finds is what the reader may open: for any visibilities, consents and hidden posts."""
    settings.RATE_LIMITS = False  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    posts = [start(table, source=f"Pears {uuid4()}") for _number in range(2)]
    says_yes_or_no = data.draw(st.sampled_from([says_yes, says_no]))
    says_yes_or_no(posts[0].author, "content.public")
    for_members, for_all = set(), set()
    for post in posts:
        visibility, is_hidden = data.draw(st.sampled_from(["public", "members", "group"])), data.draw(st.booleans())
        room = Category.objects.create(slug=f"r-{uuid4().hex}", name="A room", visibility=visibility)
        Thread.objects.filter(pk=post.thread_id).update(category=room)
        Post.objects.filter(pk=post.pk).update(hidden_at=clock.now() if is_hidden else None)
        if visibility != "group" and not is_hidden:
            for_members.add(post.pk)
        if visibility == "public" and not is_hidden and says_yes_or_no is says_yes:
            for_all.add(post.pk)

    for browser, expected in ((as_cleo, for_members), (client, for_all)):
        found = browser.get("/search/", {"q": "pears"}).context["results"]

        assert {one.key for one in found} & {post.pk for post in posts} == expected
