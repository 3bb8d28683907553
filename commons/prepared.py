"""Querysets, changes and new rows whose SQL is written once (ADR 43).

Django writes the SQL of a queryset anew whenever it is asked. With who may see it, who it is by and what is added for
the reader, that takes longer than PostgreSQL needs to answer.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from copy import copy
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache, update_wrapper
from typing import Any, Protocol, TypeGuard, cast
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, router
from django.db.models import BigIntegerField, BooleanField, F, Field, Func, Model, Q, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler, SQLInsertCompiler
from django.db.models.sql.subqueries import InsertQuery, UpdateQuery
from django.db.transaction import TransactionManagementError, mark_for_rollback_on_error
from psycopg.sql import Literal

from commons import journal


class Planned(str):
    """A text that is written into the SQL, so that PostgreSQL plans for this very one, and not for any."""

    __slots__ = ()

    @property
    def sql(self) -> str:
        return Literal(str(self)).as_string().replace("%", "%%")


class PlannedValue(Value):
    """What is planned, in a queryset."""

    def __init__(self, value: Planned, output_field: Field) -> None:
        super().__init__(value, output_field)

    def as_sql(self, _compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[()]]:
        return f"{self.value.sql}::{self.output_field.db_type(connection)}", ()


NUMBER = 2_100_000_000
MOMENT = datetime(1, 1, 1, tzinfo=UTC)
BLANKS: dict[type, Callable[[int], Any]] = {
    int: lambda place: NUMBER + place,
    str: lambda place: f"\x00blank {place}",
    bytes: lambda place: b"\x00blank" + bytes([place]),
    datetime: lambda place: MOMENT + timedelta(days=place),
    UUID: lambda place: UUID(int=NUMBER + place),
    tuple: lambda place: [NUMBER + place],
    Planned: lambda place: Planned(f"blank {place}"),
}
"""What stands in for a value while the SQL is written. Nobody asks for such a one, and each fits its column, but for
columns of small numbers: those are given by name."""

type Update = tuple[QuerySet[Any], Mapping[str, Any]]
"""Which rows, and their values after it."""
type Statement = tuple[str, Sequence[Any]]
"""SQL and what stands in its places."""

KEY_MOST = 2**63 - 1
NEVER = datetime.max.replace(tzinfo=UTC)


class OfKind(Protocol):
    """Somebody for whom a queryset is built. `kind` is all that it may look at but whose key it is."""

    pk: int

    @property
    def kind(self) -> Hashable: ...

    @classmethod
    def of_kind(cls, kind: Any, key: int) -> "OfKind": ...


def prepared[**P, Row](build: Callable[P, QuerySet[Any, Row]]) -> "Prepared[P, Row]":
    """Decorates what builds a queryset; a call then gives its rows.

    Positional arguments stand apart from the SQL, and may be others at each call: numbers, texts, bytes, moments,
    people, tuples of keys, for `is_any_of`, and what is `Planned`, which is put into it. For each kind of people, for
    what is given by name, which is of few values, and for None, yes, no and a member of an enum, SQL is written once
    each. So `build` looks at nothing but its arguments, neither at the clock nor at the language; what it tells the
    journal is told at each call.
    The tests compare each call with a queryset that is made anew.
    """
    return Prepared(build)


def prepared_change[**P](build: Callable[P, Update]) -> "PreparedChange[P]":
    """Decorates what says which rows change, and to what; a call then changes them, as `QuerySet.update` does, and
    gives their number. Arguments are as those of `prepared`."""
    return PreparedChange(build)


def insert[Row: Model](row: Row, *along: Statement) -> Row:
    """Store a new row, as `row.save(force_insert=True)` does, and give it back with its key. No signal is sent.

    All of its values are plain ones; a column that the database fills by default is none.

    Args:
        along: changes of other rows, no row twice, that are made in the same statement: `PreparedChange.statement`.
    """
    if not _insert(row, *along):
        msg = f"{row} was not stored"
        raise DatabaseError(msg)
    return row


def insert_if_new[Row: Model](row: Row, *unique: str) -> Row | None:
    """The same, unless there is a row already whose values in these columns, unique together, are the same."""
    return row if _insert(row, unique=unique) else None


def _insert(row: Model, *along: Statement, unique: Sequence[str] = ()) -> bool:
    using = router.db_for_write(type(row))
    sql, parameters = new_row(type(row)).statement(row)
    if unique:
        sql = f" ON CONFLICT ({', '.join(unique)}) DO NOTHING RETURNING ".join(sql.rsplit(" RETURNING ", 1))
    changed = [value for _sql, values in along for value in values]
    with mark_for_rollback_on_error(using), connections[using].cursor() as cursor:
        cursor.execute(_at_once(along) + sql, [*changed, *parameters])
        stored = cursor.fetchone()
    if stored:
        [row.pk] = stored
        row._state.adding, row._state.db = False, using
    return stored is not None


def _at_once(along: Sequence[Statement]) -> str:
    changes = ", ".join(f"along_{number} AS ({sql})" for number, (sql, _values) in enumerate(along))
    return f"WITH {changes} " if changes else ""


class ByShape[**P, Built, Kept](ABC):
    """What is kept of a function, for each shape of its arguments."""

    def __init__(self, build: Callable[P, Built]) -> None:
        self.build = build
        self._written: dict[Hashable, Kept] = {}
        update_wrapper(self, build)  # type: ignore[arg-type] # each kind of it is called in a way of its own

    def written(self, *args: P.args, **kwargs: P.kwargs) -> Kept:
        shape = (*map(_shape, args), *((name, _named(value)) for name, value in kwargs.items()))
        if shape not in self._written:
            blanks = [_blank(place, argument) for place, argument in enumerate(args)]
            self._written[shape] = self._write(blanks, kwargs)
        return self._written[shape]

    @abstractmethod
    def compiler(self, built: Built) -> SQLCompiler:
        """Whoever writes the SQL of what the function gave."""

    @abstractmethod
    def _write(self, blanks: Any, kwargs: Any) -> Kept: ...


class Prepared[**P, Row](ByShape[P, QuerySet[Any, Row], "WrittenRows[Row]"]):
    """What `prepared` makes of a function."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[Row]:
        if _has_no_such_key(args):
            return list(self.build(*args, **kwargs))
        return self.written(*args, **kwargs).rows(args)

    def first(self, *args: P.args, **kwargs: P.kwargs) -> Row | None:
        """The first of its rows, if there is any."""
        return next(iter(self(*args, **kwargs)), None)

    def compiler(self, built: QuerySet[Any, Row]) -> SQLCompiler:
        return built.query.get_compiler(DEFAULT_DB_ALIAS)

    def _write(self, blanks: Any, kwargs: Any) -> "WrittenRows[Row]":
        with journal.showing(snapshot="", until=NEVER) as shown:
            queryset = self.build(*blanks, **kwargs)
            written = WrittenRows(queryset, self.compiler(queryset), blanks, shown.subjects)
        if shown.is_for_now or shown.until != NEVER:
            msg = "of what the journal is told, subjects alone are told again at each call"
            raise TypeError(msg)
        return written


