"""The page of search, where PostgreSQL gives up."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client

from commons.config import services


@pytest.fixture
def _impatient(transactional_db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '200ms'")
        yield
        cursor.execute("RESET statement_timeout")


@pytest.fixture
def _busy(_impatient: None) -> Iterator[None]:
    """Nobody gets at the posts."""
    url = services.database_url()
    with psycopg.connect(url, dbname=connection.settings_dict["NAME"]) as other, other.transaction():
        other.execute("LOCK TABLE forum_post")
        yield


@pytest.mark.usefixtures("_busy")
def test_who_asks_for_too_much_is_told_what_would_be_less(client: Client) -> None:
    response = client.get("/search/", {"q": "soup"})

    assert response.status_code == 503
    page = response.content.decode()
    assert "would take too long" in page
    assert 'value="soup"' in page


@pytest.mark.usefixtures("_impatient")
def test_what_is_found_soon_is_shown(client: Client) -> None:
    response = client.get("/search/", {"q": "soup"})

    assert response.status_code == 200
    assert "would take too long" not in response.content.decode()


def test_a_database_that_is_away_is_no_question_of_words(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(*_args: object, **_options: object) -> None:
        raise OperationalError

    monkeypatch.setattr("commons.searching.found", found)

    with pytest.raises(OperationalError):
        client.get("/search/", {"q": "soup"})
