"""How PostgreSQL would look for rows, if every table were so large that it can't be read whole."""

from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet


def plan_for_any(rows: QuerySet[Any]) -> str:
    """The plan that a connection keeps for a query that it asks often, whatever the values."""
    sql, values = rows.query.sql_with_params()
    for place in range(len(values)):
        sql = sql.replace("%s", f"${place + 1}", 1)
    return plan(sql.replace("%%", "%"), "GENERIC_PLAN")


def plan(sql: str, *options: str) -> str:
    """The plan for these very values."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN ({', '.join(['COSTS off', *options])}) {sql}")
        lines = [line for (line,) in cursor.fetchall()]
        transaction.set_rollback(True)
    return "\n".join(lines)
