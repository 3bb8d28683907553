"""What stands around every page: the theme, the language, the way to the rooms."""

import pytest
from django.template.loader import render_to_string
from django.test import Client


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_page_wears_the_theme_that_was_chosen(client: Client, theme: str) -> None:
    client.cookies["theme"] = theme

    assert f'data-theme="{theme}"' in client.get("/about/").content.decode()


@pytest.mark.parametrize("theme", ["", "system", '"><script>'])
def test_page_follows_the_device_where_no_theme_was_chosen(client: Client, theme: str) -> None:
    client.cookies["theme"] = theme

    assert "data-theme" not in client.get("/about/").content.decode()


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("de", "ltr"), ("ar", "rtl")])
def test_page_is_written_in_the_direction_of_its_language(
    language: str, direction: str, client: Client, settings: object
) -> None:
    settings.LANGUAGES = [(code, code) for code in ("en", "de", "ar")]  # type: ignore[attr-defined] # takes any setting

    page = client.get("/about/", headers={"accept-language": language}).content.decode()

    assert f'<html lang="{language}" dir="{direction}"' in page


@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_language_without_its_words_is_not_claimed(language: str, client: Client) -> None:
    page = client.get("/about/", headers={"accept-language": language}).content.decode()

    assert '<html lang="en" dir="ltr"' in page


def test_room_that_one_is_in_is_marked(client: Client) -> None:
    page = client.get("/about/").content.decode()

    assert 'href="/about/" aria-current="true"' in page
    assert 'href="/forum/" aria-current' not in page


def test_visitor_is_not_asked_to_load_what_only_members_need(client: Client) -> None:
    assert "htmx" not in client.get("/about/").content.decode()


def test_page_for_a_broken_site_needs_nothing_of_the_site() -> None:
    assert "Something broke on our side" in render_to_string("500.html")
