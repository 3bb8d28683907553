"""Which message answers which: Jamie Zawinski's threading, on disk, so that a list may have any size.

Every id becomes a node of a forest, known messages and those that are only mentioned alike; parents
come from References. Then messages whose ancestors are all missing are gathered below the eldest of
them, and replies that lost every reference join a thread of the same subject. The forest is a scratch
database of SQLite in a temporary file that is gone when the import ends, however it ends.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Self

from forum.archives import titles

SUBJECT_SPAN = timedelta(days=180)
CLIMB_MAX = 1000
CACHE_KIB = 32 * 1024
TAG_SHARE = 2  # a tag is the list's own if one message in so many of a file carries it
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SCHEMA = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE node (
        n INTEGER PRIMARY KEY,
        hash BLOB NOT NULL UNIQUE,
        parent INTEGER,
        file INTEGER,              -- null while the message itself has not been met
        place INTEGER,
        size INTEGER,
        sent INTEGER,
        subject TEXT,
        root INTEGER,
        above INTEGER,             -- the nearest ancestor that is here
        moment INTEGER,            -- never before that of the one above
        depth INTEGER
    );
    CREATE TABLE turn (position INTEGER PRIMARY KEY, n INTEGER NOT NULL);
"""
PLACE = """
    WITH RECURSIVE walk (n, root, above, nearest, moment, depth) AS (
        SELECT n, n, NULL, CASE WHEN file IS NOT NULL THEN n END, ifnull(sent, -9e18), 0 FROM node WHERE parent IS NULL
        UNION ALL
        SELECT node.n, walk.root, walk.nearest, CASE WHEN node.file IS NOT NULL THEN node.n ELSE walk.nearest END,
               max(ifnull(node.sent, -9e18), walk.moment), walk.depth + 1
        FROM walk JOIN node ON node.parent = walk.n
    )
    UPDATE node SET root = walk.root, above = walk.above, moment = walk.moment, depth = walk.depth
    FROM walk WHERE walk.n = node.n
"""
OPENINGS = """
    SELECT n, root, sent, subject FROM (
        SELECT *, row_number() OVER (PARTITION BY root ORDER BY sent, n) AS rank FROM node
        WHERE file IS NOT NULL AND above IS NULL
    ) WHERE rank = 1
"""
LINE_UP = """
    INSERT INTO turn (n)
    SELECT node.n FROM node JOIN (
        SELECT root, min(moment) AS begins FROM node WHERE file IS NOT NULL GROUP BY root
    ) AS thread USING (root)
    WHERE file IS NOT NULL ORDER BY thread.begins, root, moment, depth, node.n
"""


