"""How old the rows of a table are, by PostgreSQL's own figures: to look through a long one stretch by stretch.

PostgreSQL takes it that rows with a word lie evenly in time. What only old rows hold it would seek along the newest.
"""

import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from commons.prepared import Planned

FIRST_ROWS = 10_000
"""That many are looked through in a tenth of a second, one by one."""
GROWTH = 10
MOST_ROWS = 3_000_000

_FIGURES = """
    SELECT c.reltuples, s.histogram_bounds::text::timestamptz[]
    FROM pg_class c
    LEFT JOIN pg_stats s ON s.schemaname = c.relnamespace::regnamespace::text AND s.tablename = c.relname
        AND s.attname = %s
    WHERE c.oid = %s::regclass
"""


class Stretch(NamedTuple):
    """The rows from one moment on and before another, for which PostgreSQL plans; `EVER` are all of them."""

    since: Planned | None = None
    before: Planned | None = None


EVER = Stretch(before=Planned("infinity"))


@dataclass(frozen=True)
class Ages:
    """About how many rows there are, and moments, the oldest first, between each two of which about as many lie."""

    rows: float = 0
    marks: tuple[datetime, ...] = ()

    def stretches(self, down_from: datetime | None = None, *, first: float = FIRST_ROWS) -> Iterator[Stretch]:
        """From a moment on to ever older rows: few, then more. Of a short table all at once. The first has no end, so
        that rows of that very moment are in it."""
        place, rows, before = self._place(down_from), max(first, FIRST_ROWS), None
        while (place := place - self._width(rows)) > 0:
            since = Planned(self._moment(place).isoformat())
            yield Stretch(since, before)
            rows, before = min(rows * GROWTH, MOST_ROWS), since
        yield Stretch(None, before)

    def _width(self, rows: float) -> float:
        """Across how many marks so many rows lie: across all, if there are not more."""
        return rows * len(self.marks) / max(rows, self.rows)

    def _place(self, moment: datetime | None) -> float:
        """Between which marks a moment is: 1.5 is in the middle of the second and the third."""
        if moment is None:
            return len(self.marks) - 1
        after = bisect_right(self.marks, moment)
        if after in {0, len(self.marks)}:
            return after - 1
        since, until = self.marks[after - 1 : after + 1]
        return after - 1 + (moment - since) / (until - since)

    def _moment(self, place: float) -> datetime:
        since, until = self.marks[int(place) : int(place) + 2]
        return since + (until - since) * (place % 1)


def expected(rows: QuerySet[Any]) -> int:
    """How many rows PostgreSQL takes it that these are. One query, which looks at none of them."""
    plan = rows.order_by().values("pk").explain(format="json")  # none, where Django knows that there are no such rows
    return json.loads(plan)[0]["Plan"]["Plan Rows"] if plan else 0


@lru_cache(maxsize=16)
def ages(table: str, column: str, _today: date) -> Ages:
    """How old a table's rows are by one of its moments, as PostgreSQL had it when it was first asked today.

    One query. Nothing is known of a table that PostgreSQL has not looked at yet.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, [column, table])
        [(rows, marks)] = cursor.fetchall()
    return Ages(rows, tuple(marks or ()))
