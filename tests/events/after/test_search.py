"""What came of an event is found by its words, by those who may read it and by nobody else."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as wild
from hypothesis import strategies as st

from events.after import actions
from events.after.enums import WriteUpKind
from events.after.models import Outcome, WriteUp, address
from events.models import Event, Occurrence
from forum.actions.posts import Text, start_thread
from forum.models import Category
from members.models import Member
from tests.cast import says_no, says_yes
from tests.events.conftest import NOW

type Been = Callable[..., Occurrence]


def write(occurrence: Occurrence, by: Member, source: str, kind: str = "harvest", version: int = 0) -> WriteUp:
    return actions.write_up(
        occurrence=occurrence, kind=WriteUpKind(kind), by=by, source=source, version=version, now=NOW
    )


def tell(occurrence: Occurrence, by: Member, words: str) -> Outcome:
    return actions.tell_outcome(occurrence=occurrence, by=by, words=words, thread=None, now=NOW)


def main(client: Client, address: str) -> str:
    return client.get(address).content.decode().split("<main")[1]


def test_members_find_notes_harvests_and_outcomes_with_the_way_to_them(
    as_cleo: Client, ada: Member, bo: Member, been: Been
) -> None:
    occurrence = been(title="Seed day")
    write(occurrence, ada, "We sowed *parsnips*.", kind="notes")
    write(occurrence, bo, "Parsnips for everybody.")
    tell(occurrence, bo, "A parsnip <group> meets")

    page = main(as_cleo, "/search/?q=parsnips")

    for told in ("Notes", "Harvest", "What came of it", "Seed day", "<mark>Parsnips</mark>", "&lt;group&gt;"):
        assert told in page
    assert page.count(address(occurrence)) == 3
    assert main(as_cleo, "/search/?q=parsnips+from:ada").count(address(occurrence)) == 1
    assert main(as_cleo, "/search/?q=from:bo").count(address(occurrence)) == 2
    assert main(as_cleo, "/search/?q=parsnips+before:2026-01").count(address(occurrence)) == 0
    assert main(as_cleo, "/search/?q=parsnips+after:2026-01").count(address(occurrence)) == 3
    assert main(as_cleo, "/search/?q=parsnips+has:link").count(address(occurrence)) == 0


def test_whatever_is_found_takes_no_more_than_eight_queries(
    as_cleo: Client, ada: Member, been: Been, settings: Any, django_assert_num_queries: Callable[..., Any]
) -> None:
    settings.READY_PAGES = False
    occurrence = been(title="Adas parsnips")
    write(occurrence, ada, "Adas parsnips.", kind="notes")
    tell(occurrence, ada, "Adas parsnips")
    garden = Category.objects.create(slug="garden", name="The garden", visibility="public")
    start_thread(category=garden, by=ada, title="What grows", text=Text("Adas parsnips."), now=NOW)
    says_yes(ada, "profile.directory")
    says_yes(ada, "profile.details")

    as_cleo.get("/search/?q=ready")
    with django_assert_num_queries(8):  # session, rooms, words, one over all rooms, people and a line for them, titles
        page = main(as_cleo, "/search/?q=adas")

    assert page.count('class="result"') == 4
    assert "/people/ada/" in page


def test_whoever_wrote_it_before_is_found_too(as_cleo: Client, ada: Member, bo: Member, been: Been) -> None:
    occurrence = been()
    write(occurrence, ada, "A mill.")
    write(occurrence, bo, "A mill and a choir.", version=1)

    assert address(occurrence) in main(as_cleo, "/search/?q=choir+from:ada")
    assert address(occurrence) not in main(as_cleo, "/search/?q=choir+from:cleo")


def test_visitors_read_no_names_and_find_nothing_by_them(client: Client, ada: Member, been: Been) -> None:
    occurrence = been()
    says_yes(ada, "content.public")
    write(occurrence, ada, "A mill.")
    tell(occurrence, ada, "A mill for all")

    page = main(client, "/search/?q=mill")

    assert page.count(address(occurrence)) == 2
    assert "Ada" not in page
    assert address(occurrence) not in main(client, "/search/?q=mill+from:ada")


def test_results_lead_on_from_page_to_page(as_cleo: Client, ada: Member, been: Been) -> None:
    occurrence = been()
    for number in range(25):
        tell(occurrence, ada, f"Quinces, basket {number:02}")

    first = as_cleo.get("/search/?q=quinces")
    second = as_cleo.get("/search/", {"q": "quinces", "from_here": first.context["next"]})

    told = [one.key for page in (first, second) for one in page.context["results"]]
    assert len(told) == len(set(told)) == 25


@wild(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_not_for_the_reader_is_never_found(
    data: st.DataObject, been: Been, ada: Member, bo: Member, as_cleo: Client, client: Client, settings: object
) -> None:
    """Whatever search finds is read on the page it leads to: for any visibility, kind, consents and hidden texts."""
    settings.RATE_LIMITS = False  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    visibility, kind = data.draw(st.sampled_from(["public", "members"])), data.draw(st.sampled_from(WriteUpKind.values))
    occurrence, words = been(visibility=visibility), f"quince{uuid4().hex}"
    yes = {who: data.draw(st.booleans()) for who in (ada, bo)}
    for who, answer in yes.items():
        (says_yes if answer else says_no)(who, "content.public")
    text = write(occurrence, ada, "A beginning.", kind=kind)
    write(occurrence, bo, words, kind=kind, version=1)
    outcome = tell(occurrence, ada, words)
    is_hidden, is_draft = data.draw(st.booleans()), data.draw(st.booleans())
    WriteUp.objects.filter(pk=text.pk).update(hidden_at=NOW if is_hidden else None)
    Event.objects.filter(pk=occurrence.event_id).update(published_at=None if is_draft else NOW)
    for_members = set() if is_draft else {outcome.pk} if is_hidden else {text.pk, outcome.pk}
    for_all = set()
    if visibility == "public" and not is_draft:
        for_all |= {outcome.pk} if yes[ada] else set()
        for_all |= {text.pk} if kind == "harvest" and all(yes.values()) and not is_hidden else set()

    for browser, expected in ((as_cleo, for_members), (client, for_all)):
        found = browser.get("/search/", {"q": words}).context["results"]

        assert {one.key for one in found} == expected
        assert len(found) == len(expected) or text.pk == outcome.pk
