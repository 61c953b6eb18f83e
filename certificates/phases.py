"""What stands side by side on paper, as tables below each other: phases of an adjustment, conditions of a matrix."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from certificates.content import Bilingual, Column, ResultTable, UnitRow


def phase_tables(tables: tuple[ResultTable, ...]) -> tuple[ResultTable, ...]:
    """The same tables with one phase each: all as found, then all as left; others stay as they are (7.8.4.1 d)."""
    phases = [phase for table in tables for phase in dict.fromkeys(column.phase for column in table.columns) if phase]
    if not phases:
        return tables
    made = []
    for phase in dict.fromkeys(phases):
        for table in tables:
            if any(column.phase == phase for column in table.columns):
                made.append(_of_phase(table, phase))
            elif phase == phases[0]:
                made.append(dataclasses.replace(table, phase=phase))
    return tuple(made)


def span_tables(table: ResultTable) -> tuple[tuple[Bilingual | None, ResultTable], ...]:
    """A matrix as one table for each head over its columns; any other table as it is."""
    spans = [span for span in dict.fromkeys(column.span for column in table.columns) if span]
    if not spans:
        return ((None, table),)
    return tuple((span, _of(table, lambda column: column.span, span)) for span in spans)


def _of_phase(table: ResultTable, phase: str) -> ResultTable:
    """The columns of one phase and those of both."""
    made = _of(table, lambda column: column.phase, phase)
    columns = tuple(dataclasses.replace(column, phase=None) for column in made.columns)
    return dataclasses.replace(made, columns=columns, phase=phase)


def _of(table: ResultTable, group: Callable[[Column], object], wanted: object) -> ResultTable:
    """The columns of one group and those of none, without rows that were not measured in it."""
    kept = [at for at, column in enumerate(table.columns) if group(column) in (None, wanted)]
    mine = [at for at in kept if group(table.columns[at]) == wanted and table.columns[at].kind == "number"]
    rows: list[tuple[str | None, ...]] = []
    ranges: list[UnitRow] = []
    starts = {row.before_row: row for row in table.ranges}
    opened: UnitRow | None = None
    for number, row in enumerate(table.rows):
        opened = starts.get(number, opened)
        if any(row[at] is not None for at in mine):
            if opened is not None:
                units = tuple(opened.units[at] for at in kept) if opened.units else ()
                ranges.append(UnitRow(len(rows), opened.label, units))
                opened = None
            rows.append(tuple(row[at] for at in kept))
    columns = tuple(table.columns[at] for at in kept)
    return ResultTable(columns, tuple(rows), table.title, tuple(ranges), table.phase)
