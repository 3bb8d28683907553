"""What changed lately: whoever keeps an answer asks here whether anything that it shows has changed since.

Triggers write the journal in the transaction of the change, so that no code can forget to. A line is a *subject*, as
"forum.thread:5", and the number of the transaction. Lines are only added, so that nobody who writes waits for another.

An answer begins with a *snapshot*: which transactions had ended by then. All they changed is in the answer; what any
other changed is not. So an answer is true as long as none of its subjects has a line of a transaction that the snapshot
does not see. A replica counts the same transactions, but does not say which were open (`commons/replicas.py`). Lines
are forgotten once no answer is older.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import connection
from django.db.migrations import RunSQL

from commons.models import Change
from commons.rows import Row

REMEMBERED = timedelta(days=1)
"""How long the journal goes back; no answer may be kept for longer."""

NOW = "pg_current_snapshot()::text"
IS_ANOTHER = """EXISTS (
    SELECT FROM commons_change WHERE subject = ANY(string_to_array(%(subjects)s, ' '))
    AND transaction >= pg_snapshot_xmin(%(since)s::pg_snapshot)::text::bigint
    AND NOT pg_visible_in_snapshot(transaction::text::xid8, %(since)s::pg_snapshot)
)"""
"""SQL for the snapshot of this moment, and for whether anything changed since another."""
LOOK = f"SELECT {NOW}, {IS_ANOTHER}"
TRIGGER = """
CREATE FUNCTION {table}_journal_{when}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO commons_change (subject, transaction)
    SELECT DISTINCT line, pg_current_xact_id()::text::bigint FROM ({rows}) r, unnest(ARRAY[{lines}]) line;
    RETURN NULL;
END $$;
CREATE TRIGGER {table}_journal_{when} AFTER {when} ON {table} REFERENCING {tables}
FOR EACH STATEMENT EXECUTE FUNCTION {table}_journal_{when}();
"""
NO_TRIGGER = "DROP TRIGGER {table}_journal_{when} ON {table}; DROP FUNCTION {table}_journal_{when}();"


@dataclass
class Shown:
    """What an answer shows while it is made: its subjects, and the first moment at which it is another by itself. One
    that `is_for_now` is kept by nobody."""

    snapshot: str
    until: datetime
    subjects: set[str] = field(default_factory=set)
    is_for_now: bool = False


_shown: ContextVar[Shown | None] = ContextVar("shown", default=None)
_along: ContextVar["Along | None"] = ContextVar("along", default=None)


@contextmanager
def showing(*, snapshot: str, until: datetime) -> Iterator[Shown]:
    """Collects what is shown while the block runs."""
    shown = Shown(snapshot, until)
    token = _shown.set(shown)
    try:
        yield shown
    finally:
        _shown.reset(token)


def shows(*subjects: str) -> None:
    """The answer that is being made, if one is, depends on these too, whether or not there is anything yet."""
    if shown := _shown.get():
        shown.subjects.update(subjects)


def shows_until(*moments: datetime | None, now: datetime) -> None:
    """The answer that is being made, if one is, is another from the first of these moments on."""
    if shown := _shown.get():
        shown.until = min([shown.until, *(moment for moment in moments if moment and moment > now)])


def shows_for_now() -> None:
    """The answer that is being made, if one is, shows what the journal does not know: nobody may keep it."""
    if shown := _shown.get():
        shown.is_for_now = True


def reader(member: int) -> str:
    """The subject of whatever only a member's own pages show: visits, follows, drafts and the like."""
    return f"members.reader:{member}"


def snapshot() -> str:
    """Which transactions have ended. One query."""
    [now] = row(f"SELECT {NOW}", {})
    return now


def look(subjects: Iterable[str], *, since: str) -> tuple[str, bool]:
    """The snapshot of this moment, and whether any of the subjects changed since another. One query."""
    return row(LOOK, _asking(subjects, since=since))


@dataclass
class Along:
    """What `look` asks, for whoever asks the database something anyway: `NOW` and `IS_ANOTHER` then stand in their SQL.

    `answer` is that of `look`, or None as long as nobody has asked.
    """

    parameters: dict[str, str]
    answer: tuple[str, bool] | None = None


@contextmanager
def asking_along(subjects: Iterable[str], *, since: str) -> Iterator[Along]:
    """A question that whoever reads the session in this block takes along."""
    along = Along(_asking(subjects, since=since))
    token = _along.set(along)
    try:
        yield along
    finally:
        _along.reset(token)


def asked_along() -> Along | None:
    return _along.get()


def _asking(subjects: Iterable[str], *, since: str) -> dict[str, str]:
    return {"subjects": " ".join(subjects), "since": since}


def row(sql: str, parameters: Mapping[str, Any]) -> Any:
    """The first row of an answer: on the request's connection, if it has one; or else on one of the pool's, for this
    question alone.

    To make it Django's takes as long as the question, and for a page that is ready it stays the only one. Django then
    does not count it.
    """
    pool = None if connection.connection else connection.pool  # type: ignore[attr-defined] # of PostgreSQL
    if pool is None:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchone()
    with connection.wrap_database_errors:
        pool.open()
        resting = pool.getconn()
        try:
            resting.autocommit = True
            return resting.execute(sql, parameters).fetchone()
        finally:
            pool.putconn(resting)


def forget(*, now: datetime) -> int:
    """Drop lines that no answer is older than. Returns how many."""
    return Change.objects.filter(changed_at__lt=now - REMEMBERED).delete()[0]


class Journalled(Row):
    """A model whose table is journalled: to load a row while an answer is made is to show it."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        row = super().from_db(*args, **kwargs)
        if shown := _shown.get():
            shown.subjects.add(f"{cls._meta.label_lower}:{row.pk}")
        return row


def journal(table: str, *subjects: str, only: Sequence[str] = (), key: Sequence[str] = ("id",)) -> RunSQL:
    """The migration that has the database write down each change of a table.

    Args:
        table: in the database.
        subjects: SQL expressions over a row called `r`, one for each line to write.
        only: columns; updates of other columns are not written down. The subjects then depend on the key alone.
        key: the columns of the primary key.
    """
    updated = _rows_changed_in(only, key) if only else "SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows"
    triggers = [
        ("insert", "NEW TABLE AS new_rows", "SELECT * FROM new_rows"),
        ("update", "OLD TABLE AS old_rows NEW TABLE AS new_rows", updated),
        ("delete", "OLD TABLE AS old_rows", "SELECT * FROM old_rows"),
    ]
    lines = ", ".join(subjects)
    named = {"table": table, "lines": lines}
    made = [TRIGGER.format(when=when, tables=tables, rows=rows, **named) for when, tables, rows in triggers]
    unmade = [NO_TRIGGER.format(when=when, table=table) for when, _tables, _rows in triggers]
    return RunSQL("".join(made), "".join(unmade))


def _rows_changed_in(columns: Sequence[str], key: Sequence[str]) -> str:
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("o", "n"))
    same = " AND ".join(f"o.{column} = n.{column}" for column in key)
    return f"SELECT o.* FROM old_rows o JOIN new_rows n ON {same} WHERE ({old}) IS DISTINCT FROM ({new})"  # noqa: S608 (columns that migrations name)
