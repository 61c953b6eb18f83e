"""The readings of a job as rows of the grid, in the order at the bench, and what is to be said of single cells."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from lims.entering import TypedCell
from lims.procedure_format import Procedure
from lims.sheets import CellView, PointView, TableView
from ui.components.audit_list import AuditLine, correction
from ui.components.markup import join
from ui.components.readings_grid import GridCell, GridColumn, GridRow, State
from ui.job_view import is_difference, moment
from ui.numbers import NONE, aligned, as_typed, clock, local, number
from uncertainty.units import display_unit
from uncertainty.wording import wording

READING = "reading"


@dataclass(frozen=True)
class Placed:
    """One cell with its place in the job: point, table, and its number in the grid, from 1."""

    point: int
    table: str
    number: int
    cell: CellView

    @property
    def identity(self) -> str:
        """The row's identity in the grid."""
        return f"{self.point}/{self.table}/{self.cell.row}/{self.cell.column}"

    def typed(self, text: str) -> TypedCell:
        """A text typed into this cell."""
        return TypedCell(self.point, self.table, self.cell.row, self.cell.column, text)


def placed_cells(points: Sequence[PointView], table: str) -> tuple[Placed, ...]:
    """All cells of one table over all points, in their order."""
    cells = ((point.index, one) for point in points for one in _table(point, table).cells)
    return tuple(Placed(point, table, number, cell) for number, (point, cell) in enumerate(cells, start=1))


def grid_columns(
    procedure: Procedure, points: Sequence[PointView], table: str, language: str
) -> tuple[GridColumn, ...]:
    """The columns of a table: number, point or series, load, reading, time, what a series gives."""
    cells = [placed.cell for placed in placed_cells(points, table)]
    unit = display_unit(cells[0].unit, language) if len({cell.unit for cell in cells}) == 1 else ""
    several = len(points) > 1

    def word(key: str) -> str:
        return wording(f"screens.grid_{key}", language)

    columns = [GridColumn("number", word("number"), "index", 46)]
    if several:
        columns.append(GridColumn("series", word("point"), "middle", 272 if any(one.where for one in points) else 92))
    elif any(cell.series > 1 for cell in cells):
        columns.append(GridColumn("series", word("series"), "middle", 58, on_phone=False))
    if len({cell.load for cell in cells}) > 1 or any(cell.load for cell in cells):
        columns.append(GridColumn("load", word("load"), "load", 58, on_phone=not several))
    if len({cell.column for cell in cells}) > 1 and not all(cell.load for cell in cells):
        columns.append(GridColumn("what", word("what"), "fixed", 120, on_phone=False))
    columns.append(GridColumn(READING, f"{word('reading')}, {unit}" if unit else word("reading"), "reading"))
    columns.append(GridColumn("at", word("at"), "fixed", 66, on_phone=False))
    observed = _observed_input(procedure, table)
    if observed:
        columns.append(GridColumn("observed", f"{observed[1]}, {unit}" if unit else observed[1], "computed", 96))
    return tuple(columns)


def grid_rows(
    procedure: Procedure, points: Sequence[PointView], table: str, time_zone: str, language: str, *, locked: bool
) -> tuple[GridRow, ...]:
    """The rows of a table."""
    placed = placed_cells(points, table)
    shown = aligned([shown_text(one.cell, language) for one in placed], language)
    observed = _observed_texts(procedure, points, table, language)
    per_series = len(procedure.readings[table].columns)
    rows = []
    for index, (one, text) in enumerate(zip(placed, shown, strict=True)):
        after = placed[index + 1] if index + 1 < len(placed) else None
        ends = after is None or after.cell.opens_series or after.point != one.point
        drawn = after is not None and (after.point != one.point if len(points) > 1 else ends and per_series > 1)
        reading = reading_cell(one.cell, text, language, locked=locked)
        rows.append(_row(one, reading, points, time_zone, language, drawn, observed if ends else {}))
    return tuple(rows)


def cells_to_mend(points: Sequence[PointView], tables: Sequence[str]) -> tuple[list[Placed], list[Placed]]:
    """The cells with a wrong text, and the empty ones."""
    every = [one for table in tables for one in placed_cells(points, table)]
    return [one for one in every if one.cell.state == "wrong"], [one for one in every if one.cell.state == "empty"]