TURNS = """
    SELECT node.n, node.hash, node.file, node.place, node.size, node.sent, higher.hash, node.parent, node.above
    FROM turn JOIN node USING (n) LEFT JOIN node AS higher ON higher.n = node.above
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """A message whose turn it is: where it stands in its file, and what it answers.

    `above` is the hash of the message that it goes below, None if it opens a thread; `missing` are the
    hashes of the ancestors between, nearest first, which no file of this import holds.
    """

    node: int
    hash: bytes
    file: int
    offset: int
    size: int
    sent_at: datetime
    above: bytes | None
    missing: Sequence[bytes] = ()


class Forest:
    """Messages go in by `add`, in any order; after `grow` they come out by `batches`, parents first."""

    def __init__(self) -> None:
        self.db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self.db.executescript(SCHEMA)
        self.db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self.db.execute("BEGIN")
        self.list_tags: frozenset[str] = frozenset()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.db.close()

    def add(
        self,
        own: bytes,
        references: Iterable[bytes],
        *,
        file: int,
        offset: int,
        size: int,
        sent_at: datetime,
        subject: str,
    ) -> bool:
        """False if a message with this id is here already."""
        node, is_new = self._node(own)
        if not is_new and self._one("SELECT file FROM node WHERE n = ?", node) is not None:
            return False
        milliseconds = (sent_at - EPOCH) // timedelta(milliseconds=1)
        self.db.execute(
            "UPDATE node SET file = ?, place = ?, size = ?, sent = ?, subject = ? WHERE n = ?",
            (file, offset, size, milliseconds, subject, node),
        )
        parent = self._chain(reference for reference in references if reference != own)
        if parent is not None and (is_new or not self._descends(parent, node)):
            self.db.execute("UPDATE node SET parent = ? WHERE n = ?", (parent, node))
        return True

    def grow(self, *, known_tags: Iterable[str] = ()) -> None:
        """Bring everything into its place."""
        self.list_tags = frozenset(known_tags) | frozenset(self._tags())
        self.db.execute("CREATE INDEX children ON node (parent)")
        self.db.execute(PLACE)
        self.db.execute("CREATE INDEX beneath ON node (above)")
        self.db.execute("CREATE INDEX threads ON node (root)")
        self._gather_orphans()
        self._join_by_subject()
        self.db.execute(LINE_UP)

    def count(self) -> int:
        return int(self._one("SELECT count(*) FROM turn"))

    def batches(self, size: int) -> Iterator[list[Turn]]:
        """All messages, a thread after the other in the order of time, none before the one it answers."""
        position = 0
        while found := self._turns(position, size):
            position += len(found)
            yield found

    def turns(self, nodes: Sequence[int]) -> list[Turn]:
        """The same messages once more, after some were left out."""
        return [self._turn(row) for row in self._rows("node.n IN (SELECT value FROM json_each(?))", json.dumps(nodes))]

    def leave_out(self, node: int) -> None:
        """A message that will not become a post: its answers go below the one above, or the first of them opens."""
        above = self._one("SELECT above FROM node WHERE n = ?", node)
        if above is None:
            above = self._one("SELECT n FROM node JOIN turn USING (n) WHERE above = ? ORDER BY position", node)
            self.db.execute("UPDATE node SET above = NULL WHERE n = ?", (above,))
        self.db.execute("UPDATE node SET above = ? WHERE above = ?", (above, node))

    def _node(self, own: bytes) -> tuple[int, bool]:
        found = self.db.execute(
            "INSERT INTO node (hash) VALUES (?) ON CONFLICT DO NOTHING RETURNING n", (own,)
        ).fetchone()
        if found:
            return found[0], True
        return int(self._one("SELECT n FROM node WHERE hash = ?", own)), False

    def _chain(self, references: Iterable[bytes]) -> int | None:
        """Link the ancestors one below the other where nothing better is known; the last of them."""
        last: int | None = None
        for reference in references:
            node, is_new = self._node(reference)
            if last is not None and (is_new or (self._parent(node) is None and not self._descends(last, node))):
                self.db.execute("UPDATE node SET parent = ? WHERE n = ?", (last, node))
            last = node
        return last

    def _descends(self, node: int, ancestor: int) -> bool:
        """Whether `node` is, or stands below, `ancestor`; also said of a chain too long to be anybody's."""
        climbing: int | None = node
        for _step in range(CLIMB_MAX):
            if climbing is None:
                return False
            if climbing == ancestor:
                return True
            climbing = self._parent(climbing)
        return True

    def _parent(self, node: int) -> int | None:
        return self._one("SELECT parent FROM node WHERE n = ?", node)

    def _tags(self) -> Iterator[str]:
        """The `[tags]` that most messages of a file carry."""
        rows = self.db.execute("SELECT file, subject FROM node WHERE file IS NOT NULL ORDER BY file")
        for _file, subjects in groupby(rows, key=lambda row: row[0]):
            counted: dict[str, int] = {}
            total = 0
            for _number, subject in subjects:
                total += 1
                tag = titles.tag(subject)
                if tag and (tag in counted or len(counted) < CLIMB_MAX):
                    counted[tag] = counted.get(tag, 0) + 1
            yield from (tag for tag, count in counted.items() if count * TAG_SHARE >= total)

    def _gather_orphans(self) -> None:
        """Of those in one tree whose ancestors are all missing, the eldest opens and the others go below it."""
        self.db.execute(f"CREATE TABLE opening AS {OPENINGS}")
        self.db.execute("CREATE UNIQUE INDEX opening_of ON opening (root)")
        self.db.execute(
            "UPDATE node SET above = opening.n FROM opening WHERE opening.root = node.root"
            " AND node.file IS NOT NULL AND node.above IS NULL AND node.n != opening.n"
        )
        self.db.execute("UPDATE node SET depth = -1 WHERE n IN (SELECT n FROM opening)")

    def _join_by_subject(self) -> None:
        """Replies that open a thread go to the last thread of the same subject, unless it is long over."""
        self.db.execute("CREATE TABLE keyed (key TEXT, sent INTEGER, n INTEGER, root INTEGER, is_reply INTEGER)")
        rows = self.db.execute("SELECT n, root, sent, subject FROM opening")
        self.db.executemany("INSERT INTO keyed VALUES (?, ?, ?, ?, ?)", (self._keyed(*row) for row in rows))
        span = SUBJECT_SPAN // timedelta(milliseconds=1)
        ordered = self.db.execute(
            "SELECT key, sent, n, root, is_reply FROM keyed WHERE key != '' ORDER BY key, sent, n"
        )
        joins: list[tuple[int, int, int]] = []
        for _key, group in groupby(ordered, key=lambda row: row[0]):
            first, latest = None, 0
            for _same, sent, node, root, is_reply in group:
                if first and is_reply and sent - latest <= span:
                    joins.append((first[1], first[0], root))
                else:
                    first = (node, root)
                latest = sent
                if len(joins) >= CLIMB_MAX:
                    self._join(joins)
        self._join(joins)

    def _keyed(self, node: int, root: int, sent: int, subject: str) -> tuple[str, int, int, int, bool]:
        key, is_reply = (
            titles.key(subject, list_tags=self.list_tags),
            titles.is_reply(subject, list_tags=self.list_tags),
        )
        return key, sent, node, root, is_reply

    def _join(self, joins: list[tuple[int, int, int]]) -> None:
        for root, opening, joining in joins:
            self.db.execute(
                "UPDATE node SET above = ? WHERE root = ? AND file IS NOT NULL AND above IS NULL", (opening, joining)
            )
            self.db.execute("UPDATE node SET root = ?, depth = depth + 1 WHERE root = ?", (root, joining))
        joins.clear()

    def _turns(self, position: int, size: int) -> list[Turn]:
        return [self._turn(row) for row in self._rows("position > ? AND position <= ?", position, position + size)]

    def _rows(self, condition: str, *parameters: object) -> list[tuple[Any, ...]]:
        return self.db.execute(f"{TURNS} WHERE {condition} ORDER BY position", parameters).fetchall()

    def _turn(self, row: tuple[Any, ...]) -> Turn:
        node, own, file, offset, size, sent, above, parent, above_node = row
        missing = tuple(self._missing(parent)) if parent is not None and parent != above_node else ()
        sent_at = EPOCH + timedelta(milliseconds=sent)
        return Turn(node, own, file, offset, size, sent_at, above, missing)

    def _missing(self, node: int) -> Iterator[bytes]:
        climbing: int | None = node
        while climbing is not None:
            own, file, climbing = self.db.execute(
                "SELECT hash, file, parent FROM node WHERE n = ?", (climbing,)
            ).fetchone()
            if file is not None:
                return
            yield own

    def _one(self, query: str, *parameters: object) -> Any:
        found = self.db.execute(query, parameters).fetchone()
        return found[0] if found else None
