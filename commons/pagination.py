"""Pages of lists by keyset: a page costs the same however deep it lies, and never an OFFSET.

A cursor names the last row that the reader saw.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.expressions import CombinedExpression, Func, Value
from django.http import Http404

PAGE_SIZE = 20


class BadCursor(Http404):
    """The cursor in the address was not made here."""


@dataclass(frozen=True)
class Page[Row]:
    """One page of rows, and whether the list goes on in either direction."""

    rows: Sequence[Row] = field(default_factory=list)
    has_before: bool = False
    has_after: bool = False


def encode(values: Sequence[Any]) -> str:
    text = json.dumps(list(values), default=str, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, *, length: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        raise BadCursor from None
    if not isinstance(values, list) or len(values) != length:
        raise BadCursor
    return values


def page[Row: models.Model](
    rows: models.QuerySet[Row],
    *,
    by: Sequence[str],
    after: Sequence[Any] | None = None,
    before: Sequence[Any] | None = None,
    size: int = PAGE_SIZE,
) -> Page[Row]:
    """The page of `rows`, ordered by the fields `by`, that follows the values `after` or ends at `before`.

    The keys are found first, from the index alone, and only their rows are joined with others.
    All fields run the same way (all plain or all with "-"), so that one row comparison
    bounds the index scan. Together they must be unique.

    Raises:
        BadCursor: the values don't fit the fields; the reader gets a 404.
    """
    found = list(bounded(rows, by=by, bound=before or after or (), is_before=bool(before), size=size))
    return cut(found, is_after=bool(after), is_before=bool(before), size=size)


def bounded[Row: models.Model](
    rows: models.QuerySet[Row],
    *,
    by: Sequence[str],
    bound: Sequence[Any],
    is_before: bool,
    size: int = PAGE_SIZE,
    shown: models.QuerySet[Row] | None = None,
) -> models.QuerySet[Row]:
    """The rows of a `page`, and one more if there is one, from the bound on: upwards, where they end before it.

    `shown` is what is read of them, where `rows` only chooses: what chooses is then asked of the keys alone. Asked of
    the rows too, PostgreSQL may read all that fit first, where it plans for any page and believes them to be few.
    """
    order = [_turned(name) for name in by] if is_before else list(by)
    beyond = rows.filter(_beyond(rows.model, order, bound)) if bound else rows
    keys = beyond.order_by(*order).values("pk")[: size + 1]
    return (rows if shown is None else shown).filter(pk__in=keys).order_by(*order)


def cut[Row](found: Sequence[Row], *, is_after: bool, is_before: bool, size: int = PAGE_SIZE) -> Page[Row]:
    """The page of what `bounded` found."""
    has_more, found = len(found) > size, found[:size]
    if is_before:
        return Page(rows=found[::-1], has_before=has_more, has_after=True)
    return Page(rows=found, has_before=is_after, has_after=has_more)


def cursor(row: models.Model, *, by: Sequence[str]) -> str:
    """The cursor that names a row, for lists whose rows have no address of their own."""
    return encode([_plain(getattr(row, name.lstrip("-"))) for name in by])


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(model: type[models.Model], order: Sequence[str], values: Sequence[Any]) -> Q:
    names = [name.lstrip("-") for name in order]
    parts = [
        Value(value, output_field=_kind_of(model, name))
        for name, value in zip(names, cleaned(model, order, values), strict=True)
    ]
    row, bound = (Func(*side, function="", output_field=models.BooleanField()) for side in (names, parts))
    return Q(_RowComparison(row, "<" if order[0].startswith("-") else ">", bound))


def cleaned(model: type[models.Model], by: Sequence[str], values: Sequence[Any]) -> list[Any]:
    """The values of a cursor as what the fields hold.

    Raises:
        BadCursor: they don't fit.
    """
    try:
        return [_kind_of(model, name.lstrip("-")).to_python(value) for name, value in zip(by, values, strict=True)]
    except (ValidationError, ValueError, TypeError) as error:
        raise BadCursor from error


def _kind_of(model: type[models.Model], name: str) -> Any:
    """The field that knows which values are ones of it: of a generated field, that of its result."""
    field = model._meta.get_field(name)
    return field.output_field if isinstance(field, models.GeneratedField) else field


class _RowComparison(CombinedExpression):
    """(a, b) > (x, y), which PostgreSQL answers from one index."""

    conditional = True

    def __init__(self, left: Any, operator: str, right: Any) -> None:
        super().__init__(left, operator, right, output_field=models.BooleanField())
