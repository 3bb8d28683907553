"""Rows by COPY into tables without their indexes, which are made again afterwards, just as the migrations have them.

What was dropped and which parts are loaded stand in the database itself, so that a load that was stopped goes on.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import inf
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import AutoField, Field, GeneratedField, JSONField, Model
from psycopg.types.json import Jsonb

_BOOKS = """
    CREATE SCHEMA IF NOT EXISTS bench;
    CREATE TABLE IF NOT EXISTS bench.part (name text PRIMARY KEY, loaded_at timestamptz NOT NULL DEFAULT now());
    CREATE TABLE IF NOT EXISTS bench.fact (name text PRIMARY KEY, value text NOT NULL);
    CREATE TABLE IF NOT EXISTS bench.dropped (
        id serial PRIMARY KEY, drop_sql text NOT NULL, make_sql text NOT NULL, is_made boolean NOT NULL DEFAULT false
    );
"""
_INDEXES = """
    INSERT INTO bench.dropped (drop_sql, make_sql)
    SELECT format('DROP INDEX %%I', i.indexname), i.indexdef
    FROM pg_indexes i
    WHERE i.schemaname = 'public' AND i.tablename::text = ANY(%(tables)s::text[])
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = format('public.%%I', i.indexname)::regclass)
    ORDER BY i.tablename, i.indexname
"""
_CONSTRAINTS = """
    INSERT INTO bench.dropped (drop_sql, make_sql)
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint
    WHERE contype::text = %(kind)s AND connamespace = 'public'::regnamespace
      AND conrelid = ANY(SELECT format('public.%%I', name)::regclass FROM unnest(%(tables)s::text[]) AS name)
    ORDER BY conrelid::regclass::text, conname
"""


def open_books() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BOOKS)


def fact(name: str, value: str) -> str:
    """What was written down first under this name: a load that goes on keeps to it."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench.fact VALUES (%s, %s) ON CONFLICT DO NOTHING", [name, value])
        cursor.execute("SELECT value FROM bench.fact WHERE name = %s", [name])
        return cursor.fetchone()[0]


def is_loaded(part: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('bench.part')")
        if cursor.fetchone()[0] is None:
            return False
        cursor.execute("SELECT FROM bench.part WHERE name = %s", [part])
        return cursor.fetchone() is not None


@contextmanager
def part(name: str) -> Iterator[bool]:
    """Whether there is something to do; what is done and the note of it are one transaction."""
    if is_loaded(name):
        yield False
        return
    with transaction.atomic():
        yield True
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench.part (name) VALUES (%s)", [name])


def without_indexes(models: Iterable[type[Model]]) -> None:
    """Write down every index and constraint of these tables but the primary keys and checks, and drop them."""
    values: dict[str, Any] = {"tables": [model._meta.db_table for model in models]}
    with part("indexes dropped") as is_due, connection.cursor() as cursor:
        if not is_due:
            return
        for kind in ("f", "u"):
            cursor.execute(_CONSTRAINTS, {**values, "kind": kind})
        cursor.execute(_INDEXES, values)
        cursor.execute("SELECT drop_sql FROM bench.dropped ORDER BY id")
        for (sql,) in cursor.fetchall():
            cursor.execute(sql)


def make_indexes(say: Callable[[str], None], *, until: float = inf) -> bool:
    """Make again what was dropped: indexes first, then what is unique, then the foreign keys, which are checked.

    Whether all were made before the moment `until`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, make_sql FROM bench.dropped WHERE NOT is_made ORDER BY make_sql LIKE '%%FOREIGN KEY%%', id"
        )
        waiting = cursor.fetchall()
    for done, (key, sql) in enumerate(waiting, 1):
        if (started := time.monotonic()) > until:
            return False
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
            cursor.execute(sql)
            cursor.execute("UPDATE bench.dropped SET is_made = true WHERE id = %s", [key])
        if (seconds := time.monotonic() - started) > 5:  # quick ones need no line
            say(f"{done} of {len(waiting)}: {seconds:.0f} s for {sql[:100]}")
    return True


def set_sequences(models: Sequence[type[Model]]) -> None:
    """The next row gets the next key."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(sql)


def copy(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows by the names of their columns; what they don't name is the field's default."""
    iterator = iter(rows)
    if (first := next(iterator, None)) is None:
        return
    fields = {str(field.column): field for field in model._meta.concrete_fields if _is_given(field, first)}
    columns = list(fields)
    defaults = {name: _stored(field, field.get_default()) for name, field in fields.items() if name not in first}
    json = [name for name, field in fields.items() if isinstance(field, JSONField)]
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as stream:
        for row in _and_then(first, iterator):
            whole: dict[str, Any] = {**defaults, **row}
            for column in json:
                whole[column] = Jsonb(whole[column])
            stream.write_row([whole[column] for column in columns])


def _and_then(first: Mapping[str, Any], others: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    yield first
    yield from others


def _is_given(field: Field, row: Mapping[str, Any]) -> bool:
    """Not what the database makes itself: generated columns, and keys that nobody has chosen."""
    return not isinstance(field, GeneratedField) and (field.column in row or not isinstance(field, AutoField))


def _stored(field: Field, value: Any) -> Any:
    return "" if value is None and not field.null else value
