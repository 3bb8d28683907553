from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from commons import clock
from forum import actions
from forum.actions.posts import Text
from forum.models import Category, Draft, Post, Thread, ThreadChange
from forum.notices import REMOVAL
from members.models import Member
from notifications.models import Notice
from tests.forum.conftest import MORNING

HTMX = {"HX-Request": "true"}


def typed(source: str = "", **more: str) -> dict[str, str]:
    key = str(uuid4())
    return {"source": source or f"Bread {key}", "content_note": "", "language": "", "submission": key, **more}


def test_starting_a_thread_leads_to_it(as_ada: Client, table: Category) -> None:
    response = as_ada.post(
        "/forum/table/new/", typed("I can bring bread.", title="Bread", language="fr", content_note="flour")
    )

    post = Post.objects.select_related("thread__category").get()
    assert response.headers["Location"] == post.thread.get_absolute_url()
    assert (post.thread.title, post.source) == ("Bread", "I can bring bread.")
    assert (post.language, post.content_note) == ("fr", "flour")


def test_a_thread_without_a_title_is_given_back_with_the_fault_named(as_ada: Client, table: Category) -> None:
    response = as_ada.post("/forum/table/new/", typed("Long thoughts", title=""))

    page = response.content.decode()
    assert response.status_code == 422
    assert "Give your thread a title." in page
    assert "Long thoughts" in page
    assert Draft.objects.get().source == "Long thoughts"
    assert not Post.objects.exists()


def test_a_reply_leads_to_its_place(as_cleo: Client, opening: Post, thread: Thread) -> None:
    response = as_cleo.post(f"/forum/posts/{opening.pk}/reply/", typed())

    reply = Post.objects.get(number=2)
    assert response.headers["Location"] == f"{thread.get_absolute_url()}#post-{reply.pk}"
    assert reply.parent_id == opening.pk


def test_a_form_sent_twice_makes_one_post(as_cleo: Client, opening: Post) -> None:
    form = typed()
    first, second = (as_cleo.post(f"/forum/posts/{opening.pk}/reply/", form) for _ in range(2))

    assert first.headers["Location"] == second.headers["Location"]
    assert Post.objects.count() == 2


def test_an_empty_reply_is_refused_kindly(as_cleo: Client, opening: Post) -> None:
    response = as_cleo.post(f"/forum/posts/{opening.pk}/reply/", typed(" \n "))

    assert response.status_code == 422
    assert "Write something first." in response.content.decode()
    assert Post.objects.count() == 1


def test_a_flood_loses_nothing(as_cleo: Client, opening: Post) -> None:
    with time_machine.travel(clock.now(), tick=False):  # a slow machine makes no flood
        for _ in range(6):
            as_cleo.post(f"/forum/posts/{opening.pk}/reply/", typed())

        response = as_cleo.post(f"/forum/posts/{opening.pk}/reply/", typed("My seventh thought"))

    page = response.content.decode()
    assert response.status_code == 422
    assert "That was a little fast." in page
    assert "My seventh thought" in page
    assert Draft.objects.get().source == "My seventh thought"
    assert Post.objects.count() == 7


def test_a_locked_thread_gives_the_text_back(as_cleo: Client, opening: Post, thread: Thread, bo: Member) -> None:
    actions.lock(thread=thread, by=bo, reason="Settled.", now=MORNING)

    response = as_cleo.post(f"/forum/posts/{opening.pk}/reply/", typed("A long answer"))

    page = response.content.decode()
    assert response.status_code == 403
    assert "This thread is locked, so it takes no more replies." in page
    assert "A long answer" in page
    assert Draft.objects.get().source == "A long answer"


def test_a_suspended_member_reads_the_reason(as_dov: Client, opening: Post) -> None:
    response = as_dov.get(f"/forum/posts/{opening.pk}/reply/")

    assert response.status_code == 403
    assert "Your account is suspended, so you can read but not write for now." in response.content.decode()


