"""A visitor reads only what its author shares with everybody; a member reads on as before."""

from collections.abc import Callable

import pytest
from django.test import Client

from forum.models import Mention, Post
from members.consent.models import ConsentUse
from members.models import Member
from tests.cast import says_no, says_yes
from tests.forum.conftest import MORNING

pytestmark = pytest.mark.django_db

SECRET_TITLE, SECRET_WORDS = "Onion soup", "Who peels them?"
PLACES = (
    "/",
    "/forum/table/",
    "/forum/table/feed.atom",
    "{thread}",
    "{thread}?view=line",
    "{thread}feed.atom",
    "{post}",
)


@pytest.fixture
def soup(start: Callable[..., Post], table: object, ada: Member) -> Post:
    return start(table, title=SECRET_TITLE, source=SECRET_WORDS, by=ada)


def everywhere(reader: Client, post: Post) -> str:
    """All that a reader gets of a thread, at every address that shows it, with the addresses themselves."""
    thread, texts = f"/forum/table/{post.thread_id}-x/", []
    for place in (*PLACES, f"/forum/posts/{post.pk}/history/"):
        answer = reader.get(place.format(thread=thread, post=post.get_absolute_url()), follow=True)
        assert answer.status_code == 200
        texts += [answer.content.decode(), *(address for address, _status in answer.redirect_chain)]
    return "\n".join(texts)


def test_without_a_yes_a_visitor_learns_neither_name_nor_words_nor_title(
    soup: Post, ada: Member, client: Client, as_cleo: Client
) -> None:
    says_no(ada, "content.public")

    page = everywhere(client, soup)
    assert [told for told in (SECRET_TITLE, "onion", SECRET_WORDS, "Ada") if told in page] == []
    assert "Whoever wrote this shares it with members only." in page

    for told in (SECRET_TITLE, SECRET_WORDS, "Ada"):
        assert told in everywhere(as_cleo, soup)


def test_a_yes_opens_and_a_no_closes_with_the_next_page(soup: Post, ada: Member, client: Client) -> None:
    assert SECRET_WORDS in everywhere(client, soup)
    says_no(ada, "content.public")
    assert SECRET_WORDS not in everywhere(client, soup)
    says_yes(ada, "content.public")
    assert SECRET_WORDS in everywhere(client, soup)


def test_who_was_answered_is_not_named_to_visitors_either(
    soup: Post, answer: Callable[..., Post], ada: Member, client: Client
) -> None:
    answer(soup, source="I peel.")
    says_no(ada, "content.public")

    page = client.get(soup.get_absolute_url(), follow=True).content.decode()
    assert "I peel." in page
    assert "Ada" not in page


def test_what_visitors_read_leaves_one_line_a_day(soup: Post, ada: Member, client: Client) -> None:
    for _again in range(3):
        client.get(soup.get_absolute_url(), follow=True)

    assert [line.sink for line in ConsentUse.objects.filter(member=ada)] == ["public_post"]


def test_search_engines_stay_away_until_everybody_on_the_page_said_yes(
    soup: Post, answer: Callable[..., Post], ada: Member, cleo: Member, client: Client
) -> None:
    answer(soup)

    def is_closed() -> bool:
        return 'name="robots" content="noindex"' in client.get(soup.get_absolute_url(), follow=True).content.decode()

    assert is_closed()
    says_yes(ada, "content.search_index")
    assert is_closed()
    says_yes(cleo, "content.search_index")
    assert not is_closed()
    says_no(ada, "content.search_index")
    assert is_closed()


def test_a_mention_is_a_link_only_with_a_yes_and_plain_again_after_a_no(
    soup: Post, answer: Callable[..., Post], bo: Member, as_cleo: Client
) -> None:
    early = answer(soup, source="Before: @bo")
    as_cleo.get("/about/")
    says_yes(bo, "contact.mention", now=MORNING)
    late = answer(soup, source="After: @bo")
    as_cleo.get("/about/")
    link = 'href="/people/bo/"'
    assert [link in Post.objects.get(pk=post.pk).html for post in (early, late)] == [False, True]
    assert Mention.objects.filter(member=bo).count() == 1

    says_no(bo, "contact.mention")
    as_cleo.get("/about/")
    assert link not in Post.objects.get(pk=late.pk).html
    assert "@bo" in Post.objects.get(pk=late.pk).html
    assert not Mention.objects.exists()


def test_somebody_is_asked_once_where_they_have_written(
    soup: Post, ada: Member, as_ada: Client, as_cleo: Client
) -> None:
    from members.consent.models import ConsentState

    ConsentState.objects.filter(member=ada).delete()
    address = soup.thread.get_absolute_url()
    asked = "Let visitors read my posts?"
    assert asked in as_ada.get(address).content.decode()
    assert asked not in as_cleo.get(address).content.decode()

    answer = as_ada.post("/me/consent/content.public/", {"answer": "no", "next": address}, follow=True)
    assert asked not in answer.content.decode()
