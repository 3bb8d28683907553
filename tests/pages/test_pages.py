from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.fixtures import Settings

from commons import clock
from commons.models import Event
from forum.models import Category, Post, Thread
from members.models import Member
from pages import demo, mail
from pages.checks import says_where_the_source_is


def test_visitors_are_told_what_this_place_is(client: Client, db: None) -> None:
    page = client.get("/").content.decode()

    assert "The home that a community builds for itself" in page
    assert all(word in page for word in ("Commons ownership", "Trust", "Safety", "Consent"))


def test_members_are_greeted_by_name(as_ada: Client) -> None:
    assert "Good to see you, Ada" in as_ada.get("/").content.decode()


@pytest.mark.parametrize("address", ["/about/", "/about/accessibility/", "/about/source/"])
def test_pages_to_read(address: str, client: Client, db: None) -> None:
    assert client.get(address).status_code == 200


def test_whoever_uses_the_site_is_offered_its_source(client: Client, db: None, settings: Settings) -> None:
    settings.SOURCE_URL, settings.CONTROLLER_CONTACT = "", "data@table.example"
    assert 'href="/about/source/"' in client.get("/about/").content.decode()
    assert 'href="mailto:data@table.example"' in client.get("/about/source/").content.decode()
    assert [found.id for found in says_where_the_source_is()] == ["pages.W001"]

    settings.SOURCE_URL = "https://code.example/table"
    page = client.get("/about/source/").content.decode()
    assert 'href="https://code.example/table"' in page
    assert "mailto:" not in page
    assert says_where_the_source_is() == []


def test_a_theme_is_remembered_and_forgotten(client: Client, db: None) -> None:
    response = client.get("/theme/?theme=dark", headers={"Referer": "http://testserver/about/"})
    assert response.headers["Location"] == "/about/"
    assert 'data-theme="dark"' in client.get("/about/").content.decode()

    client.get("/theme/?theme=system")
    assert "data-theme" not in client.get("/about/").content.decode()


def test_a_theme_never_leads_off_the_site(client: Client, db: None) -> None:
    response = client.get("/theme/?theme=neon", headers={"Referer": "https://evil.example/"})

    assert response.headers["Location"] == "/"
    assert response.cookies["theme"].value == ""


def test_the_development_pages_are_not_there_in_production(client: Client, db: None, settings: object) -> None:
    assert client.get("/styleguide/").status_code == client.get("/dev/mail/").status_code == 200

    settings.DEVELOPMENT = False  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting

    assert client.get("/styleguide/").status_code == client.get("/dev/mail/").status_code == 404


def test_local_mail_can_be_read(client: Client, db: None, settings: object, tmp_path: Path) -> None:
    settings.MAIL_FOLDER = tmp_path  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    letter = EmailMessage("Your code", "It is 123.", "a@example.org", ["noor@example.org"]).message()
    (tmp_path / "1.log").write_bytes(letter.as_bytes() + b"\n" + b"-" * 79 + b"\n")

    page = client.get("/dev/mail/").content.decode()

    assert "Your code" in page
    assert "It is 123." in page
    assert mail.letters(tmp_path / "none") == []


@pytest.mark.slow
def test_the_demo_is_a_community_that_looks_alive(client: Client, db: None) -> None:
    demo.fill(now=clock.now())

    assert {part for _person, part in demo.cast()} == {
        "newcomer", "member", "organiser", "moderator", "facilitator", "administrator",
    }  # fmt: skip
    assert Thread.objects.count() == 13
    assert Post.objects.count() > 40
    assert Category.objects.filter(visibility="group").exists()
    assert Event.objects.filter(name="forum.post_created").count() == Post.objects.count()
    assert not Post.objects.filter(created_at__gt=clock.now()).exists()
    page = client.get("/").content.decode()
    assert "Hello from Noor" in page
    with pytest.raises(CommandError, match="for an empty site"):
        call_command("demo")
    assert client.post("/account/login/", {"login": "noor", "password": demo.PASSWORD}).status_code == 302
    assert Member.objects.count() == 10


def test_the_demo_command_leaves_no_event_behind(db: None) -> None:
    call_command("demo")

    assert not Event.objects.filter(handled_at=None).exists()
    assert Category.objects.get(slug="kitchen-table").post_count == 12
