"""Rows of which a page loads a hundred."""

import inspect
from collections.abc import Collection
from functools import cache
from typing import Any, Self

from django.db import models
from django.db.models.base import ModelState
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query_utils import DeferredAttribute

PLAIN = (DeferredAttribute, ForeignKeyDeferredAttribute)


class Row(models.Model):
    """A model whose rows come from the database without `__init__`, in a third of the time.

    A model whose `__init__` would do more is loaded in Django's way: one that has its own, a column that makes
    something of its values, or somebody who listens when its first row comes.
    """

    class Meta:
        abstract = True

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], *, fetch_mode: Any = None
    ) -> Self:
        if not _is_plain(cls):
            return super().from_db(db, field_names, values, fetch_mode=fetch_mode)
        row = cls.__new__(cls)
        row.__dict__.update(zip(field_names, values, strict=True))
        row._state = state = ModelState()
        state.adding, state.db = False, db
        if fetch_mode is not None:
            state.fetch_mode = fetch_mode
        return row


@cache
def _is_plain(model: type[models.Model]) -> bool:
    columns = (inspect.getattr_static(model, field.attname) for field in model._meta.concrete_fields)
    is_heard = any(signal.has_listeners(model) for signal in (models.signals.pre_init, models.signals.post_init))
    return model.__init__ is models.Model.__init__ and not is_heard and all(type(one) in PLAIN for one in columns)