class PreparedChange[**P](ByShape[P, Update, "WrittenChange"]):
    """What `prepared_change` makes of a function."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> int:
        if _has_no_such_key(args):
            rows, values = self.build(*args, **kwargs)
            return rows.update(**values)
        return self.written(*args, **kwargs).change(args)

    def statement(self, *args: P.args, **kwargs: P.kwargs) -> Statement:
        """The change, to be made along with a new row (`insert`)."""
        return self.written(*args, **kwargs).statement(args)

    def compiler(self, built: Update) -> SQLCompiler:
        rows, values = built
        if rows.query.is_sliced or rows.query.distinct_fields or rows.query.combinator:
            msg = "all rows of a queryset change; this one is sliced, distinct or combined"
            raise TypeError(msg)
        query = cast("UpdateQuery", rows.query.chain(UpdateQuery))
        query.add_update_values(dict(values))
        return query.get_compiler(DEFAULT_DB_ALIAS)

    def _write(self, blanks: Any, kwargs: Any) -> "WrittenChange":
        built = self.build(*blanks, **kwargs)
        return WrittenChange(built[0].model, self.compiler(built), blanks)


class Written:
    """SQL, to be sent with other values."""

    subjects: Collection[str] = frozenset()

    def __init__(self, compiler: SQLCompiler, blanks: Sequence[Any]) -> None:
        self.compiler = compiler
        self.sql, self.parameters = compiler.as_sql()
        places = {bare(_value(blank)): place for place, blank in enumerate(blanks) if blank is not None}
        self.places = [places.get(bare(parameter)) for parameter in self.parameters]
        self.planned = {blank.sql: place for place, blank in enumerate(blanks) if isinstance(blank, Planned)}

    def statement(self, arguments: Sequence[Any]) -> Statement:
        return self.sql_for(arguments), self.filled(arguments)

    def sql_for(self, arguments: Sequence[Any]) -> str:
        """The SQL, with what is planned of these arguments written into it."""
        if not self.planned:
            return self.sql
        return re.sub("|".join(self.planned), lambda blank: arguments[self.planned[blank[0]]].sql, self.sql)

    def filled(self, arguments: Sequence[Any]) -> tuple[Any, ...]:
        """The parameters of the SQL for these arguments."""
        return tuple(
            parameter if place is None else _like(parameter, _value(arguments[place]))
            for parameter, place in zip(self.parameters, self.places, strict=True)
        )


class WrittenChange(Written):
    """A change of rows with its SQL."""

    def __init__(self, model: type[Model], compiler: SQLCompiler, blanks: Sequence[Any]) -> None:
        super().__init__(compiler, blanks)
        self.model = model

    def change(self, arguments: Sequence[Any]) -> int:
        using = router.db_for_write(self.model)
        with mark_for_rollback_on_error(using), connections[using].cursor() as cursor:
            cursor.execute(*self.statement(arguments))
            return cursor.rowcount


class NewRow:
    """The SQL for a new row of a model."""

    def __init__(self, model: type[Model]) -> None:
        self.fields = [
            field for field in model._meta.local_concrete_fields if not (field.primary_key or field.generated)
        ]
        [(self.sql, parameters)] = self.compiler(model()).as_sql()
        if len(parameters) != len(self.fields):
            msg = f"{model}: not each of its columns takes a value"
            raise TypeError(msg)

    def statement(self, row: Model) -> Statement:
        connection = connections[DEFAULT_DB_ALIAS]
        return self.sql, [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in self.fields]

    def compiler(self, row: Model) -> SQLInsertCompiler:
        """Whoever writes the SQL for this very row."""
        query = InsertQuery(type(row))
        query.insert_values(self.fields, [row])
        compiler = cast("SQLInsertCompiler", query.get_compiler(DEFAULT_DB_ALIAS))
        compiler.returning_fields = [type(row)._meta.pk]
        return compiler


@cache
def new_row(model: type[Model]) -> NewRow:
    return NewRow(model)


class WrittenRows[Row](Written):
    """A queryset with its SQL."""

    def __init__(
        self, queryset: QuerySet[Any, Row], compiler: SQLCompiler, blanks: Sequence[Any], subjects: Collection[str]
    ) -> None:
        super().__init__(compiler, blanks)
        if compiler.has_extra_select:
            msg = "it is ordered by a column that it does not give; give it too"
            raise TypeError(msg)
        self.queryset, self.subjects = queryset, subjects
        self.converters = compiler.get_converters([column for column, *_ in compiler.select])

    def rows(self, arguments: Sequence[Any]) -> list[Row]:
        if self.queryset.query.select_for_update and not connections[self.queryset.db].in_atomic_block:
            msg = "rows can be locked in a transaction only"
            raise TransactionManagementError(msg)
        journal.shows(*self.subjects)
        using = self.queryset.db
        with connections[using].cursor() as cursor:
            cursor.execute(*self.statement(arguments))
            found = cursor.fetchall()
        return self._read(found, using=using) if found else []

    def _read(self, found: list[tuple[Any, ...]], *, using: str) -> list[Row]:
        """What Django's readers make of the columns that were found."""
        compiler: Any = copy(self.compiler)
        compiler.using, compiler.connection = using, connections[using]
        compiler.execute_sql = lambda *_, **__: [found]
        compiler.get_converters = lambda _: self.converters
        queryset = self.queryset.using(using)
        queryset.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign] # of this one only
        return list(queryset)


