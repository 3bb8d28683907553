"""What is printed and written down at the end: the table, `results.json`, and what memory and disk it took."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from bench.site import Target

RESULTS = Path(__file__).with_name("results.json")
COLUMNS = (
    ("page", "{:<14}"), ("as", "{:<8}"), ("via", "{:<6}"), ("size", "{:<4}"), ("connections", "{:>4}"),
    ("share", "{:>8.4f}"), ("requests_per_second", "{:>8.1f}"), ("p50_ms", "{:>8.1f}"), ("p95_ms", "{:>8.1f}"),
    ("p99_ms", "{:>8.1f}"), ("bytes", "{:>8}"), ("queries", "{:>4}"), ("sql_ms", "{:>7.2f}"), ("python_ms", "{:>7.2f}"),
    ("ratio_l_to_s", "{:>6.2f}"),
)  # fmt: skip
HEADS = (
    "page",
    "as",
    "via",
    "size",
    "conn",
    "share",
    "req/s",
    "p50",
    "p95",
    "p99",
    "bytes",
    "SQL",
    "SQL ms",
    "Py ms",
    "L/S",
)
_TABLES = """
    SELECT relname, pg_table_size(relid), pg_indexes_size(relid), n_live_tup
    FROM pg_stat_user_tables WHERE schemaname = 'public' ORDER BY pg_total_relation_size(relid) DESC
"""
_INDEXES = """
    SELECT s.relname, s.indexrelname, pg_relation_size(s.indexrelid), s.idx_scan, i.indisunique
    FROM pg_stat_user_indexes s JOIN pg_index i USING (indexrelid)
    WHERE s.schemaname = 'public' ORDER BY pg_relation_size(s.indexrelid) DESC, s.indexrelname
"""

type Row = dict[str, Any]


def key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("page", "as", "via", "size", "connections"))


def keep(rows: Sequence[Row], facts: Mapping[str, Any], *, path: Path = RESULTS) -> list[Row]:
    """Write the results down: what was measured now takes the place of the same page's before; the rest stays."""
    earlier = json.loads(path.read_text()) if path.exists() else {}
    kept = {key(row): row for row in earlier.get("rows", [])} | {key(row): row for row in rows}
    _compare(kept)
    written = {**earlier, **facts, "rows": sorted(kept.values(), key=key)}
    path.write_text(json.dumps(written, indent=1, default=str) + "\n")
    return [kept[key(row)] for row in rows]


def _compare(rows: dict[tuple[Any, ...], Row]) -> None:
    """How the large community stands to the small one, by shares of the yardstick."""
    for (page, reader, via, size, connections), row in rows.items():
        small = rows.get((page, reader, via, "S", connections))
        row["ratio_l_to_s"] = row["share"] / small["share"] if size == "L" and small else None


def table(rows: Sequence[Row]) -> str:
    lines = [[_cell(row.get(name), form) for name, form in COLUMNS] for row in rows]
    heads = [_head(head, form) for head, (_name, form) in zip(HEADS, COLUMNS, strict=True)]
    return "\n".join(" ".join(line).rstrip() for line in [heads, *lines])


def _cell(value: object, form: str) -> str:
    return form.format(value) if value is not None else _head("", form)


def _head(text: str, form: str) -> str:
    return (form.partition(".")[0].rstrip("f}") + "}").format(text)


def memory(target: Target) -> list[Row]:
    """Of each process of the site, in megabytes: what is resident, and what of it is its own."""
    return [{"pid": pid, **_of_process(pid)} for pid in target.pids()]


def _of_process(pid: int) -> Row:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    found = {name.rstrip(":"): int(value) for name, value, *_unit in map(str.split, lines)}
    own = found["Private_Clean"] + found["Private_Dirty"]
    return {
        "rss_mb": round(found["Rss"] / 1024, 1),
        "pss_mb": round(found["Pss"] / 1024, 1),
        "own_mb": round(own / 1024, 1),
    }


def forget_scans() -> None:
    """Count from now on which indexes are used."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_reset()")


def disk() -> Row:
    """How large the database, its tables and their indexes are, and which indexes were looked at."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        whole = cursor.fetchone()[0]
        cursor.execute(_TABLES)
        tables = [dict(zip(("table", "bytes", "index_bytes", "rows"), row, strict=True)) for row in cursor.fetchall()]
        cursor.execute(_INDEXES)
        indexes = [
            dict(zip(("table", "index", "bytes", "scans", "is_unique"), row, strict=True)) for row in cursor.fetchall()
        ]
    return {"bytes": whole, "tables": tables, "indexes": indexes}


def described(found: Row, *, most: int = 14) -> str:
    """The largest tables and indexes in words, and the indexes that nothing of this run asked for."""
    lines = [f"Database: {_megabytes(found['bytes'])}"]
    lines += [
        f"  {row['table']:<28} {_megabytes(row['bytes']):>11}, indexes {_megabytes(row['index_bytes']):>11}"
        for row in found["tables"][:most]
    ]
    lines += [
        f"  {row['index']:<42} {_megabytes(row['bytes']):>11}, {row['scans']} scans" for row in found["indexes"][:most]
    ]
    unused = [row for row in found["indexes"] if not row["scans"] and not row["is_unique"] and row["bytes"] > 2**20]
    lines += ["Not asked for in this run, and larger than a megabyte:"] if unused else []
    return "\n".join(lines + [f"  {row['index']:<42} {_megabytes(row['bytes']):>11}" for row in unused])


def _megabytes(count: int) -> str:
    return f"{count / 2**20:,.1f} MB"
