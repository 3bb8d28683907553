"""Querysets whose SQL is written once (ADR 43).

Django writes the SQL of a queryset anew whenever it is asked. With who may see it, who it is by and what is added for
the reader, that takes longer than PostgreSQL needs to answer.
"""

from collections.abc import Callable, Hashable, Sequence
from copy import copy
from datetime import UTC, datetime, timedelta
from functools import update_wrapper
from typing import Any, Protocol, TypeGuard

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

NUMBER = 2_100_000_000
MOMENT = datetime(1, 1, 1, tzinfo=UTC)
BYTES = b"\x00blank"
"""Where blanks begin. Nobody asks for such a key, moment or path, and each fits its column."""


class Person(Protocol):
    """Somebody for whom a queryset is built. `kind` is all that it may look at but whose key it is."""

    pk: int

    @property
    def kind(self) -> Hashable: ...

    @classmethod
    def of_kind(cls, kind: Any, key: int) -> "Person": ...


def prepared[**P, Row](build: Callable[P, QuerySet[Any, Row]]) -> "Prepared[P, Row]":
    """Decorates what builds a queryset; a call then gives its rows.

    Positional arguments that are whole numbers, moments, bytes or people stand apart from the SQL, and may be others at
    each call. For everything else, which must be hashable and of few values, and for each kind of people, SQL is
    written once. So `build` looks at nothing but its arguments: neither at the clock nor at the language. The tests
    compare each call with a queryset that is made anew.
    """
    return Prepared(build)


class Prepared[**P, Row]:
    """What `prepared` makes of a function."""

    def __init__(self, build: Callable[P, QuerySet[Any, Row]]) -> None:
        self.build = build
        self._written: dict[Hashable, Written[Row]] = {}
        update_wrapper(self, build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[Row]:
        return self.written(*args, **kwargs).rows(args)

    def written(self, *args: P.args, **kwargs: P.kwargs) -> "Written[Row]":
        shape = (*map(_shape, args), *kwargs.items())
        if shape not in self._written:
            blanks: Any = [_blank(place, argument) for place, argument in enumerate(args)]
            self._written[shape] = Written(self.build(*blanks, **kwargs), blanks)
        return self._written[shape]


class Written[Row]:
    """A queryset with its SQL, to be asked with other values."""

    def __init__(self, queryset: QuerySet[Any, Row], blanks: Sequence[Any]) -> None:
        self.queryset = queryset
        self.compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.parameters = self.compiler.as_sql()
        places = {_value(blank): place for place, blank in enumerate(blanks) if _is_value(blank)}
        self.places = [places.get(bare(parameter)) for parameter in self.parameters]

    def rows(self, arguments: Sequence[Any]) -> list[Row]:
        statement = self.sql, self.filled(arguments)

        def get_compiler(using: str, **_: Any) -> Any:
            compiler = copy(self.compiler)
            compiler.using, compiler.connection = using, connections[using]
            compiler.as_sql = lambda *_, **__: statement
            return compiler

        queryset = self.queryset.all()
        queryset.query.get_compiler = get_compiler  # type: ignore[method-assign,assignment] # of this one only
        return list(queryset)

    def filled(self, arguments: Sequence[Any]) -> tuple[Any, ...]:
        """The parameters of the SQL for these arguments."""
        return tuple(
            parameter if place is None else _like(parameter, _value(arguments[place]))
            for parameter, place in zip(self.parameters, self.places, strict=True)
        )


def bare(parameter: Any) -> Any:
    """A parameter of SQL as what it says, without what tells the driver how to send it."""
    value = getattr(parameter, "obj", parameter)
    return value if isinstance(value, Hashable) else None


def _like(parameter: Any, value: Any) -> Any:
    return value if isinstance(value, datetime) else type(parameter)(value)


def _is_person(argument: Any) -> TypeGuard[Person]:
    return hasattr(argument, "of_kind")


def _is_value(argument: Any) -> bool:
    return type(argument) in {int, datetime, bytes} or _is_person(argument)


def _value(argument: Any) -> Any:
    return argument.pk if _is_person(argument) else argument


def _shape(argument: Any) -> Any:
    if _is_person(argument):
        return argument.__class__, argument.kind
    return type(argument) if _is_value(argument) else _without_request(argument)


def _without_request(argument: Any) -> Any:
    """The same; of a visitor another, as what is kept outlives the request that brought them."""
    return argument.__class__() if getattr(argument, "is_anonymous", False) else argument


def _blank(place: int, argument: Any) -> Any:
    if _is_person(argument):
        return argument.__class__.of_kind(argument.kind, NUMBER + place)
    if type(argument) is int:
        return NUMBER + place
    if type(argument) is datetime:
        return MOMENT + timedelta(days=place)
    return BYTES + bytes([place]) if type(argument) is bytes else _without_request(argument)
