"""Filling in a profile: all at once, nothing lost on an error."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from commons import clock
from commons.access import Refused
from members.models import Member
from members.people import actions, queries
from members.people.enums import Kind, Visibility
from members.people.models import Chosen, MemberTopic, Profile, Topic
from members.queries import names_alone
from members.trust.actions.leaving import forget_tellings
from members.trust.enums import Happening
from members.trust.models import Telling
from tests.members.people.conftest import TELLS, says, tells

pytestmark = pytest.mark.django_db

SEEN = {
    f"{name}_seen_by": "members"
    for name in ("about", "pronouns", "can_share", "would_learn", "interested", "languages", "area")
}


def form(**changed: object) -> dict[str, object]:
    return {
        "display_name": "Ada",
        "about": "Hello\r\nthere",
        "pronouns": "she/her",
        "area": "Cork",
        "languages": ["ga", "en"],
        **SEEN,
        **changed,
    }


def test_everything_is_off_at_first(as_ada: Client, ada: Member) -> None:
    page = as_ada.get("/me/profile/").content.decode()

    told = queries.told(ada)
    assert {told[name] for name in told if name.endswith("_seen_by")} == {Visibility.NOBODY}
    assert len(re.findall(r'<option (?:value="nobody" selected|selected value="nobody")', page)) == len(SEEN)


def test_one_form_keeps_everything_at_once(as_ada: Client, ada: Member) -> None:
    suggested = Topic.objects.filter(is_suggested=True).order_by("pk")[0].name
    sent = form(can_share=[suggested], can_share_more="Sourdough,  sour   DOUGH , sourdough,", interested_more="Bees")

    answer = as_ada.post("/me/profile/", sent)

    told = queries.told(ada)
    assert answer.status_code == 302
    assert told["about"] == "Hello\nthere"
    assert told["languages"] == ["ga", "en"]
    assert set(told["can_share"]) == {suggested, "Sourdough", "sour DOUGH"}
    assert told["interested"] == ["Bees"]
    assert {told[name] for name in SEEN} == {Visibility.MEMBERS}


def test_a_name_can_be_changed_and_changes_wherever_it_stands(as_ada: Client, as_cleo: Client, ada: Member) -> None:
    for name in ("Ada L.", "Ada  Lovelace "):
        assert as_ada.post("/me/profile/", form(display_name=name)).status_code == 302

    renamed = Member.objects.get(pk=ada.pk)
    assert (renamed.display_name, renamed.former_names) == ("Ada Lovelace", ["Ada L.", "Ada"])
    assert "Ada Lovelace</h1>" in as_cleo.get("/people/ada/").content.decode()
    as_ada.post("/me/profile/", form(display_name="Ada"))
    assert Member.objects.get(pk=ada.pk).all_names == ["Ada", "Ada Lovelace", "Ada L."]


def test_a_name_changes_a_few_times_a_day_and_what_was_typed_stays(as_ada: Client, ada: Member) -> None:
    answers = [as_ada.post("/me/profile/", form(display_name=f"Ada {number}")) for number in range(8)]

    assert answers[-1].status_code == 422
    assert "about five times a day" in answers[-1].content.decode()
    assert "Ada 7" in answers[-1].content.decode()
    assert Member.objects.get(pk=ada.pk).display_name != "Ada 7"


@pytest.mark.parametrize("name", ["\u202e", "\u200b", " - "])
def test_a_name_has_something_to_read(name: str, as_ada: Client, ada: Member) -> None:
    assert as_ada.post("/me/profile/", form(display_name=name)).status_code == 422
    assert Member.objects.get(pk=ada.pk).display_name == "Ada"


def test_whoever_took_the_name_of_somebody_takes_no_line_about_them_along(
    ada: Member, cleo: Member, bo: Member
) -> None:
    Member.objects.filter(pk=ada.pk).update(former_names=["Cleo", "Adda"])
    about = [Telling(member=bo, happening=Happening.DATA_OPENED, about=name, happened_at=clock.now())
             for name in ("Cleo", "Adda", "Ada")]  # fmt: skip
    Telling.objects.bulk_create(about)

    forget_tellings(member=Member.objects.get(pk=ada.pk))

    assert names_alone(Member.objects.get(pk=cleo.pk)) == []
    assert [telling.about for telling in Telling.objects.all()] == ["Cleo"]


def test_what_was_typed_survives_an_error_and_nothing_is_kept(as_ada: Client, ada: Member) -> None:
    sent = form(about="a" * 1001, area="Cork", can_share_more="Sourdough", interested_more="b" * 41)

    answer = as_ada.post("/me/profile/", sent)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "a" * 1001 in page
    assert 'value="Sourdough"' in page
    assert "is too long for a topic" in page
    assert not Profile.objects.exists()


def test_a_topic_stands_once_however_it_is_spelled_and_unwanted_ones_go(ada: Member, bo: Member) -> None:
    actions.choose_topics(member=ada, kind=Kind.CAN_SHARE, names=["Bee Keeping", "Baking"])
    actions.choose_topics(member=bo, kind=Kind.CAN_SHARE, names=["bee  keeping"])
    actions.choose_topics(member=ada, kind=Kind.CAN_SHARE, names=["BEE KEEPING"])

    assert Topic.objects.filter(normalised="bee keeping").count() == 1
    assert queries.told(ada)["can_share"] == ["Bee Keeping"]
    assert queries.told(bo)["can_share"] == ["Bee Keeping"]


def test_more_topics_than_a_page_can_bear_are_refused(as_ada: Client, ada: Member) -> None:
    many = [f"Topic {n}" for n in range(31)]
    with pytest.raises(Refused):
        actions.choose_topics(member=ada, kind=Kind.CAN_SHARE, names=many)

    answer = as_ada.post("/me/profile/", form(can_share_more=",".join(many)))

    assert answer.status_code == 422
    assert "That is more than 30." in answer.content.decode()
    assert not MemberTopic.objects.exists()


def test_a_field_that_is_not_named_stays_as_it_was(ada: Member) -> None:
    actions.save_profile(member=ada, about="Hello", about_seen_by=Visibility.MEMBERS)
    actions.save_profile(member=ada, area="Cork")

    told = queries.told(ada)
    assert (told["about"], told["about_seen_by"], told["area"]) == ("Hello", Visibility.MEMBERS, "Cork")


@pytest.mark.parametrize(
    "wrong",
    [{"about_seen_by": "world"}, {"picture_seen_by": Visibility.EVERYONE}, {"languages": ["xx"]}],
)
def test_the_database_refuses_what_makes_no_sense(wrong: dict[str, object], ada: Member) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.save_profile(member=ada, **wrong)


def test_the_profile_says_what_still_needs_a_yes(as_ada: Client, ada: Member) -> None:
    words = "You have not said yes to showing what you tell about yourself."
    assert words in as_ada.get("/me/profile/").content.decode()

    says(ada, "profile.details", "location.area")

    assert words not in as_ada.get("/me/profile/").content.decode()


def test_ones_own_page_says_who_else_sees_each_thing(as_ada: Client, ada: Member) -> None:
    tells(ada, area_seen_by=Visibility.CHOSEN)
    says(ada, "location.area")

    page = as_ada.get("/people/ada/").content.decode()

    assert TELLS["about"] in page
    assert page.count("</span> Only me</span>") == 5
    assert page.count("</span> Members I chose to meet</span>") == 1


def test_choosing_to_meet_somebody_and_taking_it_back(as_ada: Client, ada: Member, bo: Member) -> None:
    for _twice in range(2):
        as_ada.post("/people/bo/choose/", {"choice": "yes"})
    assert [member.username for member in queries.chosen(ada)] == ["bo"]
    assert "Bo" in as_ada.get("/me/profile/").content.decode()

    answer = as_ada.post("/people/bo/choose/", {"choice": "no", "from": "profile"})

    assert answer.headers["Location"] == "/me/profile/#chosen"
    assert not Chosen.objects.exists()
    assert as_ada.post("/people/ada/choose/", {"choice": "yes"}).status_code == 403


def test_a_page_costs_the_same_whatever_it_shows(as_ada: Client, bo: Member, django_assert_num_queries: object) -> None:
    as_ada.get("/people/bo/")
    with django_assert_num_queries(8):
        as_ada.get("/people/bo/")

    tells(bo)
    says(bo, "profile.details", "location.area", "thanks.public")
    as_ada.get("/people/bo/")
    with django_assert_num_queries(8):
        as_ada.get("/people/bo/")
