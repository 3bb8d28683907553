"""What browsers, devices and other sites ask of this one."""

import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db


def test_the_icon_is_at_its_old_place(client: Client) -> None:
    response = client.get("/favicon.ico")

    assert response.headers["Location"] == "/static/img/favicon.ico"
    assert finders.find("img/favicon.ico")


def test_robots_are_not_kept_from_pages_that_say_themselves_whether_they_may_be_found(client: Client) -> None:
    response = client.get("/robots.txt")

    assert response.headers["Content-Type"].startswith("text/plain")
    kept_out = re.findall(r"^Disallow: (\S+)$", response.content.decode(), re.MULTILINE)
    assert "/me/" in kept_out
    assert not any(address.startswith(place) for address in ("/forum/", "/people/", "/events/") for place in kept_out)


def test_a_device_can_put_the_site_among_its_apps(client: Client, settings: Settings) -> None:
    settings.SITE_NAME = "The Table"
    [address] = re.findall(r'<link rel="manifest" href="([^"]+)">', client.get("/about/").content.decode())

    response = client.get(address)

    assert response.headers["Content-Type"] == "application/manifest+json"
    about = json.loads(response.content)
    assert (about["name"], about["display"], about["start_url"]) == ("The Table", "standalone", "/")
    assert all(finders.find(icon["src"].removeprefix("/static/")) for icon in about["icons"])


def test_a_link_to_a_page_says_what_it_leads_to(client: Client, as_ada: Client, settings: Settings) -> None:
    settings.SITE_NAME = "The Table"

    page = client.get("/about/").content.decode()

    assert '<meta property="og:title" content="About this place">' in page
    assert '<meta property="og:site_name" content="The Table">' in page
    assert '<meta name="description" property="og:description" content="The home that' in page
    assert "og:" not in as_ada.get("/about/").content.decode()


def test_a_title_stays_inside_its_attribute(client: Client) -> None:
    page = client.get("/search/", {"q": 'soup"><script>'}).content.decode()

    assert '<meta property="og:title" content="Search for “soup&quot;&gt;&lt;script&gt;”">' in page
