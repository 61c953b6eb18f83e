"""The readings of a matrix as a grid: nominal values down, conditions across, each cell saved when it is left."""

from collections.abc import Sequence
from itertools import groupby

from lims.procedure_format import Procedure
from lims.quantity_text import shown
from lims.sheets import PointView
from ui.components.readings_grid import GridCell, GridColumn, GridRow
from ui.numbers import NONE, aligned, as_typed
from ui.readings_view import Placed, placed_cells, reading_cell, shown_text
from uncertainty.units import display_unit
from uncertainty.wording import wording

LEAST_WIDTH = 118
"""Of a column of readings, in pixels: nine digits in groups."""
Place = tuple[str, str]
"""Row and column of the grid."""


def is_matrix(procedure: Procedure, table: str) -> bool:
    """Whether a table is typed as a matrix: the procedure has one, and each of its cells is one number."""
    return procedure.matrix is not None and len(procedure.readings[table].columns) == 1


def place_of(points: Sequence[PointView], placed: Placed) -> Place:
    """Where a cell stands in the matrix."""
    point = points[placed.point]
    return f"{row_of(point)}/{placed.cell.row}", point.result.point["at"]


def matrix_columns(procedure: Procedure, points: Sequence[PointView], language: str) -> tuple[GridColumn, ...]:
    """The columns: what is measured with its range, the unit that is typed, and one for each condition."""
    found = procedure.matrix
    assert found is not None
    used = {one.result.point["at"] for one in points}
    wide = 214 if any(one.result.point.get("phase") == "as_left" for one in points) else 156
    return (
        GridColumn("row", wording("screens.grid_point", language), "fixed", wide, pinned=True),
        GridColumn("unit", wording("matrix.unit", language), "middle", 58, on_phone=False),
        *(
            GridColumn(one.at, shown(one.at).text(language), "reading", least=LEAST_WIDTH)
            for one in found.columns
            if one.at in used
        ),
    )


def matrix_rows(
    procedure: Procedure, points: Sequence[PointView], table: str, language: str, *, locked: bool
) -> tuple[GridRow, ...]:
    """The rows; what is not measured at a condition is a dash that takes no text."""
    assert procedure.matrix is not None
    texts = _texts(points, table, language)
    cells: dict[str, dict[str, Placed]] = {}
    for placed in placed_cells(points, table):
        place = place_of(points, placed)
        cells.setdefault(place[0], {})[place[1]] = placed
    made = list(cells.items())
    rows = []
    for number, (identity, mine) in enumerate(made):
        first = next(iter(mine.values()))
        point = points[first.point]
        after = points[next(iter(made[number + 1][1].values())).point] if number + 1 < len(made) else None
        again = f" · {first.cell.series}" if first.cell.row else ""
        row = {"row": GridCell("", f"{row_name(procedure, point, language)}{again}")}
        row["unit"] = GridCell("", display_unit(first.cell.unit, language))
        for of in procedure.matrix.columns:
            one = mine.get(of.at)
            known = reading_cell(one.cell, texts[one.identity], language, locked=locked) if one else None
            row[of.at] = known or GridCell("", NONE, "locked")
        rows.append(GridRow(identity, row, ends_series=after is not None and _block(after) != _block(point)))
    return tuple(rows)


def cell_name(points: Sequence[PointView], placed: Placed, language: str) -> str:
    """What a cell is called in a sentence: "10 V · Dải 10 V, 1 kHz"."""
    point = points[placed.point]
    return f"{_nominal(point, language)} · {point.where.text(language)}" if point.where else _nominal(point, language)


def _texts(points: Sequence[PointView], table: str, language: str) -> dict[str, str]:
    """The reading of each cell as shown, decimal signs below each other within a range."""
    found: dict[str, str] = {}
    placed = sorted(placed_cells(points, table), key=lambda one: (_block(points[one.point]), place_of(points, one)[1]))
    for _, block in groupby(placed, key=lambda one: (_block(points[one.point]), place_of(points, one)[1])):
        mine = list(block)
        each = aligned([shown_text(one.cell, language) for one in mine], language)
        found |= {one.identity: text for one, text in zip(mine, each, strict=True)}
    return found


def _block(point: PointView) -> tuple[str, str]:
    """The phase and the range in which a point lies."""
    return point.result.point.get("phase", ""), point.result.point.get("range", "")


def row_of(point: PointView) -> str:
    """What the points of one row have in common."""
    own = point.result.point
    return "/".join((*_block(point), own.get("nominal", ""), own.get("name_vi", "")))


def row_name(procedure: Procedure, point: PointView, language: str) -> str:
    """What a row measures: nominal value, range, and the phase once there are two."""
    own = point.result.point
    within, phase = procedure.range_of(own), own.get("phase")
    parts = [own.get(f"name_{language}", ""), within.label.text(language) if within else ""]
    parts.append(wording(f"documents.phase_{phase}", language).lower() if phase == "as_left" else "")
    return " · ".join(one for one in (_nominal(point, language), *parts) if one)


def _nominal(point: PointView, language: str) -> str:
    digits, _, unit = point.nominal.partition(" ")
    return f"{as_typed(digits, language)}\u00a0{display_unit(unit, language)}"