def remarks(points: Sequence[PointView], table: str, language: str) -> Iterator[tuple[Placed, str]]:
    """Cells of which something is to be said, with the sentence: wrong ones first."""
    placed = placed_cells(points, table)
    for one in sorted(placed, key=lambda p: p.cell.state != "wrong"):
        if one.cell.remark is not None:
            yield one, one.cell.remark.text(language)


def corrections(
    points: Sequence[PointView],
    table: str,
    time_zone: str,
    language: str,
    named: Callable[[Placed], str] | None = None,
) -> Markup | None:
    """Every correction with old value, time, person and reason, in the order of the rows.

    `named` says what was corrected; without it the number of the row does.
    """
    lines = []
    for one in placed_cells(points, table):
        texts = [text for text, *_ in one.cell.earlier] + [one.cell.text]
        for (before, who, at, why), after in zip(one.cell.earlier, texts[1:], strict=True):
            what = named(one) if named else wording("screens.row_corrected", language, number=one.number)
            line = AuditLine(
                moment(at, time_zone), who, what, why, as_typed(before, language), as_typed(after, language)
            )
            lines.append(correction(line, language))
    return join(*lines) if lines else None


def _table(point: PointView, name: str) -> TableView:
    return next(one for one in point.tables if one.name == name)


def shown_text(cell: CellView, language: str) -> str:
    """A reading as it stands in the grid: a dash where there is none, a wrong text as it was typed."""
    if cell.state == "empty":
        return NONE
    return cell.text if cell.state == "wrong" else as_typed(cell.text, language)


def reading_cell(cell: CellView, shown: str, language: str, *, locked: bool) -> GridCell:
    """A reading as a cell of the grid, with its state and what is to be said of it."""
    states: dict[str, State] = {"empty": "none", "wrong": "wrong", "unusual": "unusual"}
    state = states.get(cell.state, "saved")
    remark = cell.remark.text(language) if cell.remark is not None else ""
    closed = locked and state in ("saved", "none")
    return GridCell(cell.text, shown, "locked" if closed else state, bool(cell.earlier), remark)


def _row(
    one: Placed,
    reading: GridCell,
    points: Sequence[PointView],
    time_zone: str,
    language: str,
    ends: bool,
    observed: dict[tuple[int, int], str],
) -> GridRow:
    cell, several = one.cell, len(points) > 1
    series = _nominal(points[one.point], language) if several else str(cell.series)
    return GridRow(
        one.identity,
        {
            "number": GridCell("", str(one.number)),
            "series": GridCell("", series if cell.opens_series and (not several or cell.row == 0) else ""),
            "load": GridCell("", cell.load),
            "what": GridCell("", cell.label.text(language)),
            READING: reading,
            "at": GridCell("", clock(local(cell.at, time_zone)) if cell.at else ""),
            "observed": GridCell("", observed.get((one.point, cell.row), "")),
        },
        ends_series=ends,
        load="reference" if cell.load == "S" else "item" if cell.load else "",
    )


def _nominal(point: PointView, language: str) -> str:
    digits, _, unit = point.nominal.partition(" ")
    said = f"{as_typed(digits, language)}\u00a0{display_unit(unit, language)}" if unit else str(point.index + 1)
    return f"{said} · {point.where.text(language)}" if point.where else said


def _observed_input(procedure: Procedure, table: str) -> tuple[str, str] | None:
    """The input that a whole row of the table gives, with its symbol; None where a reading itself is the input."""
    for name, one in procedure.inputs.items():
        if (
            one.observed
            and one.table == table
            and one.observed not in {c.name for c in procedure.readings[table].columns}
        ):
            return name, one.symbol or name
    return None


def _observed_texts(
    procedure: Procedure, points: Sequence[PointView], table: str, language: str
) -> dict[tuple[int, int], str]:
    observed = _observed_input(procedure, table)
    if observed is None:
        return {}
    return {
        (point.index, row.row): number(row.text, language, sign=is_difference(procedure.inputs[observed[0]].observed))
        for point in points
        for row in point.result.observed.get(observed[0], ())
        if row.text is not None
    }
