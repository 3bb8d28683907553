"""What is told after a date: notes, a harvest, materials, recordings, what came of it."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client
from PIL import Image

from commons.files.models import File
from commons.ratelimit import RateLimited
from events import actions as calendar
from events.after import actions
from events.after.enums import WriteUpKind
from events.after.models import Material, Outcome, WriteUp, address
from events.models import Event, Occurrence
from forum import actions as forum
from forum.actions.posts import Text
from forum.models import Category
from members.models import Member
from tests.cast import says_no, says_yes
from tests.events.conftest import NOW, details, every_week
from tests.support.gifts import status

type Been = Callable[..., Occurrence]
type Begin = Callable[..., Event]


def harvest(occurrence: Occurrence, by: Member, source: str, version: int = 0) -> WriteUp:
    return actions.write_up(
        occurrence=occurrence, kind=WriteUpKind.HARVEST, by=by, source=source, version=version, now=NOW
    )


def test_notes_are_written_together_and_keep_what_they_said(as_ada: Client, as_cleo: Client, been: Been) -> None:
    occurrence = been()
    at = f"{address(occurrence)}write/notes/"

    as_ada.post(at, {"source": "Seven of us.", "version": "0"})
    page = as_cleo.post(at, {"source": "Nine of us.", "version": "1"}, follow=True).content.decode()

    assert "Nine of us." in page
    changes = as_ada.get(f"{at}history/").content.decode()
    assert "Seven" in changes
    assert "Cleo" in changes
    assert "Earlier versions of the notes" in page


def test_whoever_was_overtaken_sees_both_texts(as_ada: Client, as_cleo: Client, been: Been) -> None:
    occurrence = been()
    at = f"{address(occurrence)}write/harvest/"
    as_ada.post(at, {"source": "A mill.", "version": "0"})

    page = as_cleo.post(at, {"source": "A choir.", "version": "0"})

    assert page.status_code == 422
    words = page.content.decode()
    assert "A mill." in words
    assert "A choir." in words
    assert as_cleo.post(at, {"source": "Both.", "version": "1"}).status_code == 302


def test_sending_the_same_text_twice_writes_it_once(ada: Member, been: Been) -> None:
    occurrence = been()

    first, second = (harvest(occurrence, ada, "A mill.") for _ in range(2))

    assert (first.pk, second.version) == (second.pk, 1)


def test_what_has_never_changed_says_so_and_what_is_not_there_is_a_404(as_ada: Client, ada: Member, been: Been) -> None:
    occurrence = been()
    harvest(occurrence, ada, "A mill.")

    assert "always said" in as_ada.get(f"{address(occurrence)}write/harvest/history/").content.decode()
    assert as_ada.get(f"{address(occurrence)}write/notes/history/").status_code == 404
    assert as_ada.get(f"{address(occurrence)}write/minutes/").status_code == 404


@pytest.mark.parametrize("page", ["write/notes/", "links/", "files/", "outcomes/"])
def test_nothing_is_told_of_what_has_not_been_or_was_cancelled(
    as_cleo: Client, as_dov: Client, begin: Begin, been: Been, page: str
) -> None:
    coming = begin(first_date=date(2026, 12, 1)).occurrences.get()
    cancelled, over = been(), been()
    calendar.cancel_date(occurrence=cancelled, reason="Snow.", now=NOW - timedelta(days=30))

    assert "has not been yet" in as_cleo.get(f"{address(coming)}{page}").content.decode()
    assert "was cancelled" in as_cleo.get(f"{address(cancelled)}{page}").content.decode()
    assert as_cleo.get(f"{address(over)}{page}").status_code == 200
    assert as_dov.get(f"{address(over)}{page}").status_code == 403


def test_visitors_read_a_harvest_only_while_all_its_writers_say_yes(
    client: Client, ada: Member, cleo: Member, been: Been
) -> None:
    occurrence = been()
    harvest(occurrence, ada, "The mill is ours.")
    harvest(occurrence, cleo, "The mill is ours for a year.", version=1)
    pages = (occurrence.get_absolute_url(), address(occurrence), "/events/history/")

    def read() -> list[bool]:
        return ["ours for a year" in client.get(page).content.decode() for page in pages]

    says_yes(cleo, "content.public")
    assert read() == [False] * 3
    says_yes(ada, "content.public")
    assert read() == [True] * 3
    says_no(ada, "content.public")
    assert read() == [False] * 3


def test_notes_and_materials_are_for_members(client: Client, as_cleo: Client, ada: Member, been: Been) -> None:
    occurrence = been()
    says_yes(ada, "content.public")
    actions.write_up(occurrence=occurrence, kind=WriteUpKind.NOTES, by=ada, source="Cleo wept.", version=0, now=NOW)
    actions.add_link(occurrence=occurrence, by=ada, title="Slides", link="https://example.org/s", now=NOW)

    visitor, member = (who.get(address(occurrence)).content.decode() for who in (client, as_cleo))

    for words in ("Cleo wept.", "Slides"):
        assert words in member
        assert words not in visitor
    assert "Sign in to read them" in visitor


def test_a_link_is_handed_on_once_and_taken_away_by_its_giver_or_a_host(
    as_ada: Client, as_bo: Client, as_cleo: Client, been: Been
) -> None:
    occurrence = been()
    at = f"{address(occurrence)}links/"
    for _ in range(2):
        page = as_cleo.post(at, {"title": "Slides", "link": "https://example.org/s"}, follow=True)
    material = Material.objects.get()
    assert "Slides" in page.content.decode()

    assert as_bo.post(f"{at}{material.pk}/take-away/").status_code == 403
    assert as_ada.post(f"{at}{material.pk}/take-away/").status_code == 302
    assert not Material.objects.exists()
    assert as_cleo.post(at, {"title": "Slides", "link": "javascript:alert(1)"}).status_code == 422


def test_a_recording_is_listed_by_a_host_who_says_whose_consent_was_asked(
    as_ada: Client, as_cleo: Client, been: Been
) -> None:
    occurrence = been()
    at, told = f"{address(occurrence)}links/", {"title": "Film", "link": "https://example.org/f", "is_recording": "on"}

    page = as_ada.post(at, told)
    assert "Without it we list no recording" in page.content.decode()
    as_cleo.post(at, {**told, "link": "https://example.org/c", "consent_asked": "All"})
    as_ada.post(at, {**told, "consent_asked": "Everybody in the circle"})

    shown = as_cleo.get(address(occurrence)).content.decode()
    assert "Everybody in the circle" in shown.split("Recordings")[1]
    assert Material.objects.filter(is_recording=True).count() == 1


def test_the_database_takes_no_recording_without_consent(ada: Member, been: Been) -> None:
    with pytest.raises(IntegrityError):
        Material.objects.create(
            occurrence=been(), title="Film", link="https://example.org/f", is_recording=True, given_by=ada, given_at=NOW
        )


def test_a_file_is_handed_on_to_members_and_taken_away(
    as_ada: Client, as_bo: Client, as_cleo: Client, client: Client, been: Been, tmp_path: object, settings: object
) -> None:
    settings.MEDIA_ROOT = tmp_path
    occurrence = been()
    at = f"{address(occurrence)}files/"

    assert "Choose a file first" in as_cleo.post(at, {}).content.decode()
    undescribed = as_cleo.post(at, {"file": _picture()})
    as_cleo.post(at, {"file": _picture(), "file_description": "Nine people around a table"})

    assert undescribed.status_code == 422
    file = File.objects.get()
    assert status(client, file.get_absolute_url()) == 404
    assert status(as_ada, file.get_absolute_url()) == 200
    assert status(as_ada, f"/files/{file.pk}/") == 200
    assert as_bo.post(f"{at}{file.pk}/take-away/").status_code == 403
    assert as_cleo.post(f"{at}{file.pk}/take-away/").status_code == 302
    assert not File.objects.exists()


def test_newcomers_write_with_others_but_hand_on_no_links(as_nia: Client, been: Been) -> None:
    at = address(been())

    full = as_nia.post(f"{at}write/notes/", {"source": "https://a.example https://b.example", "version": "0"})
    plain = as_nia.post(f"{at}write/notes/", {"source": "I was there. https://a.example", "version": "0"})

    assert "you can put in one link" in full.content.decode()
    assert "https://b.example" in full.content.decode()
    assert plain.status_code == 302
    assert "as a member" in as_nia.get(f"{at}links/").content.decode()
    assert "Hand on a link" not in as_nia.get(at).content.decode()


def test_newcomers_hand_on_one_picture(as_nia: Client, been: Been, tmp_path: object, settings: object) -> None:
    settings.MEDIA_ROOT = tmp_path
    at = f"{address(been())}files/"

    as_nia.post(at, {"file": _picture(), "file_description": "A table"})
    second = as_nia.post(at, {"file": _picture(side=9), "file_description": "A chair"})

    assert "you can hand on one picture here" in second.content.decode()
    assert File.objects.count() == 1


def test_what_came_of_it_leads_to_a_thread_for_those_who_may_read_it(
    as_ada: Client, as_cleo: Client, client: Client, ada: Member, been: Been
) -> None:
    says_yes(ada, "content.public")
    occurrence = been()
    room = Category.objects.create(slug="den", name="The den", visibility="members")
    post = forum.start_thread(category=room, by=ada, title="The mill group", text=Text("Us."), now=NOW)
    at = f"{address(occurrence)}outcomes/"

    elsewhere = f"https://example.org{post.thread.get_absolute_url()}"
    wrong = as_ada.post(at, {"words": "A group", "address": elsewhere})
    nowhere = as_ada.post(at, {"words": "A group", "address": "[not an address"})
    for _ in range(2):
        as_ada.post(at, {"words": "A group of nine", "address": f"{settings.SITE_URL}{post.thread.get_absolute_url()}"})

    assert (wrong.status_code, nowhere.status_code) == (422, 422)
    assert Outcome.objects.get().thread == post.thread_id
    for page in (address(occurrence), "/events/history/"):
        member, visitor = (who.get(page).content.decode() for who in (as_cleo, client))
        assert "The mill group" in member
        assert "A group of nine" in visitor
        assert "mill-group" not in visitor
    outcome = Outcome.objects.get()
    assert as_cleo.post(f"{at}{outcome.pk}/take-away/").status_code == 403
    assert as_ada.post(f"{at}{outcome.pk}/take-away/").status_code == 302
    assert not Outcome.objects.exists()


def test_a_thread_that_its_teller_cannot_see_is_refused(as_cleo: Client, bo: Member, been: Been) -> None:
    circle = Category.objects.create(slug="ours", name="Ours", visibility="group")
    post = forum.start_thread(category=circle, by=bo, title="Secret", text=Text("Us."), now=NOW)

    page = as_cleo.post(
        f"{address(been())}outcomes/", {"words": "It went on", "address": post.thread.get_absolute_url()}
    )

    assert page.status_code == 422
    assert not Outcome.objects.exists()


@pytest.mark.parametrize("kind", ["links", "outcomes"])
def test_a_date_takes_fifty_of_each(as_ada: Client, been: Been, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(actions, "MATERIALS_MOST", 1)
    monkeypatch.setattr(actions, "OUTCOMES_MOST", 1)
    at = f"{address(been())}{kind}/"
    told = [{"title": f"{n}", "link": f"https://example.org/{n}", "words": f"{n}"} for n in range(2)]

    first, second = (as_ada.post(at, one) for one in told)

    assert (first.status_code, second.status_code) == (302, 422)
    assert "ifty" in second.content.decode()


def test_too_much_at_once_is_refused(ada: Member, been: Been) -> None:
    dates = [been(), been()]

    with pytest.raises(RateLimited):
        for number in range(70):
            actions.tell_outcome(occurrence=dates[number // 40], by=ada, words=f"{number}", thread=None, now=NOW)


def test_a_date_of_which_people_told_stays_when_its_series_changes(ada: Member, begin: Begin) -> None:
    series = begin(first_date=date(2026, 10, 6), recurrence=every_week(date(2026, 10, 6)))
    told, other = series.occurrences.order_by("key")[:2]
    harvest(told, ada, "A mill.")

    calendar.edit(event=series, by=ada, details=details(recurrence=every_week()), now=NOW)

    assert Occurrence.objects.filter(pk=told.pk).exists()
    assert not Occurrence.objects.filter(pk=other.pk).exists()


def test_a_date_of_which_people_told_follows_to_another_time(ada: Member, been: Been) -> None:
    occurrence = been()
    harvest(occurrence, ada, "A mill.")

    calendar.edit(
        event=occurrence.event, by=ada, details=details(first_date=date(2026, 11, 1), duration=timedelta(hours=3)),
        now=NOW,
    )  # fmt: skip

    assert Occurrence.objects.get().pk == occurrence.pk


def _picture(side: int = 8) -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (side, side)).save(content, "PNG")
    return SimpleUploadedFile("table.png", content.getvalue(), content_type="image/png")
