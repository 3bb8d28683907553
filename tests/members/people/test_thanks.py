"""Thanks: a word, once; private or public; on a page only as long as its owner likes."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from commons import clock
from commons.ratelimit import RateLimited
from forum.models import Post
from members.models import Member
from members.people import actions
from members.people import queries as people
from members.people.models import Thanks
from tests.members.people.conftest import says
from tests.support.plans import plan_for_any

pytestmark = pytest.mark.django_db


def give(giver: Member, receiver: Member, words: str, *, is_public: bool = True) -> Thanks:
    return actions.give_thanks(
        giver=giver, receiver=receiver, words=words, is_public=is_public, submission=uuid4(), now=clock.now()
    )


def page(client: Client) -> str:
    return client.get("/people/bo/").content.decode()


def test_a_word_reaches_its_receiver_and_a_second_press_gives_nothing_new(as_ada: Client, as_bo: Client) -> None:
    sent = {"words": "For the\r\nsoup", "submission": str(uuid4())}
    for _twice in range(2):
        assert as_ada.post("/people/bo/thank/", sent).status_code == 302

    assert page(as_bo).count("For the<br>soup") == 1
    assert "between the two of you" in page(as_bo)


@pytest.fixture
def clients(as_ada: Client, as_bo: Client, as_cleo: Client) -> dict[str, Client]:
    return {"giver": as_ada, "receiver": as_bo, "member": as_cleo}


@pytest.mark.parametrize(
    ("is_public", "has_yes", "readers"),
    [
        (False, False, {"giver", "receiver"}), (False, True, {"giver", "receiver"}),
        (True, False, {"giver", "receiver"}), (True, True, {"giver", "receiver", "member"}),
    ],
)  # fmt: skip
def test_who_reads_it(
    is_public: bool, has_yes: bool, readers: set[str], ada: Member, bo: Member, clients: dict[str, Client],
) -> None:  # fmt: skip
    give(ada, bo, "For the soup", is_public=is_public)
    says(bo, "thanks.public", yes=has_yes)

    assert {who for who, client in clients.items() if "For the soup" in page(client)} == readers


def test_the_receiver_takes_it_off_and_puts_it_back_and_the_giver_takes_it_back(
    ada: Member, bo: Member, as_ada: Client, as_bo: Client, as_cleo: Client
) -> None:
    says(bo, "thanks.public")
    word = give(ada, bo, "For the soup")

    as_bo.post(f"/me/thanks/{word.pk}/", {"do": "take_off"})
    assert "For the soup" not in page(as_cleo)
    assert "off the page" in page(as_bo)

    as_bo.post(f"/me/thanks/{word.pk}/", {"do": "put_back"})
    assert "For the soup" in page(as_cleo)

    assert as_bo.post(f"/me/thanks/{word.pk}/", {"do": "take_back"}).status_code == 404
    assert as_ada.post(f"/me/thanks/{word.pk}/", {"do": "take_off"}).status_code == 404
    assert as_cleo.post(f"/me/thanks/{word.pk}/", {"do": "take_back"}).status_code == 404
    assert as_ada.post(f"/me/thanks/{word.pk}/", {"do": "take_back"}).status_code == 302
    assert not Thanks.objects.exists()


def test_nobody_thanks_themselves_or_while_suspended(as_ada: Client, as_dov: Client, bo: Member) -> None:
    sent = {"words": "Well done", "submission": str(uuid4())}

    assert as_ada.post("/people/ada/thank/", sent).status_code == 403
    assert as_dov.post("/people/bo/thank/", sent).status_code == 403
    assert "Your account is suspended" in page(as_dov)
    assert not Thanks.objects.exists()


def test_what_was_typed_survives_an_error(as_ada: Client, bo: Member) -> None:
    answer = as_ada.post("/people/bo/thank/", {"words": "w" * 301, "is_public": "on", "submission": str(uuid4())})

    assert answer.status_code == 422
    assert "w" * 301 in answer.content.decode()


def test_too_many_thanks_in_a_day_wait(ada: Member, bo: Member, as_ada: Client) -> None:
    for n in range(10):
        give(ada, bo, f"Number {n}")
    with pytest.raises(RateLimited):
        give(ada, bo, "One more")

    answer = as_ada.post("/people/bo/thank/", {"words": "One more", "submission": str(uuid4())})

    assert answer.status_code == 422
    assert "One more</textarea>" in answer.content.decode()


def test_many_thanks_come_in_pages(ada: Member, bo: Member, as_bo: Client, settings: object) -> None:
    settings.RATE_LIMITS = False  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    for n in range(12):
        now = clock.now() - timedelta(days=n)
        actions.give_thanks(giver=ada, receiver=bo, words=f"Number {n}.", is_public=True, submission=uuid4(), now=now)

    first = as_bo.get("/people/bo/")
    later = as_bo.get(f"/people/bo/?thanks={first.context['older_thanks']}")

    assert [word.words for word in later.context["thanks"]] == ["Number 10.", "Number 11."]
    assert as_bo.get("/people/bo/?thanks=nonsense").status_code == 404


def test_that_there_are_thanks_is_read_from_the_index_in_a_plan_for_any_post(db: None) -> None:
    """PostgreSQL knows only from the SQL, not from a value, that a partial index holds what is asked for."""
    posts = Post.objects.filter(pk=1).order_by()

    plan = plan_for_any(posts.values(has_thanks=people.is_thanked_for("forum.post")))

    assert " people_thanks_once_for_each_thing" in plan, plan


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow  # commits for real, from four connections
def test_the_same_form_sent_four_times_at_once_thanks_once(
    ada: Member, bo: Member, at_once: Callable[[list[Callable[[], object]]], None]
) -> None:
    submission = uuid4()

    def send() -> None:
        actions.give_thanks(
            giver=ada, receiver=bo, words="Soup", is_public=True, submission=submission, now=clock.now()
        )

    at_once([send] * 4)

    assert Thanks.objects.count() == 1
    assert not connection.needs_rollback
