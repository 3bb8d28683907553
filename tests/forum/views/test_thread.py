from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons import clock
from forum import actions, paths
from forum.models import Category, Post, Thread, Visit
from members.models import Member
from tests.forum.conftest import MORNING
from tests.support.plans import plan

VISITOR_MAX, MEMBER_MAX = 5, 10  # a member also reads the words of thanks; both, the files of the posts


@pytest.fixture
def many(thread: Thread, opening: Post, ada: Member) -> Callable[[int], None]:
    """Fills the thread up to so many posts: chains of seven that answer each other."""

    def fill(count: int) -> None:
        made, levels = [opening], defaultdict(list)
        for number in range(2, count + 1):
            parent = opening if (number - 2) % 7 == 0 else made[-1]
            at = MORNING + timedelta(seconds=number)
            path = paths.below(bytes(parent.path), created_at=at, number=number)
            depth = paths.depth(path)
            post = Post(
                thread=thread, parent=parent, author=ada, number=number, path=path, depth=depth,
                band=paths.band(depth), source="Words", html="<p>Words</p>", created_at=at, reply_count=1,
            )  # fmt: skip
            made.append(post)
            levels[depth].append(post)
        for depth in sorted(levels):
            Post.objects.bulk_create(levels[depth])
        Thread.objects.filter(pk=thread.pk).update(post_count=count, last_number=count)

    return fill


def count_queries(client: Client, address: str) -> int:
    client.get(address)  # the work of the commits before
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("view", ["tree", "line"])
def test_a_thread_costs_the_same_few_queries_at_any_length(
    view: str, client: Client, as_ada: Client, thread: Thread, many: Callable[[int], None]
) -> None:
    address = f"{thread.get_absolute_url()}?view={view}"
    counts = []
    for length in (3, 1000):
        Post.objects.filter(thread=thread, parent__isnull=False)._raw_delete("default")
        many(length)
        pages = [address] if length == 3 else [address, f"{address}&after=20", f"{address}&before=700"]
        counts.append(({count_queries(client, p) for p in pages[:1]}, {count_queries(as_ada, p) for p in pages[:1]}))
        assert all(count_queries(client, page) <= VISITOR_MAX for page in pages)
        assert all(count_queries(as_ada, page) <= MEMBER_MAX for page in pages)

    assert counts[0] == counts[1]


@pytest.mark.parametrize("view", ["tree", "line"])
def test_a_page_reads_no_more_of_a_thread_than_it_shows(
    view: str, client: Client, thread: Thread, many: Callable[[int], None]
) -> None:
    many(65)
    with CaptureQueriesContext(connection) as asked:
        client.get(f"{thread.get_absolute_url()}?view={view}&after=20")
    [posts] = [query["sql"] for query in asked if "has_files" in query["sql"]]

    how = plan(posts)

    looks = [line for line in how.splitlines() if f"thread_id = {thread.pk}" in line and "Recheck Cond" not in line]
    assert len(looks) == 1, how
    assert "Limit" in how


def test_pages_hold_every_post_once_in_either_view(client: Client, thread: Thread, many: Callable[[int], None]) -> None:
    many(65)
    for view in ("tree", "line"):
        seen: list[int] = []
        address = f"{thread.get_absolute_url()}?view={view}"
        while address:
            page = client.get(address).context["page"]
            seen += [post.number for post in page.page.rows]
            address = f"{thread.get_absolute_url()}?view={view}&after={page.after}" if page.after else ""
        shown = set(
            Post.objects.filter(thread=thread, **({"band": 0} if view == "tree" else {})).values_list(
                "number", flat=True
            )
        )
        assert len(seen) == len(set(seen))
        assert set(seen) == shown


def test_pages_lead_back_the_way_they_led_on(client: Client, thread: Thread, many: Callable[[int], None]) -> None:
    many(65)
    for view in ("tree", "line"):
        address = f"{thread.get_absolute_url()}?view={view}"
        first = client.get(address).context["page"]
        second = client.get(f"{address}&after={first.after}").context["page"]
        back = client.get(f"{address}&before={second.before}").context["page"]
        assert [post.pk for post in back.page.rows] == [post.pk for post in first.page.rows]


def test_the_sixth_level_is_one_link_away(client: Client, thread: Thread, many: Callable[[int], None]) -> None:
    many(8)
    response = client.get(thread.get_absolute_url())

    assert [node.post.depth for node in response.context["page"].nodes] == [0]
    assert "?branch=6" in response.content.decode()
    assert "post-" + str(Post.objects.get(number=7).pk) not in response.content.decode()

    branch = client.get(f"{thread.get_absolute_url()}?branch=6")
    assert [post.number for post in branch.context["page"].page.rows] == [7, 8]


def test_every_permalink_leads_to_a_page_that_holds_the_post(
    client: Client, thread: Thread, many: Callable[[int], None]
) -> None:
    many(50)
    for view in ("tree", "line"):
        client.cookies["thread_view"] = view
        for post in Post.objects.filter(thread=thread):
            response = client.get(post.get_absolute_url(), follow=True)
            assert f'id="post-{post.pk}"' in response.content.decode()
            assert response.redirect_chain[-1][0].endswith(f"#post-{post.pk}")


