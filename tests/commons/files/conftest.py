"""Files on their own: where they lie, and how they come there."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from commons.files import actions
from commons.files.actions import Gift
from commons.files.models import File, Spot
from forum import actions as forum
from forum.actions.posts import Text
from forum.models import Category, Post
from members.models import Member
from tests.support import strange_files as strange

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def opening(ada: Member) -> Post:
    """The opening post of a thread by Ada in a public room."""
    table = Category.objects.create(slug="table", name="The table", visibility="public")
    return forum.start_thread(category=table, by=ada, title="Soup", text=Text("Who cooks?"), now=NOON)


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: object) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    return tmp_path / "media"


@pytest.fixture
def give(ada: Member, opening: Post) -> Callable[..., File]:
    """Ada gives a file with her post: `give(data, name=…, description=…, is_help_wanted=…, post=…, is_made=…)`."""

    def given(
        data: bytes = b"",
        *,
        name: str = "soup.jpg",
        by: Member = ada,
        post: Post = opening,
        is_made: bool = True,
        **words: object,
    ) -> File:
        gift = Gift(BytesIO(data or strange.spying_picture()), name, **words)
        file = actions.give(gift, owner=by, spot=Spot("forum.post", post.pk), now=NOON)
        if is_made:
            actions.make_ready(file_id=file.pk, now=NOON)
        return File.objects.get(pk=file.pk)

    return given