def test_a_session_that_ended_keeps_what_was_typed(client: Client, opening: Post, cleo: Member) -> None:
    path = f"/forum/posts/{opening.pk}/reply/"
    ways_in = ("/account/login/", "/account/login/code/")
    assert not any("What you typed is kept" in client.get(way).content.decode() for way in ways_in)

    response = client.post(path, typed("Written while my session ended", page=path))
    assert response.headers["Location"] == f"/account/login/?next={path}"
    assert all("What you typed is kept" in client.get(way).content.decode() for way in ways_in)

    cleo.set_password("a long enough password")
    cleo.save()
    client.post("/account/login/", {"login": "cleo", "password": "a long enough password"})
    client.force_login(cleo, "allauth.account.auth_backends.AuthenticationBackend")
    assert "Written while my session ended" in client.get(path).content.decode()


@pytest.mark.parametrize("address", ["/forum/drafts/", "/forum/preview/"])
def test_an_ended_session_leads_back_to_the_form_and_never_to_a_page_that_only_takes_forms(
    address: str, client: Client, opening: Post
) -> None:
    path = f"/forum/posts/{opening.pk}/reply/"

    response = client.post(address, typed("Words", page=path))

    assert response.headers["Location"] == f"/account/login/?next={path}"


def test_htmx_shows_a_refusal_in_the_form(as_cleo: Client, opening: Post, thread: Thread, bo: Member) -> None:
    actions.lock(thread=thread, by=bo, reason="Settled.", now=MORNING)

    response = as_cleo.post(f"/forum/posts/{opening.pk}/reply/?in=tree", typed("Dear to me"), headers=HTMX)

    page = response.content.decode()
    assert response.status_code == 422
    assert "This thread is locked, so it takes no more replies." in page
    assert "Dear to me" in page


def test_htmx_puts_the_reply_into_the_tree(as_cleo: Client, opening: Post, answer: Callable[..., Post]) -> None:
    parent = answer(opening)
    form = as_cleo.get(f"/forum/posts/{parent.pk}/reply/?in=tree", headers=HTMX).content.decode()
    assert f'hx-target="#replies-{parent.pk}"' in form
    assert "<html" not in form

    response = as_cleo.post(f"/forum/posts/{parent.pk}/reply/?in=tree", typed("Right here"), headers=HTMX)

    page = response.content.decode()
    reply = Post.objects.get(number=3)
    assert f'id="post-{reply.pk}"' in page
    assert f'id="answer-{parent.pk}" hx-swap-oob="true"' in page


def test_htmx_gets_the_form_back_where_it_was_when_something_is_wrong(as_cleo: Client, opening: Post) -> None:
    response = as_cleo.post(f"/forum/posts/{opening.pk}/reply/?in=tree", {**typed(), "source": ""}, headers=HTMX)

    assert response.status_code == 422
    assert response.headers["HX-Retarget"] == f"#composer-reply{opening.pk}"
    assert f'id="composer-reply{opening.pk}"' in response.content.decode()


def test_a_reply_below_the_last_level_leads_to_its_branch(
    as_cleo: Client, opening: Post, answer: Callable[..., Post], ada: Member, cleo: Member
) -> None:
    parent = opening
    for level in range(5):
        parent = answer(parent, by=(ada, cleo)[level % 2])

    response = as_cleo.post(f"/forum/posts/{parent.pk}/reply/?in=tree", typed("Deep"), headers=HTMX)

    assert response.status_code == 204
    assert "branch=6" in response.headers["HX-Redirect"]


def test_quoting_says_whose_words_they_are(as_cleo: Client, opening: Post) -> None:
    page = as_cleo.get(f"/forum/posts/{opening.pk}/reply/?quote=1").content.decode()
    assert "&gt; **Ada wrote:**\n&gt;\n&gt; Who cooks?" in page

    part = as_cleo.get(f"/forum/posts/{opening.pk}/reply/?quote=1&part=cooks").content.decode()
    assert "&gt; cooks\n" in part
    assert "&gt; Who cooks?" not in part


def test_a_quote_comes_after_what_is_drafted(as_cleo: Client, cleo: Member, opening: Post) -> None:
    place = {"place": f"reply:{opening.pk}", "path": "/x/", "label": ""}
    actions.save_draft(member=cleo, now=MORNING, source="My start", **place)

    page = as_cleo.get(f"/forum/posts/{opening.pk}/reply/?quote=1").content.decode()

    assert "My start\n\n&gt; **Ada wrote:**" in page


