"""A row without `__init__` is the row that Django makes."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.db.models.fetch_modes import FETCH_ONE, FetchMode

from commons.rows import Row, _is_plain
from events.models import Event
from forum.models import Post
from members.models import Member

ROWS = [model for model in apps.get_models() if issubclass(model, Row)]


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    _is_plain.cache_clear()
    yield
    _is_plain.cache_clear()


def state(row: models.Model) -> dict[str, Any]:
    return {name: getattr(row._state, name) for name in ("db", "adding", "fetch_mode", "peers", "fields_cache")}


@pytest.mark.parametrize("fetch_mode", [None, FETCH_ONE])
@pytest.mark.parametrize("left_out", [0, 2])
@pytest.mark.parametrize("model", ROWS)
def test_it_is_what_django_makes(model: type[Row], left_out: int, fetch_mode: FetchMode | None) -> None:
    names = [field.attname for field in model._meta.concrete_fields][: -left_out or None]
    values = [None if name == "recurrence" else f"{name}, as read" for name in names]
    by_django: Any = models.Model.from_db.__func__  # type: ignore[attr-defined] # of a class method

    ours = model.from_db("default", names, values, fetch_mode=fetch_mode)
    theirs = by_django(model, "default", names, values, fetch_mode=fetch_mode)

    assert {**vars(ours), "_state": state(ours)} == {**vars(theirs), "_state": state(theirs)}
    assert ours.get_deferred_fields() == theirs.get_deferred_fields()


def test_people_and_posts_are_loaded_so_and_what_makes_something_of_a_column_is_not() -> None:
    assert _is_plain(Member)
    assert _is_plain(Post)
    assert not _is_plain(Event)


def test_whoever_listens_is_told() -> None:
    heard: list[Any] = []

    def listen(instance: Any, **_given: Any) -> None:
        heard.append(instance)

    models.signals.post_init.connect(listen, sender=Post)
    try:
        row = Post.from_db("default", ["id"], [5])
    finally:
        models.signals.post_init.disconnect(listen, sender=Post)

    assert heard == [row]
