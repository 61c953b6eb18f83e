"""The table of a benchmark says what was measured, and whether the target was met."""

import json
from pathlib import Path

from tests.bench.table import Row, table, write_rows

ROWS = [Row("a long task", "by hand", 0.002, 1.0, "x"), Row("short", "ours", None, 3.5, "MB", 3.0, False)]


def test_columns_stand_under_their_heads() -> None:
    """Numbers end and words begin where their head does; a missed target is said loudly."""
    head, first, second = table(ROWS).splitlines()
    assert first.startswith("a long task  by hand    2 ms")
    assert second.split() == ["short", "ours", "3.5", "MB", "3", "NO"]
    assert head.index("met") == second.index("NO")
    assert head.index("figure") + len("figure") == second.index("3.5") + len("3.5")


def test_rows_are_written_whole(tmp_path: Path) -> None:
    """Every row is in the file with all its keys; what does not apply is null."""
    write_rows(ROWS, tmp_path / "rows.json")
    rows = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))["rows"]
    assert [tuple(row) for row in rows] == [("task", "engine", "median_s", "figure", "unit", "target", "met")] * 2
    assert rows[0]["target"] is None and rows[0]["met"] is None and rows[1]["met"] is False