def test_editing_shows_what_it_says_and_keeps_history(as_ada: Client, ada: Member, opening: Post) -> None:
    Post.objects.filter(pk=opening.pk).update(created_at=clock.now() - timedelta(hours=1))
    path = f"/forum/posts/{opening.pk}/edit/"
    assert "Who cooks?" in as_ada.get(path).content.decode()

    as_ada.post(path, typed("Who bakes?", title="Soup"))

    history = as_ada.get(f"/forum/posts/{opening.pk}/history/").content.decode()
    assert "cooks?</del>" in history
    assert "bakes?</ins>" in history


def test_the_history_shows_the_words_as_words(client: Client, opening: Post, ada: Member) -> None:
    later = MORNING + timedelta(hours=1)
    actions.edit_post(post=opening, by=ada, text=Text("<script>alert(1)</script>"), now=later)

    page = client.get(f"/forum/posts/{opening.pk}/history/").content.decode()

    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_who_began_a_thread_corrects_its_title(as_ada: Client, as_cleo: Client, opening: Post) -> None:
    path, form = f"/forum/posts/{opening.pk}/edit/", typed(opening.source, title="Who cooks on Saturday?")
    with time_machine.travel(MORNING + timedelta(hours=1), tick=False):
        assert f'value="{opening.thread.title}"' in as_ada.get(path).content.decode()
        without = as_ada.post(path, form | {"title": ""})
        as_ada.post(path, form)
        as_ada.post(path, form)

    assert without.status_code == 422
    page = as_cleo.get(Thread.objects.select_related("category").get().get_absolute_url()).content.decode()
    assert "Who cooks on Saturday?</h1>" in page
    assert ThreadChange.objects.values_list("change", "detail").get() == ("renamed", opening.thread.title)


def test_a_title_that_a_moderator_gave_stays(as_ada: Client, as_bo: Client, opening: Post, thread: Thread) -> None:
    path = f"/forum/posts/{opening.pk}/edit/"
    with time_machine.travel(MORNING + timedelta(hours=1), tick=False):
        assert 'name="initial-title"' in as_ada.get(path).content.decode()
        begun = typed("Who bakes?", title=thread.title, **{"initial-title": thread.title})
        as_bo.post(f"/forum/threads/{thread.pk}/rename/", {"title": "Stew", "reason": "It is stew."})

        as_ada.post(path, begun)
        again = as_ada.get(path).content.decode()

    assert Thread.objects.get().title == "Stew"
    assert Post.objects.get().source == "Who bakes?"
    assert 'name="title"' not in again


def test_nobody_edits_for_another(as_cleo: Client, opening: Post) -> None:
    response = as_cleo.post(f"/forum/posts/{opening.pk}/edit/", typed("Mine now"))

    assert response.status_code == 403
    assert Post.objects.get().source == "Who cooks?"


def test_deleting_asks_first(as_ada: Client, opening: Post) -> None:
    path = f"/forum/posts/{opening.pk}/delete/"
    assert "gone for good" in as_ada.get(path).content.decode()
    assert not Post.objects.get().is_deleted

    response = as_ada.post(path, follow=True)

    assert Post.objects.get().is_deleted
    assert "Removed by the person who wrote it." in response.content.decode()


def test_a_moderator_takes_a_post_away(as_bo: Client, as_cleo: Client, opening: Post) -> None:
    path = f"/forum/posts/{opening.pk}/delete/"
    assert as_cleo.post(path).status_code == 403

    without_reason = as_bo.post(path)
    assert without_reason.status_code == 422
    assert "Say why, so that people can understand it." in without_reason.content.decode()
    response = as_bo.post(path, {"reason": "It names somebody’s street."}, follow=True)

    assert "A moderator took this post away." in response.content.decode()


def test_a_removal_is_told_to_the_author_and_stands_in_the_history(
    as_ada: Client, as_bo: Client, as_cleo: Client, opening: Post
) -> None:
    as_ada.post("/people/bo/no-contact/")
    as_bo.post(f"/forum/posts/{opening.pk}/delete/", {"reason": "It names somebody’s street."})

    inbox = as_ada.get("/inbox/").content.decode()
    assert "It names somebody’s street." in inbox
    assert f"/forum/posts/{opening.pk}/" in inbox
    assert "It names" not in as_cleo.get("/inbox/").content.decode()
    history = as_cleo.get(opening.thread.get_absolute_url()).content.decode()
    assert "Bo took a post away" in " ".join(history.split())
    assert "It names somebody’s street." in history


