"""The table of a benchmark: its rows, as text and as the JSON that `--json FILE` writes."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        task: what was done.
        engine: who did it.
        median_s: seconds, the median of the rounds; None where the figure is no time.
        figure: what is compared with the target.
        unit: of the figure.
        target: the largest figure permitted; None for others than ourselves.
        met: whether it is; None without a target.
    """

    task: str
    engine: str
    median_s: float | None
    figure: float
    unit: str
    target: float | None = None
    met: bool | None = None


HEAD = ("task", "engine", "median", "figure", "unit", "target", "met")
NUMBERS = (2, 3, 5)
"""The columns that hold numbers."""


def table(rows: Sequence[Row]) -> str:
    """The rows as text under a head, every column as wide as it has to be."""
    cells = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(HEAD))]
    return "\n".join(_line(line, widths) for line in cells)


def _cells(row: Row) -> tuple[str, ...]:
    median = "" if row.median_s is None else f"{row.median_s * 1e3:.4g} ms"
    target = "" if row.target is None else f"{row.target:g}"
    met = {True: "yes", False: "NO", None: ""}[row.met]
    return row.task, row.engine, median, f"{row.figure:.4g}", row.unit, target, met


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    placed = (
        cell.rjust(width) if place in NUMBERS else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(placed).rstrip()


def write_rows(rows: Sequence[Row], file: Path) -> None:
    """Write the rows as JSON: an object with the list `rows`."""
    content = {"rows": [asdict(row) for row in rows]}
    file.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
