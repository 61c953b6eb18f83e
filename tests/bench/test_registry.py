"""The benchmark of the registry asks the right questions, and its table has its form."""

import json
from pathlib import Path

import pytest

from tests.bench import registry as bench


def test_the_table_has_its_form_and_its_answers_are_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows have the promised keys, ours a target and a verdict; chains reach what the bare statement reaches."""
    bench.main(
        [
            "--instruments",
            "400",
            "--asked",
            "30",
            "--engine",
            "SQLite",
            "--functions-only",
            "--json",
            str(tmp_path / "table.json"),
        ]
    )
    rows = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))["rows"]
    assert {tuple(row) for row in rows} == {("task", "engine", "median_s", "figure", "unit", "target", "met")}
    assert {row["engine"] for row in rows} == {bench.OURS, bench.BARE, bench.IDS}
    for row in rows:
        assert (row["target"] is not None) == (row["engine"] == bench.OURS) == (row["met"] is not None)
    assert len(capsys.readouterr().out.splitlines()) == 1 + len(rows)
