"""Rows of several models out of one query: what is read of each comes packed into one column."""

from collections.abc import Mapping
from itertools import accumulate
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import F, ForeignKey, Model, Subquery
from django.db.models.functions import JSONObject


class Packed[Row: Model]:
    """Some fields of a model, and of what its rows belong to, as one column of JSON.

    Args:
        model: whose rows they are.
        fields: names, also such as `thread__title`, of what JSON can say: no bytes. Of whatever a row belongs to, the
            `id` comes along.
        others: subqueries whose values the rows bear as attributes.
    """

    def __init__(self, model: type[Row], *fields: str, **others: Subquery) -> None:
        self.model = model
        ways = {way for field in fields for way in accumulate(field.split("__")[:-1], "{}__{}".format)}
        self._columns = {name: F(name) for name in ("id", *fields, *(f"{way}__id" for way in ways))} | others
        self._others = others

    def column(self) -> JSONObject:
        """The expression to annotate rows of the model with."""
        return JSONObject(**self._columns)

    def unpacked(self, values: Mapping[str, Any]) -> Row:
        """The row of these values, as if it had been read alone; fields that are not among them would be read anew."""
        row = _row(self.model, {name: value for name, value in values.items() if name not in self._others})
        for name in self._others:
            setattr(row, name, values[name])
        return row


def _row[Row: Model](model: type[Row], values: Mapping[str, Any]) -> Row:
    own: dict[str, Any] = {}
    owners: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        first, _, rest = name.partition("__")
        if rest:
            owners.setdefault(first, {})[rest] = value
        else:
            own[name] = value
    fields = [field for field in model._meta.concrete_fields if field.name in own]
    row = model.from_db(
        DEFAULT_DB_ALIAS, [field.attname for field in fields], [field.to_python(own[field.name]) for field in fields]
    )
    for name, theirs in owners.items():
        setattr(row, name, _row(_owner(model, name), theirs) if theirs["id"] is not None else None)
    return row


def _owner(model: type[Model], name: str) -> type[Model]:
    field = model._meta.get_field(name)
    if not isinstance(field, ForeignKey):
        msg = f"{name} is nothing that a row of {model} belongs to"
        raise TypeError(msg)
    return field.related_model
