import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings


@pytest.mark.django_db
def test_styleguide_shows_the_parts_of_every_page(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        page = client.get("/styleguide/").content.decode()

    for block in (
        "error-summary",
        "content-note",
        "tombstone",
        "branch__more",
        "composer__tools",
        "diff__text",
        "dialog",
    ):
        assert f'class="{block}' in page


def test_styleguide_is_there_for_developers_only(client: Client, settings: Settings) -> None:
    settings.DEVELOPMENT = False

    assert client.get("/styleguide/").status_code == 404
