"""The list of people: found by what they show, in the order of their names, page by page."""

import pytest
from django.test import Client

from members.models import Member
from members.people import actions
from members.people.enums import Kind, Visibility
from tests.members.people.conftest import says, tells

pytestmark = pytest.mark.django_db


def listed(client: Client, **filters: str) -> list[str]:
    return [shown.person.username for shown in client.get("/people/", filters).context["people"]]


@pytest.fixture
def many(db: None) -> list[Member]:
    """Forty-five people in the list, who came in no order."""
    people = []
    for n in range(45):
        name = f"p{n * 7 % 45:02}"
        member = Member.objects.create_user(name, display_name=f"Person {name}", standing="member")
        says(member, "profile.directory")
        people.append(member)
    return people


def test_an_empty_list_says_how_to_be_in_it(as_ada: Client) -> None:
    page = as_ada.get("/people/").content.decode()

    assert "Nobody is in the list yet." in page
    assert "You are not in the list" in page
    assert 'action="/me/consent/profile.directory/"' in page


def test_saying_yes_there_leads_back_into_the_list(as_ada: Client, ada: Member) -> None:
    as_ada.post("/me/consent/profile.directory/", {"answer": "yes", "next": "/people/"})

    assert listed(as_ada) == ["ada"]
    assert "You are not in the list" not in as_ada.get("/people/").content.decode()


def test_a_visitor_is_sent_to_sign_in_and_sees_no_door(client: Client, as_ada: Client) -> None:
    assert client.get("/people/").headers["Location"].startswith("/account/login/")
    assert 'href="/people/"' not in client.get("/").content.decode()
    assert 'href="/people/"' in as_ada.get("/").content.decode()


def test_the_list_runs_by_name_in_both_directions(as_ada: Client, many: list[Member]) -> None:
    everybody = sorted(member.username for member in many)

    first = as_ada.get("/people/")
    second = as_ada.get("/people/", {"after": first.context["after"]})
    third = as_ada.get("/people/", {"after": second.context["after"]})
    back = as_ada.get("/people/", {"before": third.context["before"]})

    pages = [[shown.person.username for shown in page.context["people"]] for page in (first, second, third, back)]
    assert pages == [everybody[:20], everybody[20:40], everybody[40:], everybody[20:40]]
    assert third.context["after"] == first.context["before"] == ""
    assert as_ada.get("/people/", {"after": "nonsense"}).status_code == 404


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("elod", True), ("ÉLODIE", True), ("durand", True), ("dur elo", True), ("lodie", False), ("elo", True),
        ("rand", False), ("@elo.d", True), ("' | !", True), ("zz", False), ("o'hara", True),
    ],
)  # fmt: skip
def test_names_are_found_by_how_their_words_begin(typed: str, found: bool, as_ada: Client) -> None:
    member = Member.objects.create_user("elo.d", display_name="Élodie Durand O'Hara", standing="member")
    says(member, "profile.directory")

    assert listed(as_ada, q=typed) == (["elo.d"] if found else [])


def test_a_name_with_an_accent_stands_where_it_would_without(as_ada: Client) -> None:
    for name in ("Zoe", "Élodie", "adam", "Emil"):
        member = Member.objects.create_user(f"x{name.encode().hex()}", display_name=name, standing="member")
        says(member, "profile.directory")

    assert [str(shown.person) for shown in as_ada.get("/people/").context["people"]] == [
        "adam",
        "Élodie",
        "Emil",
        "Zoe",
    ]


def test_filters_join_and_each_can_be_taken_away(as_ada: Client, bo: Member, cleo: Member) -> None:
    for member in (bo, cleo):
        tells(member)
        says(member, "profile.directory", "profile.details", "location.area")
    actions.choose_topics(member=cleo, kind=Kind.CAN_SHARE, names=["Juggling"])

    answer = as_ada.get("/people/", {"skill": "sourdough", "language": "ga", "place": "Bally"})
    page = answer.content.decode()

    assert [shown.person for shown in answer.context["people"]] == [bo]
    assert "<bdi>Gaeilge</bdi>" in page
    assert 'href="/people/?language=ga&amp;place=Bally"' in page
    assert listed(as_ada, language="ga", place="Bally") == ["bo", "cleo"]
    assert listed(as_ada, skill="never heard of") == []


def test_people_who_left_and_people_who_said_no_are_not_in_it(as_ada: Client, bo: Member, cleo: Member) -> None:
    says(bo, "profile.directory")
    says(cleo, "profile.directory", yes=False)
    Member.objects.filter(pk=bo.pk).update(is_active=False)

    assert listed(as_ada) == []
    assert as_ada.get("/people/bo/").status_code == 404


def test_in_the_list_people_see_themselves_as_others_do(as_bo: Client, bo: Member) -> None:
    tells(bo, about_seen_by=Visibility.NOBODY)
    says(bo, "profile.directory", "profile.details")

    [shown] = as_bo.get("/people/").context["people"]

    assert (shown.about, shown.pronouns) == ("", "she/her")


def test_a_filter_that_makes_no_sense_is_said_so(as_ada: Client) -> None:
    page = as_ada.get("/people/", {"language": "klingon", "place": "x" * 81}).content.decode()

    assert "Something needs another look" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(
    count: int, as_ada: Client, bo: Member, cleo: Member, nia: Member, django_assert_num_queries: object
) -> None:
    for member in (bo, cleo, nia)[:count]:
        tells(member)
        says(member, "profile.directory", "profile.details", "location.area")

    as_ada.get("/")
    with django_assert_num_queries(4):
        as_ada.get("/people/", {"skill": "Sourdough"})