def is_any_of(field: str, keys: Sequence[int]) -> Q:
    """A condition: the field is one of these keys, of which each call may have another number."""
    return Q(_IsAnyOf(F(field), Value(list(keys), output_field=ArrayField(BigIntegerField()))))


class _IsAnyOf(Func):
    """`field = ANY(keys)`: the bracket opens between the two and closes after them."""

    template, arg_joiner = "%(expressions)s)", " = ANY("
    output_field = BooleanField()


def bare(parameter: Any) -> Any:
    """A parameter of SQL as what it says, without what tells the driver how to send it."""
    value = getattr(parameter, "obj", parameter)
    if isinstance(value, list):
        return tuple(value)
    return value if isinstance(value, Hashable) else None


def _like(parameter: Any, value: Any) -> Any:
    """The value as it is sent in the parameter's place."""
    if isinstance(value, tuple):
        return [_like(parameter[0], one) for one in value]
    return value if type(parameter) is type(value) else type(parameter)(value)


def _has_no_such_key(arguments: Sequence[Any]) -> bool:
    """Whether one is a number beyond all keys: Django knows that no row has it, PostgreSQL would be at a loss."""
    return any(type(argument) is int and abs(argument) > KEY_MOST for argument in arguments)


def _is_person(argument: Any) -> TypeGuard[OfKind]:
    return hasattr(argument, "of_kind")


def _is_value(argument: Any) -> bool:
    return type(argument) in BLANKS or _is_person(argument)


def _value(argument: Any) -> Any:
    return argument.pk if _is_person(argument) else argument


def _shape(argument: Any) -> Any:
    if _is_person(argument):
        return argument.__class__, argument.kind
    return type(argument) if _is_value(argument) else _of_few(argument)


def _named(value: Any) -> Any:
    if isinstance(value, Planned):
        msg = "what is planned may be anything, so it is given by its place"
        raise TypeError(msg)
    return value if isinstance(value, str | int | tuple) else _of_few(value)


def _of_few(argument: Any) -> Any:
    """The same; of a visitor another, as what is kept outlives the request that brought them.

    Raises:
        TypeError: there may be as many of these as people ask for, and SQL would be kept for each.
    """
    if argument is None or isinstance(argument, bool | Enum):
        return argument
    if getattr(argument, "is_anonymous", False):
        return argument.__class__()
    msg = f"{type(argument)} is neither a value nor one of few"
    raise TypeError(msg)


def _blank(place: int, argument: Any) -> Any:
    if _is_person(argument):
        return argument.__class__.of_kind(argument.kind, NUMBER + place)
    return BLANKS[type(argument)](place) if type(argument) in BLANKS else _of_few(argument)