def test_the_chosen_view_is_remembered(client: Client, thread: Thread) -> None:
    assert client.get(thread.get_absolute_url()).context["page"].view == "tree"
    client.get(f"{thread.get_absolute_url()}?view=line")
    assert client.get(thread.get_absolute_url()).context["page"].view == "line"


def test_an_old_title_in_the_address_leads_to_the_new_one(client: Client, thread: Thread, bo: Member) -> None:
    old = thread.get_absolute_url()
    actions.rename(thread=thread, by=bo, title="Stew", reason="It is.", now=MORNING)

    response = client.get(f"{old}?view=line")

    assert (response.status_code, response.headers["Location"]) == (302, f"/forum/table/{thread.pk}-stew/?view=line")


def test_a_merged_thread_leads_to_where_it_went(
    client: Client, table: Category, thread: Thread, start: Callable[..., Post], bo: Member
) -> None:
    other = start(table, title="Bread", at=MORNING + timedelta(hours=1))
    address = other.thread.get_absolute_url()
    actions.merge(thread=other.thread, into=thread, by=bo, reason="One.", now=MORNING)

    assert client.get(address, follow=True).redirect_chain == [(thread.get_absolute_url(), 302)]
    assert f'id="post-{other.pk}"' in client.get(other.get_absolute_url(), follow=True).content.decode()


@pytest.mark.parametrize(
    "query", ["after=x", "after=-1", "after=999", "branch=999", "before=99999999999", "start=１２"]
)
def test_a_number_that_is_none_is_a_page_that_does_not_exist(query: str, client: Client, thread: Thread) -> None:
    assert client.get(f"{thread.get_absolute_url()}?{query}").status_code == 404


def test_what_is_private_and_what_is_absent_are_the_same_page(
    client: Client, as_ada: Client, circle: Category, start: Callable[..., Post]
) -> None:
    post = start(circle)
    absent = client.get("/forum/nothing-here/")
    hidden = [
        "/forum/circle/",
        post.thread.get_absolute_url(),
        post.get_absolute_url(),
        f"{post.get_absolute_url()}history/",
        "/forum/circle/feed.atom",
        "/forum/table/99999-nothing/",
        "/forum/posts/99999/",
    ]
    for address in hidden:
        for reader in (client, as_ada):
            response = reader.get(address)
            assert response.status_code == 404
        page = client.get(address).content.decode()
        assert page.replace(f"?next={address}", "?next=/forum/nothing-here/") == absent.content.decode()


def test_history_and_reasons_are_read_by_everybody(client: Client, thread: Thread, bo: Member) -> None:
    actions.lock(thread=thread, by=bo, reason="Settled at the <table>.", now=MORNING)

    page = client.get(thread.get_absolute_url()).content.decode()

    assert "Bo locked the thread" in page
    assert "Settled at the &lt;table&gt;." in page


def test_new_posts_are_marked_by_a_word_for_who_was_here_before(
    as_ada: Client, thread: Thread, opening: Post, answer: Callable[..., Post], ada: Member
) -> None:
    reply = answer(opening)
    assert ">New<" not in as_ada.get(thread.get_absolute_url()).content.decode()
    actions.record_visit(member=ada, thread=Thread.objects.get(pk=thread.pk), now=MORNING)
    newer, newest = answer(opening), answer(opening)
    answer(opening, by=ada)

    page = as_ada.get(thread.get_absolute_url()).content.decode()

    assert page.count(">New<") == 2
    assert f'<a href="#post-{newer.pk}">First new post</a>' in page
    assert f'href="#post-{newest.pk}">Next new</a>' in page
    assert f'href="#post-{newer.pk}">Previous new</a>' in page
    assert f'href="#post-{reply.pk}">Previous new</a>' not in page


def test_the_first_new_post_is_found_on_another_page(
    as_ada: Client, ada: Member, thread: Thread, many: Callable[[int], None]
) -> None:
    many(60)
    now = clock.now()
    actions.record_visit(member=ada, thread=Thread.objects.get(pk=thread.pk), now=now - timedelta(hours=2))
    Visit.objects.update(current_number=50)

    page = as_ada.get(f"{thread.get_absolute_url()}?view=line").content.decode()

    first = Post.objects.get(thread=thread, number=51)
    assert f'<a href="{first.get_absolute_url()}">First new post</a>' in page


@pytest.mark.parametrize("purpose", ["prefetch", "prefetch;prerender"])
def test_a_page_that_nobody_asked_for_yet_is_not_marked_as_read(
    as_ada: Client, client: Client, thread: Thread, purpose: str
) -> None:
    guess = as_ada.get(thread.get_absolute_url(), headers={"Sec-Purpose": purpose})
    assert (guess.status_code, guess.headers["Cache-Control"]) == (503, "no-store")
    assert not Visit.objects.exists()

    as_ada.get(thread.get_absolute_url())
    assert Visit.objects.exists()
    assert client.get(thread.get_absolute_url(), headers={"Sec-Purpose": purpose}).status_code == 200


def test_a_post_says_its_language_and_hides_behind_its_note(client: Client, thread: Thread, opening: Post) -> None:
    Post.objects.filter(pk=opening.pk).update(language="de", content_note="Streit")

    page = client.get(thread.get_absolute_url()).content.decode()

    assert 'lang="de"' in page
    assert "<summary>Content note: Streit</summary>" in page
