import json
from pathlib import Path
from typing import Any

import pytest

from bench import report


def row(page: str = "thread", *, size: str = "S", share: float = 0.1, **more: Any) -> report.Row:
    return {"page": page, "as": "member", "via": "app", "size": size, "connections": 8, "share": share, **more}


def test_results_are_kept_by_page_and_what_was_measured_later_replaces_them(tmp_path: Path) -> None:
    path = tmp_path / "results.json"

    report.keep([row(share=0.1), row("home", share=0.3)], {"memory_S": []}, path=path)
    report.keep([row(share=0.2)], {"disk_S": {}}, path=path)

    written = json.loads(path.read_text())
    assert {(one["page"], one["share"]) for one in written["rows"]} == {("thread", 0.2), ("home", 0.3)}
    assert written["memory_S"] == []
    assert written["disk_S"] == {}


def test_a_large_community_is_compared_with_the_small_one(tmp_path: Path) -> None:
    path = tmp_path / "results.json"

    small = report.keep([row(share=0.1)], {}, path=path)
    large = report.keep([row(size="L", share=0.09)], {}, path=path)

    assert small[0]["ratio_l_to_s"] is None
    assert large[0]["ratio_l_to_s"] == pytest.approx(0.9)


def test_the_table_has_a_line_for_each_row_and_bears_what_was_not_measured() -> None:
    lines = report.table([row(requests_per_second=12.34, bytes=900)]).splitlines()

    assert lines[0].split()[:6] == ["page", "as", "via", "size", "conn", "share"]
    assert lines[1].split() == ["thread", "member", "app", "S", "8", "0.1000", "12.3", "900"]


def test_indexes_that_nothing_asked_for_are_named_but_for_those_that_keep_things_unique() -> None:
    index = {"table": "forum_post", "bytes": 2**21, "scans": 0, "is_unique": False}
    indexes = [
        {**index, "index": "used", "scans": 3},
        {**index, "index": "idle"},
        {**index, "index": "small", "bytes": 100},
        {**index, "index": "unique", "is_unique": True},
    ]

    words = report.described({"bytes": 2**30, "tables": [], "indexes": indexes})

    assert words.partition("larger than a megabyte:")[2].split() == ["idle", "2.0", "MB"]
