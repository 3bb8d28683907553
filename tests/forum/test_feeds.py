from collections.abc import Callable
from xml.etree import ElementTree as ET

from django.test import Client

from forum.models import Category, Post, Thread

ATOM = "{http://www.w3.org/2005/Atom}"
THREADING = "{http://purl.org/syndication/thread/1.0}"


def entries(client: Client, address: str) -> list[ET.Element]:
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    return ET.fromstring(response.content).findall(f"{ATOM}entry")


def test_a_thread_feed_holds_its_posts_and_who_answers_whom(
    client: Client, thread: Thread, opening: Post, answer: Callable[..., Post]
) -> None:
    reply = answer(opening, source="I do.")

    newest, oldest = entries(client, f"{thread.get_absolute_url()}feed.atom")

    address = "http://127.0.0.1:8000" + opening.get_absolute_url()
    assert oldest.findtext(f"{ATOM}id") == address
    assert newest.findtext(f"{ATOM}id") == "http://127.0.0.1:8000" + reply.get_absolute_url()
    assert newest.find(f"{THREADING}in-reply-to").get("ref") == address
    assert newest.findtext(f"{ATOM}author/{ATOM}name") == "Cleo"
    assert "I do." in newest.findtext(f"{ATOM}content")
    assert oldest.findtext(f"{ATOM}title") == "Soup"


def test_only_public_rooms_have_a_feed(as_ada: Client, den: Category, start: Callable[..., Post]) -> None:
    thread = start(den).thread

    assert as_ada.get("/forum/den/feed.atom").status_code == 404
    assert as_ada.get(f"{thread.get_absolute_url()}feed.atom").status_code == 404


def test_a_feed_that_has_not_changed_is_not_sent_again(client: Client, table: Category, opening: Post) -> None:
    first = client.get("/forum/table/feed.atom")
    again = client.get("/forum/table/feed.atom", headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert first.headers["Cache-Control"] == "public, max-age=300"


def test_deleted_posts_leave_the_feed(client: Client, table: Category, opening: Post, ada: object) -> None:
    from forum import actions

    actions.delete_post(post=opening, by=ada, now=opening.created_at)  # type: ignore[arg-type] # the fixture is a member

    assert entries(client, "/forum/table/feed.atom") == []


def test_a_content_note_stands_before_the_words_in_a_feed(client: Client, opening: Post) -> None:
    Post.objects.update(content_note="quarrel")

    (entry,) = entries(client, "/forum/table/feed.atom")

    assert "Content note: quarrel" in entry.findtext(f"{ATOM}content")
    assert "Who cooks?" not in entry.findtext(f"{ATOM}content")
