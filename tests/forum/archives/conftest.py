"""A category for a mailing list, and a way to read archives into it."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from forum.enums import Visibility
from forum.models import Category
from tests.forum.archives.letters import FIXTURES

type Read = Callable[..., dict[str, Any]]

TABLES = (
    "forum_category",
    "forum_thread",
    "forum_post",
    "forum_importedmessage",
    "members_unclaimedauthor",
    "commons_event",
)


@pytest.fixture
def garden(db: None) -> Category:
    return Category.objects.create(slug="garden", name="Garden", visibility=Visibility.PUBLIC)


@pytest.fixture
def read(garden: Category) -> Read:
    """Imports files: `read("garden.mbox", …)`; the figures, and in `said` what was printed."""

    def run(*names: str | Path, apply: bool = True, **options: Any) -> dict[str, Any]:
        out = StringIO()
        files = [str(FIXTURES / name) for name in names]
        call_command("import_mbox", *files, category=garden.slug, apply=apply, json=True, stdout=out, **options)
        said = out.getvalue().rstrip("\n").split("\n")
        return json.loads(said[-1]) | {"said": said[:-1]}

    return run


def rows() -> dict[str, tuple[int, str]]:
    """Each table's count and a sum that changes with any write, also one that changes nothing."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(
                f"SELECT count(*), md5(string_agg(t::text || xmin::text || ctid::text, '' ORDER BY ctid)) FROM {table} t"
            )
            found[table] = cursor.fetchone()
    return found
