"""The results tables of a certificate with limits, ranges, checks or phases: one for each function."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from certificates.content import Bilingual, Column, ResultTable, UnitRow
from certificates.plot_content import ErrorPlot
from lims.content_matrix import matrix_tables
from lims.content_results import both, deviation, limit_of
from lims.marks import Marking, signs
from lims.procedure_format import Label, Procedure, Range
from lims.record import JobRecord

Point = Mapping[str, Any]
Rows = list[tuple[Point, ...]]
"""Rows of a table: the same point in each phase."""


def is_rich(procedure: Procedure, points: list[dict[str, Any]]) -> bool:
    """Whether the results need more than the plain table: ranges, a matrix, phases, checks, plots, verdicts by row."""
    several = len(points) > 1 and any(one.get("conformity") for one in points)
    own = procedure.ranges or procedure.matrix or procedure.phases or procedure.checks or procedure.report.plot
    return bool(own or several)


def checks_table(procedure: Procedure, record: JobRecord) -> ResultTable | None:
    """What was looked at and not measured, with its outcome."""
    rows = tuple(
        (f"{one.label.vi}|{one.label.en}", record.checks[name].outcome)
        for name, one in procedure.checks.items()
        if name in record.checks
    )
    if not rows:
        return None
    columns = (
        Column("check", both("documents.check"), kind="bilingual"),
        Column("outcome", both("documents.outcome"), kind="verdict"),
    )
    return ResultTable(columns, rows)


def result_tables(
    procedure: Procedure, points: list[dict[str, Any]], *, scoped: Sequence[Marking] = ()
) -> tuple[ResultTable, ...]:
    """One table for each function, in the order of the procedure, its ranges opened by their unit rows."""
    if procedure.matrix is not None:
        return matrix_tables(procedure, procedure.matrix, points, scoped=scoped)

    def function(point: Point) -> Label | None:
        within = procedure.range_of(point["point"])
        return within.function if within else None

    phases = list(dict.fromkeys(one["point"].get("phase") for one in points))
    first = [one for one in points if one["point"].get("phase") == phases[0]]
    others = [[one for one in points if one["point"].get("phase") == phase] for phase in phases[1:]]
    own_k = len({one["coverage_factor"] for one in points}) > 1  # the statement then leaves k to its column
    rows: Rows = [(one, *(each[at] for each in others)) for at, one in enumerate(first)]
    made = []
    for title, group in groupby(rows, lambda row: function(row[0])):
        mine = list(group)
        table = _Build(procedure, title, mine, phases, own_k=own_k).table()
        made.append(_scoped(table, [row[0] for row in mine], scoped))
    return tuple(made)


def _scoped(table: ResultTable, points: list[Point], kinds: Sequence[Marking]) -> ResultTable:
    """A table with its results outside a scope marked: the whole function, or single rows."""
    found = {signs(one, kinds) for one in points}
    if len(found) > 1 or table.title is None:
        return with_scope(table, points, kinds)
    sign = found.pop()
    return replace(table, title=Bilingual(f"{table.title.vi} {sign}", f"{table.title.en} {sign}")) if sign else table


def with_scope(table: ResultTable, points: Sequence[Point], kinds: Sequence[Marking]) -> ResultTable:
    """A table with a column that marks the results outside the scopes whose marks the certificate carries."""
    found = [signs(one, kinds) or None for one in points]
    if not any(found):
        return table
    rows = tuple((*row, sign) for row, sign in zip(table.rows, found, strict=True))
    ranges = tuple(replace(one, units=(*one.units, None) if one.units else ()) for one in table.ranges)
    column = Column("scope", both("documents.scope"), kind="mark")
    return replace(table, columns=(*table.columns, column), rows=rows, ranges=ranges)


class _Build:
    """One table being made: columns beside each other, and the texts of each row in the same order."""

    def __init__(
        self, procedure: Procedure, title: Label | None, rows: Rows, phases: list[str | None], *, own_k: bool
    ) -> None:
        self.procedure, self.title, self.rows, self.own_k = procedure, title, rows, own_k
        self.phases = phases if len(phases) > 1 else [None]
        self.columns: list[Column] = []
        self.cells: list[list[str | None]] = [[] for _ in rows]
        self.units: list[str] = []  # how each column's unit follows from a point: "nominal", "result" or nothing

    def add(self, column: Column, texts: list[str | None], unit: str = "") -> None:
        """A further column."""
        self.columns.append(column)
        self.units.append(unit)
        for row, text in zip(self.cells, texts, strict=True):
            row.append(text)

    def table(self) -> ResultTable:
        """The table with its unit rows."""
        self._nominal()
        for at, phase in enumerate(self.phases):
            self._results(at, phase)
        if self._shared("expanded_uncertainty"):
            self._uncertainty(0, None)
        self._limits()
        ranges = self._ranges()
        title = Bilingual(self.title.vi, self.title.en) if self.title else None
        return ResultTable(tuple(self.columns), tuple(tuple(row) for row in self.cells), title, ranges)

    def _nominal(self) -> None:
        first = [row[0] for row in self.rows]
        if all(one["point"].get("name_vi") for one in first):
            names = [f"{one['point']['name_vi']}|{one['point']['name_en']}" for one in first]
            self.add(Column("position", both("documents.position"), kind="bilingual"), list(names))
        if any(one.get("nominal") for one in first) and not self._named(first):
            texts = [one["nominal"][0] if one.get("nominal") else None for one in first]
            unit = next(one["nominal"][1] for one in first if one.get("nominal"))
            column = Column("nominal", both("lims.column.nominal"), self._unit(unit), role="nominal")
            self.add(column, texts, "nominal")

    def _named(self, points: list[Point]) -> bool:
        """Whether the names of the points say their nominal values already."""
        return all(
            str(one["point"].get("name_en", "")).startswith(" ".join(one["nominal"] or ("?",))) for one in points
        )

    def _unit(self, unit: str) -> str | None:
        """The unit in the head; where ranges state their own, none."""
        return None if self._in_ranges() else unit

    def _in_ranges(self) -> bool:
        return any(self.procedure.range_of(row[0]["point"]) for row in self.rows)

    def _results(self, at: int, phase: str | None) -> None:
        """The result of one phase with its verdict; U beside it where it differs between the phases."""
        output, points = self.procedure.output, [row[at] for row in self.rows]
        suffix = f"_{phase}" if phase else ""
        label, unit = Bilingual(output.label.vi, output.label.en), self._unit(points[0]["unit"])
        signed = output.kind != "value"
        value = Column(f"value{suffix}", label, unit, emphasis=True, signed=signed, role=output.kind, phase=phase)
        self.add(value, [one["value"] for one in points], "result")
        deviations = [deviation(one) for one in points] if output.kind == "value" else []  # type: ignore[arg-type]
        if any(deviations):
            name = both("lims.column.deviation")
            self.add(
                Column(f"deviation{suffix}", name, unit, signed=True, role="deviation", phase=phase),
                deviations,
                "result",
            )
        if phase and any(one.get("conformity") for one in points):
            verdicts = [one["conformity"]["verdict"] if one.get("conformity") else None for one in points]
            self.add(Column(f"outcome{suffix}", both("documents.outcome"), kind="verdict", phase=phase), verdicts)
        if not self._shared("expanded_uncertainty"):
            self._uncertainty(at, phase)

    def _shared(self, key: str) -> bool:
        """Whether all phases have the same text in every row."""
        keys = (key, "coverage_factor")
        return all(len({one[name] for one in row}) == 1 for row in self.rows for name in keys)

    def _uncertainty(self, at: int, phase: str | None) -> None:
        """U, and k where it is not the same everywhere."""
        points, suffix = [row[at] for row in self.rows], f"_{phase}" if phase else ""
        name, unit = both("lims.column.expanded_uncertainty"), self._unit(points[0]["unit"])
        column = Column(f"U{suffix}", name, unit, symbol="U", emphasis=True, phase=phase)
        self.add(column, [one["expanded_uncertainty"] for one in points], "result")
        if self.own_k:
            k = Column(f"k{suffix}", both("lims.column.coverage_factor"), "1", symbol="k", phase=phase)
            self.add(k, [one["coverage_factor"] for one in points], "one")

    def _limits(self) -> None:
        """The limits, the plot, and in a table of one phase the verdict in words."""
        last, said = [row[-1] for row in self.rows], any(row[-1].get("conformity") for row in self.rows)
        suffix = f"_{self.phases[-1]}" if self.phases[-1] else ""
        if said:
            limits = [limit_of(one) for one in last]
            column = Column("limit", both("documents.limit"), self._unit(last[0]["unit"]), role="limit")
            self.add(column, limits, "result")
        if self.procedure.report.plot:
            keys = [column.key for column in self.columns]
            judged = f"deviation{suffix}" if f"deviation{suffix}" in keys else f"value{suffix}"
            u = "U" if "U" in keys else f"U{suffix}"
            before = f"value_{self.phases[0]}" if len(self.phases) > 1 else None
            plot = ErrorPlot(judged, u, "limit" if said else None, before)
            words = both("documents.error_and_limits" if said else "documents.error_and_uncertainty")
            self.add(Column("plot", words, kind="plot", plot=plot), [None] * len(last))
        if said and not suffix:
            verdicts = [one["conformity"]["verdict"] if one.get("conformity") else None for one in last]
            self.add(Column("outcome", both("documents.outcome"), kind="verdict"), verdicts)
        if any(one.get("class_met") for one in last):
            met = Column("class_met", both("documents.class_met"), kind="text")
            self.add(met, [one.get("class_met") for one in last])

    def _ranges(self) -> tuple[UnitRow, ...]:
        """A unit row wherever another range begins."""
        found: list[UnitRow] = []
        before: Range | None = None
        for at, row in enumerate(self.rows):
            within = self.procedure.range_of(row[0]["point"])
            if within is None or within is before:
                continue
            before = within
            nominal = row[0]["nominal"][1] if row[0].get("nominal") else None
            units = {"nominal": nominal, "result": row[0]["unit"], "one": "1", "": None}
            label = Bilingual(within.label.vi, within.label.en)
            found.append(UnitRow(at, label, tuple(units[one] for one in self.units)))
        return tuple(found)
