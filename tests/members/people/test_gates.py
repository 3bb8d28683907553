"""Each purpose: off, nothing; on, shown; taken back, nothing; run out after 24 months, nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from dateutil.relativedelta import relativedelta
from django.test import Client

from commons import clock
from members.consent import actions as consent
from members.consent.gate import ConsentRequired
from members.consent.models import ConsentUse
from members.models import Member
from members.people import actions, queries
from members.people.enums import Visibility
from members.people.models import AccessNeeds, Picture
from tests.members.people.conftest import TELLS, WORDS, says, tells

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Gate:
    """A purpose, and whether what it opens is there for whoever looks."""

    purpose: str
    is_open: Callable[[Client, Client], bool]
    sink: str


def page(client: Client) -> str:
    return client.get("/people/bo/").content.decode()


def picture_is_open(member: Client, visitor: Client) -> bool:
    picture = Picture.objects.filter(member__username="bo").first()
    address = f"/people/bo/picture/{picture.name}" if picture else "/people/bo/picture/none.webp"
    is_served, stands = member.get(address).status_code == 200, address in page(member)
    assert is_served == stands
    return is_served


def needs_are_open(member: Client, visitor: Client) -> bool:
    answer = member.get("/people/bo/access-needs/")
    is_linked = "/people/bo/access-needs/" in page(member)
    assert is_linked == (answer.status_code == 200)
    return "A ramp" in answer.content.decode()


def in_words(words: str) -> Callable[[Client, Client], bool]:
    return lambda member, visitor: words in page(member)


DETAILS = [name for name in WORDS if name != "area"]
GATES = [
    Gate("profile.directory", lambda member, visitor: "/people/bo/" in member.get("/people/").content.decode(), "directory"),
    Gate("profile.public", lambda member, visitor: visitor.get("/people/bo/").status_code == 200, "public_page"),
    *(Gate("profile.details", in_words(WORDS[name]), "details") for name in DETAILS),
    Gate("location.area", in_words(WORDS["area"]), "area"),
    Gate("profile.photo", picture_is_open, "photo"),
    Gate("thanks.public", in_words("Thanks for the soup"), "thanks"),
    Gate("special.access_needs", needs_are_open, "access_needs"),
]  # fmt: skip


@pytest.fixture
def full(bo: Member, ada: Member, cleo: Member, photo: Callable[..., BytesIO]) -> Callable[[str], None]:
    """Bo tells everything to members; what can be kept only on a yes is kept after that yes."""
    tells(bo)
    actions.give_thanks(
        giver=cleo, receiver=bo, words="Thanks for the soup", is_public=True, submission=uuid4(), now=clock.now()
    )

    def say_yes(purpose: str) -> None:
        says(bo, purpose)
        if purpose == "profile.photo":
            actions.save_picture(member=bo, upload=photo(), seen_by=Visibility.MEMBERS, now=clock.now())
        if purpose == "special.access_needs":
            actions.save_access_needs(member=bo, text="A ramp", hosts=[ada], now=clock.now())

    return say_yes


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.purpose)
def test_off_on_withdrawn_expired(
    gate: Gate, full: Callable[[str], None], as_ada: Client, client: Client, bo: Member
) -> None:
    assert not gate.is_open(as_ada, client)

    full(gate.purpose)
    assert gate.is_open(as_ada, client)

    says(bo, gate.purpose, yes=False)
    assert not gate.is_open(as_ada, client)

    full(gate.purpose)
    assert gate.is_open(as_ada, client)

    with time_machine.travel(clock.now() + relativedelta(months=24, days=1), tick=False):
        as_ada.force_login(Member.objects.get(username="ada"), "allauth.account.auth_backends.AuthenticationBackend")
        assert not gate.is_open(as_ada, client)


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.purpose)
def test_each_use_leaves_a_line_and_the_owners_own_look_none(
    gate: Gate, full: Callable[[str], None], as_ada: Client, as_bo: Client, client: Client, bo: Member
) -> None:
    full(gate.purpose)
    says(bo, "profile.directory")
    as_bo.get("/people/bo/")
    as_bo.get("/people/")
    assert not ConsentUse.objects.filter(member=bo).exists()

    gate.is_open(as_ada, client)

    assert ConsentUse.objects.filter(member=bo, sink=gate.sink, purpose_code=gate.purpose).count() == 1


@pytest.mark.parametrize(
    ("name", "visibility"),
    [(name, visibility) for name in [*WORDS, "picture"] for visibility in Visibility
     if (name, visibility) != ("picture", Visibility.EVERYONE)],
)  # fmt: skip
def test_a_field_is_for_whom_its_owner_says(
    name: str, visibility: str, bo: Member, cleo: Member, photo: Callable[..., BytesIO],
    readers: dict[str, Client],
) -> None:  # fmt: skip
    says(bo, "profile.public", "profile.details", "location.area", "profile.photo")
    actions.save_picture(member=bo, upload=photo(), now=clock.now())
    tells(bo, seen_by=Visibility.NOBODY, **{f"{name}_seen_by": visibility})
    actions.choose(member=bo, other=cleo)
    words = "/people/bo/picture/" if name == "picture" else WORDS[name]

    seen = {who for who, reader in readers.items() if words in page(reader)}

    assert (
        seen
        == {
            "nobody": {"self"},
            "chosen": {"self", "chosen"},
            "members": {"self", "chosen", "member"},
            "everyone": {"self", "chosen", "member", "visitor"},
        }[visibility]
    )
    assert all(
        TELLS["about"] not in page(reader) for who, reader in readers.items() if name != "about" and who != "self"
    )


@pytest.fixture
def readers(as_ada: Client, as_bo: Client, as_cleo: Client, client: Client) -> dict[str, Client]:
    return {"self": as_bo, "chosen": as_cleo, "member": as_ada, "visitor": client}


def test_to_a_visitor_a_page_without_a_yes_is_like_one_that_is_absent(client: Client, bo: Member) -> None:
    tells(bo, seen_by=Visibility.EVERYONE)
    says(bo, "profile.details", "location.area", "thanks.public", "profile.directory")

    hidden, absent = client.get("/people/bo/"), client.get("/people/zz/")

    assert hidden.status_code == absent.status_code == 404
    assert hidden.content.decode().replace("/bo/", "/zz/") == absent.content.decode()
    assert '/login/?next=/people/bo/%3Fthanks%3D1"' in client.get("/people/bo/?thanks=1").content.decode()


def test_a_visitor_reads_no_thanks_no_posts_and_search_engines_stay_away(
    full: Callable[[str], None], client: Client, bo: Member
) -> None:
    says(bo, "profile.public", "thanks.public")

    text = page(client)

    assert "Thanks for the soup" not in text
    assert "here since" not in text
    assert '<meta name="robots" content="noindex' in text


@pytest.mark.parametrize(
    ("filters", "field"),
    [
        ({"skill": "sourdough"}, "can_share"), ({"learn": "WELDING"}, "would_learn"),
        ({"interest": "tidal  power"}, "interested"), ({"language": "ga"}, "languages"), ({"place": "bally"}, "area"),
    ],
)  # fmt: skip
def test_nobody_is_found_by_what_is_not_for_the_finder(
    filters: dict[str, str], field: str, as_ada: Client, as_cleo: Client, ada: Member, cleo: Member, bo: Member
) -> None:
    def is_found(client: Client) -> bool:
        return "/people/bo/" in client.get("/people/", filters).content.decode()

    says(bo, "profile.directory")
    tells(bo)
    assert not is_found(as_ada)

    says(bo, "profile.details", "location.area")
    assert is_found(as_ada)

    actions.save_profile(member=bo, **{f"{field}_seen_by": Visibility.CHOSEN})
    actions.choose(member=bo, other=cleo)
    assert (is_found(as_ada), is_found(as_cleo)) == (False, True)

    actions.save_profile(member=bo, **{f"{field}_seen_by": Visibility.NOBODY})
    assert (is_found(as_ada), is_found(as_cleo)) == (False, False)


def test_a_yes_to_each_of_them_is_needed_to_keep(bo: Member, photo: Callable[..., BytesIO], media: Path) -> None:
    with pytest.raises(ConsentRequired):
        actions.save_picture(member=bo, upload=photo(), now=clock.now())
    with pytest.raises(ConsentRequired):
        actions.save_access_needs(member=bo, text="A ramp", hosts=[], now=clock.now())

    assert not list(media.rglob("*.*"))
    assert not AccessNeeds.objects.exists()


def test_what_was_kept_on_a_yes_goes_with_it(
    full: Callable[[str], None], as_bo: Client, bo: Member, media: Path
) -> None:
    full("profile.photo")
    full("special.access_needs")
    assert len(list(media.rglob("*.webp"))) == 1

    as_bo.post("/me/consent/profile.photo/", {"answer": "no"})
    as_bo.post("/me/consent/special.access_needs/", {"answer": "no"})

    assert list(media.rglob("*.webp")) == []
    assert not Picture.objects.exists()
    assert not AccessNeeds.objects.exists()


def test_what_was_kept_on_a_yes_goes_when_it_runs_out(
    full: Callable[[str], None], client: Client, bo: Member, media: Path
) -> None:
    full("profile.photo")
    full("special.access_needs")

    consent.expire_due(now=clock.now() + relativedelta(months=24, days=1))
    client.get("/")

    assert list(media.rglob("*.webp")) == []
    assert not AccessNeeds.objects.exists()


def test_late_news_of_a_no_leaves_what_was_kept_on_a_newer_yes(
    bo: Member, ada: Member, photo: Callable[..., BytesIO], client: Client
) -> None:
    begin = clock.now() - timedelta(days=3)
    for day, yes in enumerate((True, False, True)):
        says(bo, "profile.photo", "special.access_needs", yes=yes, now=begin + timedelta(days=day))
    actions.save_picture(member=bo, upload=photo(), now=clock.now())
    actions.save_access_needs(member=bo, text="A ramp", hosts=[ada], now=clock.now())

    client.get("/")

    assert Picture.objects.filter(member=bo).exists()
    assert queries.access_needs(bo, ada, now=clock.now()) == "A ramp"


def test_shown_reads_the_ledger_at_the_moment_it_is_asked(bo: Member, ada: Member) -> None:
    tells(bo)
    said = datetime(2026, 11, 3, 12, tzinfo=clock.now().tzinfo)
    says(bo, "profile.details", now=said)

    assert queries.shown(bo, ada, said).about == TELLS["about"]
    assert queries.shown(bo, ada, said + relativedelta(months=24)).about == ""