def test_an_author_is_told_nothing_of_what_they_take_back(as_ada: Client, opening: Post) -> None:
    as_ada.post(f"/forum/posts/{opening.pk}/delete/")

    assert not ThreadChange.objects.exists()
    assert not Notice.objects.filter(kind=REMOVAL).exists()


def test_a_preview_stores_nothing(as_ada: Client) -> None:
    page = as_ada.post("/forum/preview/", {"source": "So **bold**"}).content.decode()
    fragment = as_ada.post("/forum/preview/", {"source": "So **bold**"}, headers=HTMX).content.decode()

    assert "<strong>bold</strong>" in page
    assert "<strong>bold</strong>" in fragment
    assert "<html" in page
    assert "<html" not in fragment
    assert not Post.objects.exists()


def test_a_draft_comes_back_on_any_device(as_ada: Client, ada: Member, table: Category) -> None:
    place = {"place": f"thread:{table.pk}", "title": "Br", "source": "I want to", "content_note": "", "language": "de"}

    assert as_ada.post("/forum/drafts/", place).status_code == 204

    other = Client()
    other.force_login(ada, "allauth.account.auth_backends.AuthenticationBackend")
    form = other.get("/forum/table/new/").content.decode()
    assert "I want to" in form
    assert 'value="Br"' in form
    drafts = other.get("/me/drafts/").content.decode()
    assert "New thread in The table" in drafts


def test_save_draft_works_without_javascript(as_ada: Client, opening: Post) -> None:
    fields = {**typed("For later"), "place": f"reply:{opening.pk}", "leave": "1"}

    response = as_ada.post("/forum/drafts/", fields, follow=True)

    assert "For later" in response.content.decode()


@pytest.mark.parametrize("place", ["", "reply:x", "reply:999999", "page:1", "thread:999999"])
def test_a_draft_of_nowhere_is_refused(place: str, as_ada: Client) -> None:
    assert as_ada.post("/forum/drafts/", {"place": place, "source": "x"}).status_code in {404, 422}
    assert not Draft.objects.exists()


def test_a_draft_in_a_room_not_mine_is_refused(as_ada: Client, circle: Category) -> None:
    assert as_ada.post("/forum/drafts/", {"place": f"thread:{circle.pk}", "source": "x"}).status_code == 404


def test_throwing_away_is_for_ones_own_drafts(as_ada: Client, as_cleo: Client, ada: Member) -> None:
    draft = actions.save_draft(member=ada, place="reply:1", path="/x/", label="", now=MORNING, source="mine")

    assert as_cleo.post(f"/me/drafts/{draft.pk}/discard/").status_code == 404
    assert as_ada.post(f"/me/drafts/{draft.pk}/discard/").status_code == 302
    assert not Draft.objects.exists()


def test_a_stale_form_gives_the_text_back(ada: Member, opening: Post) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ada, "allauth.account.auth_backends.AuthenticationBackend")

    response = strict.post(f"/forum/posts/{opening.pk}/reply/", typed("Many careful words"))

    assert response.status_code == 403
    assert "Many careful words" in response.content.decode()


def test_what_comes_while_one_writes_takes_nobody_away_whose_session_ended(client: Client, opening: Post) -> None:
    for address in (f"/forum/posts/{opening.pk}/nudge/", "/search/suggest/?q=soup"):
        response = client.get(address, headers={"HX-Request": "true"})

        assert (response.status_code, response.content) == (204, b"")
        assert "HX-Redirect" not in response.headers
        assert client.get(address).status_code == 302


def test_what_comes_late_takes_no_new_session_away(client: Client, opening: Post) -> None:
    ended = {settings.SESSION_COOKIE_NAME: "ended"}
    for headers in ({"HX-Request": "true"}, {"Sec-Fetch-Mode": "cors"}):
        client.cookies.load(ended)
        response = client.get(f"/forum/posts/{opening.pk}/nudge/", headers=headers)

        assert settings.SESSION_COOKIE_NAME not in response.cookies

    response = client.get(opening.thread.get_absolute_url(), headers={"Sec-Fetch-Mode": "navigate"})
    assert response.cookies[settings.SESSION_COOKIE_NAME].value == ""
