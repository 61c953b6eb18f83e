"""The results of a matrix as the certificate prints them: ranges and nominal values down, conditions across."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from certificates.content import Bilingual, Column, Condition, ResultTable, UnitRow
from certificates.plot_content import ErrorPlot
from lims.content_results import both, deviation, limit_of
from lims.marks import Marking, signs
from lims.procedure_format import Label, Matrix, MatrixColumn, Procedure
from uncertainty.quantity import read_quantity

Point = Mapping[str, Any]
Cells = Sequence[Point | None]
"""A column of the matrix: its points row by row, None where nothing is measured."""


def matrix_tables(
    procedure: Procedure, matrix: Matrix, points: list[dict[str, Any]], *, scoped: Sequence[Marking] = ()
) -> tuple[ResultTable, ...]:
    """One matrix for each phase and function, in the order of the procedure.

    Args:
        procedure: that made the points.
        matrix: its columns.
        points: evaluated points of the job.
        scoped: the kinds of marks that the certificate carries; results outside their scopes are marked.
    """
    phases = list(dict.fromkeys(one["point"].get("phase") for one in points))
    made = []
    for phase in phases:
        mine = [one for one in points if one["point"].get("phase") == phase]
        for function in dict.fromkeys(_function(procedure, one) for one in mine):
            chosen = [one for one in mine if _function(procedure, one) == function]
            title = _title(function, phase if len(phases) > 1 else None)
            table = _Build(procedure, matrix, chosen, scoped)
            made.append(table.made(title, phase if len(phases) > 1 else None))
    return tuple(made)


def _function(procedure: Procedure, point: Point) -> Label | None:
    within = procedure.range_of(point["point"])
    return within.function if within else None


def _title(function: Label | None, phase: str | None) -> Bilingual | None:
    """The function, and as which phase it was measured where there are two."""
    if phase is None:
        return Bilingual(function.vi, function.en) if function else None
    said = both(f"documents.phase_{phase}")
    return said if function is None else Bilingual(f"{function.vi}, {said.vi.lower()}", f"{function.en}, {said.en}")


@dataclass(frozen=True)
class _Made:
    """A column with its texts row by row; `result` where a unit row states the unit of the results above it."""

    column: Column
    texts: list[str | None]
    unit: str = ""


class _Build:
    """One matrix being made."""

    def __init__(
        self, procedure: Procedure, matrix: Matrix, points: Sequence[Point], scoped: Sequence[Marking]
    ) -> None:
        self.procedure, self.matrix, self.scoped = procedure, matrix, scoped
        self.rows: dict[tuple[object, ...], dict[str, Point]] = {}
        for one in points:
            place = one["point"]
            key = (place.get("range"), place.get("nominal"), place.get("name_vi"))
            self.rows.setdefault(key, {})[place["at"]] = one
        self.first = [next(iter(cells.values())) for cells in self.rows.values()]
        self.in_ranges = any(procedure.range_of(one["point"]) for one in self.first)
        self.judged = any(one.get("conformity") for one in points)
        self.own_k = len({one["coverage_factor"] for one in points}) > 1  # the statement then leaves k to its columns

    def made(self, title: Bilingual | None, phase: str | None) -> ResultTable:
        """The table with its unit rows."""
        found = self._heads()
        for number, column in enumerate(self.matrix.columns):
            cells = [row.get(column.at) for row in self.rows.values()]
            if any(cells):
                found += self._below(number, column, cells)
        rows = tuple(zip(*(one.texts for one in found), strict=True))
        return ResultTable(tuple(one.column for one in found), rows, title, self._ranges(found), phase)

    def _heads(self) -> list[_Made]:
        """What names a row: its position where it has one, its nominal value."""
        found = []
        if all(one["point"].get("name_vi") for one in self.first):
            names: list[str | None] = [f"{one['point']['name_vi']}|{one['point']['name_en']}" for one in self.first]
            found.append(_Made(Column("position", both("documents.position"), kind="bilingual"), names))
        unit = next((one["nominal"][1] for one in self.first if one.get("nominal")), None)
        if unit is not None:
            texts = [one["nominal"][0] if one.get("nominal") else None for one in self.first]
            column = Column("nominal", both("lims.column.nominal"), self._unit(unit), role="nominal")
            found.append(_Made(column, texts, "nominal"))
        return found

    def _unit(self, unit: str) -> str | None:
        """The unit in the head; where ranges state their own, none."""
        return None if self.in_ranges else unit

    def _below(self, number: int, of: MatrixColumn, cells: Cells) -> list[_Made]:
        """The columns below one condition: result, sign of its verdict, U, k where it differs, limit, plot, mark."""
        output, unit = self.procedure.output, self._unit(self.first[0]["unit"])
        measured = [one for one in cells if one]
        outside = {signs(one, self.scoped) for one in measured}
        common = next(iter(outside)) if len(outside) == 1 else ""
        head: dict[str, Any] = {"span": _span(of, common), "condition": _condition(self.matrix, of)}
        found: list[_Made] = []

        def add(key: str, label: Bilingual, texts: list[str | None], of_unit: str = "result", **more: Any) -> None:
            in_head = {"result": unit, "one": "1"}.get(of_unit)
            found.append(_Made(Column(f"{key}_{number}", label, in_head, **head, **more), texts, of_unit))

        label, signed = Bilingual(output.label.vi, output.label.en), output.kind != "value"
        add("value", label, _texts(cells, "value"), emphasis=True, signed=signed, role=output.kind)
        judged = f"value_{number}"
        if output.kind == "value":
            differs = [deviation(dict(one)) if one else None for one in cells]
            if any(differs):
                judged = f"deviation_{number}"
                add("deviation", both("lims.column.deviation"), differs, signed=True, role="deviation")
        if self.judged:
            add("outcome", both("documents.outcome"), [_said(one, "verdict") for one in cells], "", kind="verdict")
        name = both("lims.column.expanded_uncertainty")
        add("U", name, _texts(cells, "expanded_uncertainty"), symbol="U", emphasis=True)
        if self.own_k:
            add("k", both("lims.column.coverage_factor"), _texts(cells, "coverage_factor"), "one", symbol="k")
        if self.judged:
            limits = [limit_of(one) if one else None for one in cells]
            add("limit", both("documents.limit"), limits, role="limit")
        if self.procedure.report.plot:
            plot = ErrorPlot(judged, f"U_{number}", f"limit_{number}" if self.judged else None)
            words = both("documents.error_and_limits" if self.judged else "documents.error_and_uncertainty")
            add("plot", words, [None] * len(cells), "", kind="plot", plot=plot)
        if len(outside) > 1:
            marks = [(signs(one, self.scoped) or None) if one else None for one in cells]
            add("scope", both("documents.scope"), marks, "", kind="mark")
        return found

    def _ranges(self, columns: Sequence[_Made]) -> tuple[UnitRow, ...]:
        """A unit row wherever another range begins."""
        found: list[UnitRow] = []
        before = None
        for at, one in enumerate(self.first):
            within = self.procedure.range_of(one["point"])
            if within is None or within is before:
                continue
            before = within
            nominal = one["nominal"][1] if one.get("nominal") else None
            units = {"nominal": nominal, "result": one["unit"], "one": "1", "": None}
            label = Bilingual(within.label.vi, within.label.en)
            found.append(UnitRow(at, label, tuple(units[each.unit] for each in columns)))
        return tuple(found)


def _texts(cells: Cells, key: str) -> list[str | None]:
    return [one[key] if one else None for one in cells]


def _said(point: Point | None, key: str) -> str | None:
    return point["conformity"][key] if point and point.get("conformity") else None


def _span(of: MatrixColumn, sign: str) -> Bilingual:
    """The condition as it stands over its columns, with the sign of a scope that all of them are outside of.

    The page gives it the document's decimal sign.
    """
    quantity = read_quantity(of.at)
    text = f"{quantity.typed.canonical} {quantity.unit.printed}".strip()
    said = f"{text} {sign}".strip()
    return Bilingual(said, said)


def _condition(matrix: Matrix, of: MatrixColumn) -> Condition:
    quantity = read_quantity(of.at)
    return Condition(Bilingual(matrix.label.vi, matrix.label.en), quantity.typed.canonical, quantity.unit.text)
