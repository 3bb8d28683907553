"""Talking before joining, where the community chose that."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client

from commons import clock
from members.models import Member
from members.rights.actions import run_rule
from members.welcome import applying
from members.welcome.models import Application, ApplicationMessage, Invitation
from tests.cast import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _by_application(settings: object) -> None:
    settings.JOINING = "application"


@pytest.fixture
def host(db: None) -> Client:
    member = Member.objects.create_user("olu", "olu@example.org", display_name="Olu", roles=["organiser"])
    return sign_in(Client(), member)


def begin(client: Client, **other: str) -> str:
    form = {"name": "Noor", "email": "noor@example.org", "words": "I bake.", "submission": str(uuid4()), **other}
    assert client.post("/welcome/apply/", form).status_code == 302
    return re.search(r"(/welcome/talks/\S+)", mail.outbox[-1].body)[1]


def say(client: Client, path: str, words: str, **verb: str) -> int:
    return client.post(path, {"words": words, "submission": str(uuid4()), **verb}).status_code


def test_the_door_leads_to_the_talk(client: Client) -> None:
    assert "Talk with us first" in client.get("/account/signup/").content.decode()


def test_a_talk_goes_back_and_forth_and_ends_with_an_invitation(client: Client, host: Client) -> None:
    path = begin(client)
    [application] = Application.objects.all()
    assert "waits for an answer" in host.get("/moderation/applications/").content.decode()

    say(host, f"/moderation/applications/{application.pk}/", "What do you bake?")
    assert mail.outbox[-1].subject == "Somebody has answered you"
    assert "What do you bake?" in client.get(path).content.decode()
    say(client, path, "Bread.")
    page = host.get(f"/moderation/applications/{application.pk}/").content.decode()
    assert page.index("I bake.") < page.index("What do you bake?") < page.index("Bread.")

    host.post(f"/moderation/applications/{application.pk}/", {"ask_in": "1"})
    assert mail.outbox[-1].subject == "You are welcome here"
    link = re.search(r"(/welcome/come-in/\S+/)", mail.outbox[-1].body)[1]
    client.get(link)
    client.post("/account/signup/", {"email": "noor@example.org", "display_name": "Noor", "agreement": "on"})
    assert Member.objects.filter(username="noor").exists()
    assert say(client, path, "One more thing") == 422
    assert Invitation.objects.get().use_count == 1


def test_a_no_needs_its_reason(client: Client, host: Client) -> None:
    begin(client)
    address = f"/moderation/applications/{Application.objects.get().pk}/"

    assert say(host, address, "", decline="1") == 422
    assert Application.objects.get().state == "talking"
    say(host, address, "We are full this winter.", decline="1")
    assert Application.objects.get().state == "declined"
    assert "We are full this winter." in mail.outbox[-1].body


def test_it_can_be_taken_back(client: Client) -> None:
    path = begin(client)
    client.post(path, {"withdraw": "1"})
    assert Application.objects.get().state == "withdrawn"


def test_only_organisers_and_moderators_read_talks(client: Client, as_ada: Client, host: Client) -> None:
    begin(client)
    for address in ("/moderation/applications/", f"/moderation/applications/{Application.objects.get().pk}/"):
        assert [who.get(address).status_code for who in (client, as_ada, host)] == [302, 404, 200]


@pytest.mark.parametrize("token", ["1", "forged", "MQ:1abc:xyz"])
def test_a_forged_key_opens_nothing(client: Client, token: str) -> None:
    begin(client)
    assert client.get(f"/welcome/talks/{token}/").status_code == 404


def test_a_form_sent_twice_begins_one_talk_and_one_address_begins_three_a_day(client: Client) -> None:
    key = str(uuid4())
    for _again in range(2):
        form = {"name": "Noor", "email": "noor@example.org", "words": "I bake.", "submission": key}
        assert client.post("/welcome/apply/", form).status_code == 302
    assert ApplicationMessage.objects.count() == len(mail.outbox) == 1

    codes = [client.post("/welcome/apply/", {**form, "submission": str(uuid4())}).status_code for _ in range(3)]
    assert codes == [302, 302, 422]


def test_talks_are_forgotten(client: Client, host: Client) -> None:
    begin(client)
    begin(client, email="other@example.org")
    decided, _open = Application.objects.order_by("pk")
    applying.withdraw(application=decided, now=clock.now())

    assert run_rule("welcome.applications", now=clock.now() + timedelta(days=29)).done == 0
    run_rule("welcome.applications", now=clock.now() + timedelta(days=31))
    assert [left.email for left in Application.objects.all()] == ["other@example.org"]
    run_rule("welcome.applications", now=clock.now() + timedelta(days=61))
    assert not Application.objects.exists()


def test_with_open_doors_there_is_no_talk(client: Client, settings: object) -> None:
    settings.JOINING = "open"
    assert client.get("/welcome/apply/").headers["Location"] == "/account/signup/"
